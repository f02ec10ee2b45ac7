from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm.exc import DetachedInstanceError

from qbo_connector.store import record_lists, records
from qbo_connector.store.record_lists import CursorInvalid, Paging, RecordFilter, RecordSort
from qbo_connector.store.states import RecordState

pytestmark = pytest.mark.postgres


@pytest.fixture
def listed(world):
    """Five invoices, two of them failing, in a known order of last activity."""
    readings = [
        {
            "number": "A-1",
            "party_name": "Ärger & Co",
            "amount": Decimal("9.50"),
            "document_date": date(2026, 1, 5),
        },
        {"number": "A-2", "party_name": "Brown", "amount": Decimal(100), "document_date": date(2026, 2, 5)},
        {"number": "b-3", "party_name": "Craig 100%", "amount": None, "document_date": None},
        {"number": "A-10", "party_name": "Doe", "amount": Decimal(10), "document_date": date(2026, 3, 5)},
        {"number": "", "party_name": "Ärger & Co", "amount": Decimal(-1), "document_date": date(2026, 4, 5)},
    ]
    rows = [world.record(**reading) for reading in readings]
    with world.database.writing() as session:
        for row, state in zip(rows, ["synced", "failing", "failing", "excluded", "synced"], strict=True):
            reason = "number.duplicate" if row is rows[1] else ""
            records.set_standing(session, row.id, state=RecordState(state), reason=reason)
    return rows


def page(world, filters=record_lists.NO_FILTER, **paging):
    with world.database.reading() as session:
        return record_lists.list_page(session, world.organization_id, filters, Paging(**paging))


def numbers(found):
    return [row.number for row in found.rows]


class TestPages:
    def test_show_the_latest_activity_first(self, world, listed):
        assert numbers(page(world)) == ["", "A-10", "b-3", "A-2", "A-1"]

    def test_are_turned(self, world, listed):
        second = page(world, page=2, size=2)

        assert (numbers(second), second.total, second.exact) == (["b-3", "A-2"], 5, True)

    def test_beyond_the_last_one_are_empty(self, world, listed):
        assert page(world, page=9, size=2).rows == []

    @pytest.mark.parametrize(
        ("sort", "descending", "expected"),
        [
            (RecordSort.AMOUNT, False, ["", "A-1", "A-10", "A-2", "b-3"]),
            (RecordSort.AMOUNT, True, ["A-2", "A-10", "A-1", "", "b-3"]),
            (RecordSort.NUMBER, False, ["", "A-1", "A-10", "A-2", "b-3"]),
            (RecordSort.DATE, True, ["", "A-10", "A-2", "A-1", "b-3"]),
            (RecordSort.STATE, False, ["A-10", "A-2", "b-3", "A-1", ""]),
        ],
    )
    def test_are_sorted_as_asked_with_unknowns_last(self, world, listed, sort, descending, expected):
        assert numbers(page(world, sort=sort, descending=descending)) == expected

    @pytest.mark.parametrize(
        ("filters", "expected"),
        [
            (RecordFilter(states=(RecordState.FAILING,)), ["b-3", "A-2"]),
            (RecordFilter(reasons=("number.duplicate",)), ["A-2"]),
            (RecordFilter(kinds=("bill",)), []),
            (RecordFilter(first_date=date(2026, 2, 5), last_date=date(2026, 3, 5)), ["A-10", "A-2"]),
            (RecordFilter(search="a-1"), ["A-10", "A-1"]),
            (RecordFilter(search="ÄRGER"), ["", "A-1"]),
            (RecordFilter(search="100%"), ["b-3"]),
            (RecordFilter(search="_"), []),
            (RecordFilter(search="brown", states=(RecordState.SYNCED,)), []),
        ],
    )
    def test_hold_what_was_filtered_for(self, world, listed, filters, expected):
        found = page(world, filters)

        assert (numbers(found), found.total) == (expected, len(expected))

    def test_hold_one_sync_only_if_asked(self, world, listed):
        elsewhere = world.add_pairing()
        world.record(elsewhere, number="Z")

        assert numbers(page(world, RecordFilter(pairing_id=elsewhere.id))) == ["Z"]

    def test_never_hold_what_is_another_organization_s(self, world, listed):
        world.organization_id = world.organization()

        assert page(world).rows == []

    def test_leave_the_documents_where_they_are(self, world):
        world.record(document="{}")
        (row,) = page(world).rows

        with pytest.raises(DetachedInstanceError):
            _ = row.document

    def test_count_no_further_than_anybody_wants_to_read(self, world, listed):
        found = page(world, count_to=3)

        assert (found.total, found.exact, len(found.rows)) == (3, False, 5)


class TestSlices:
    def test_go_through_everything_once(self, world, listed):
        seen, cursor = [], None
        while True:
            with world.database.reading() as session:
                found = record_lists.list_after(session, world.organization_id, cursor=cursor, size=2)
            seen += numbers(found)
            cursor = found.next_cursor
            if cursor is None:
                break

        assert seen == ["", "A-10", "b-3", "A-2", "A-1"]

    def test_keep_to_their_filter(self, world, listed):
        failing = RecordFilter(states=(RecordState.FAILING,))
        with world.database.reading() as session:
            first = record_lists.list_after(session, world.organization_id, failing, size=1)
            second = record_lists.list_after(
                session, world.organization_id, failing, cursor=first.next_cursor, size=1
            )

        assert (numbers(first), numbers(second), second.next_cursor) == (["b-3"], ["A-2"], None)

    @pytest.mark.parametrize("cursor", ["", "nonsense", "W10", "WzEsMl0", "WyIyMDI2LTAxLTAxIiwgMV0"])
    def test_refuse_a_cursor_that_is_not_ours(self, world, cursor):
        with pytest.raises(CursorInvalid), world.database.reading() as session:
            record_lists.list_after(session, world.organization_id, cursor=cursor)


def test_the_object_view_counts_by_sync_kind_and_state(world, listed):
    with world.database.reading() as session:
        found = record_lists.counts(session, world.organization_id)

    assert [(row.kind, str(row.state), row.count) for row in found] == [
        ("invoice", "excluded", 1),
        ("invoice", "failing", 2),
        ("invoice", "synced", 2),
    ]
    assert max(row.last_activity_at for row in found) == found[-1].last_activity_at


def test_actions_on_many_get_their_ids(world, listed):
    failing = RecordFilter(states=(RecordState.FAILING,))
    with world.database.reading() as session:
        found = record_lists.list_ids(session, world.organization_id, failing, limit=10)

    assert found == [listed[1].id, listed[2].id]


class TestRecords:
    def test_are_made_once(self, world):
        record = world.record()
        with world.database.writing() as session:
            again = records.ensure(
                session,
                world.pairing.id,
                organization_id=world.organization_id,
                kind="invoice",
                external_id=record.external_id,
            )
            found = records.find(session, world.pairing.id, kind="invoice", external_id=record.external_id)

        assert again.id == record.id == found.id

    def test_keep_what_a_reading_does_not_mention(self, world):
        record = world.record(number="7", party_name="Acme")
        with world.database.writing() as session:
            records.note_reading(session, record.id, source_status="paid")
        with world.database.reading() as session:
            now = records.load_in(session, world.organization_id, record.id)

        assert (now.number, now.number_key, now.party_name, now.source_status) == ("7", "7", "Acme", "paid")

    def test_forget_a_reason_that_no_longer_holds(self, world):
        record = world.record()
        with world.database.writing() as session:
            records.set_standing(
                session, record.id, state=RecordState.HELD, reason="customer.not_found", params={"customer": "A"}
            )
            now = records.set_standing(
                session, record.id, state=RecordState.SYNCED, qbo=("Invoice", "145"), synced=True
            )

        assert (now.reason, now.reason_params, now.qbo_id) == ("", {}, "145")
        assert now.last_synced_at == now.last_activity_at

    def test_keep_answers_until_they_are_taken_back(self, world):
        record = world.record()
        with world.database.writing() as session:
            records.override(session, record.id, {"number": "8", "tax": "NON"})
            now = records.override(session, record.id, {"number": None})

        assert now.overrides == {"tax": "NON"}
