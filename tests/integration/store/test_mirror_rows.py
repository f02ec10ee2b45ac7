from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from qbo_connector.canonical.keys import email_key, name_key, number_key
from qbo_connector.store import mirror, numbers
from qbo_connector.store.mirror import MirrorFeed, MirrorObject
from qbo_connector.store.numbers import Numbered
from qbo_connector.store.states import FeedState

pytestmark = pytest.mark.postgres

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def take_over(world, entity, *objects):
    with world.database.writing() as session:
        mirror.upsert(session, world.connection.id, entity, objects, organization_id=world.organization_id)


@pytest.fixture
def look(world):
    """Ask the mirror by the name of its function; answers QuickBooks' ids."""

    def ask(function, entity, *arguments, **more):
        with world.database.reading() as session:
            found = getattr(mirror, function)(session, world.connection.id, entity, *arguments, **more)
            return [row.qbo_id for row in found]

    return ask


class TestFinding:
    def test_by_name_ignores_case_space_and_the_mark_of_inactive_entries(self, world, look):
        take_over(
            world,
            "Customer",
            MirrorObject(qbo_id="1", name="Acme  Ltd"),
            MirrorObject(qbo_id="2", name="ACME LTD (deleted)", active=False),
            MirrorObject(qbo_id="3", name="Acme"),
        )

        assert look("find_by_name", "Customer", " acme ltd") == ["1", "2"]

    def test_by_name_knows_names_with_their_parents(self, world, look):
        take_over(world, "Item", MirrorObject(qbo_id="1", name="Mug", full_name="Kitchen:Mug"))

        assert look("find_by_name", "Item", "kitchen:mug") == look("find_by_name", "Item", "mug") == ["1"]

    def test_keeps_lists_apart(self, world, look):
        take_over(world, "Vendor", MirrorObject(qbo_id="1", name="Acme"))

        assert look("find_by_name", "Customer", "Acme") == []

    def test_by_email_and_sku(self, world, look):
        take_over(world, "Customer", MirrorObject(qbo_id="1", name="A", email="Mail@Acme.example"))
        take_over(world, "Item", MirrorObject(qbo_id="2", name="Mug", sku="M-1"))

        assert look("find_by_email", "Customer", "mail@acme.EXAMPLE ") == ["1"]
        assert look("find_by_sku", "Item", "m-1") == ["2"]

    def test_by_nothing_finds_nothing(self, world, look):
        take_over(world, "Customer", MirrorObject(qbo_id="1", name="A"))

        assert look("find_by_email", "Customer", "") == look("find_by_sku", "Customer", " ") == []

    def test_pickers_see_active_entries_by_name(self, world, look):
        take_over(
            world,
            "Customer",
            MirrorObject(qbo_id="1", name="Zoë 50%"),
            MirrorObject(qbo_id="2", name="Adam"),
            MirrorObject(qbo_id="3", name="Gone", active=False),
        )

        assert look("list_entries", "Customer") == ["2", "1"]
        assert look("list_entries", "Customer", search="zoë") == ["1"]
        assert look("list_entries", "Customer", search="0%") == ["1"]
        assert look("list_entries", "Customer", search="%a") == []
        assert look("list_entries", "Customer", limit=1) == ["2"]


class TestTakingOver:
    def test_replaces_what_is_older(self, world, look):
        take_over(world, "Customer", MirrorObject(qbo_id="1", name="Old", sync_token="0", updated_at=NOW))
        later = NOW + timedelta(seconds=1)
        take_over(
            world,
            "Customer",
            MirrorObject(qbo_id="1", name="New", sync_token="1", updated_at=later, data={"a": [1]}),
        )

        with world.database.reading() as session:
            entry = mirror.find(session, world.connection.id, "Customer", "1")
        assert (entry.name, entry.sync_token, entry.updated_at, entry.data) == ("New", "1", later, {"a": [1]})

    def test_passes_over_what_comes_late(self, world, look):
        take_over(world, "Customer", MirrorObject(qbo_id="1", name="New", updated_at=NOW))
        take_over(world, "Customer", MirrorObject(qbo_id="1", name="Old", updated_at=NOW - timedelta(seconds=1)))

        assert look("find_by_name", "Customer", "New") == ["1"]

    def test_takes_a_thousand_at_once_and_the_last_of_twins(self, world, look):
        objects = [MirrorObject(qbo_id=str(n), name=f"C {n}") for n in range(1000)]
        take_over(world, "Customer", *objects, MirrorObject(qbo_id="7", name="Seven"))

        assert len(look("list_all", "Customer")) == 1000
        assert look("find_by_name", "Customer", "seven") == ["7"]

    def test_of_nothing_does_nothing(self, world, look):
        take_over(world, "Customer")

        assert look("list_all", "Customer") == []

    def test_can_be_taken_back(self, world, look):
        take_over(world, "Customer", MirrorObject(qbo_id="1", name="A"))
        with world.database.writing() as session:
            assert mirror.forget(session, world.connection.id, "Customer", "1")
            assert not mirror.forget(session, world.connection.id, "Customer", "1")

        assert look("list_all", "Customer") == []


class TestFeeds:
    def test_that_never_ran_say_so(self, world):
        with world.database.reading() as session:
            assert mirror.feed(session, world.connection.id, "Item").state == FeedState.NONE
            assert mirror.feeds(session, world.connection.id) == {}

    def test_are_remembered(self, world):
        for state, position in [(FeedState.LOADING, 1000), (FeedState.LOADED, 0)]:
            row = MirrorFeed(
                connection_id=world.connection.id,
                type="Item",
                state=state,
                position=position,
                cursor=NOW,
                ran_at=NOW,
            )
            with world.database.writing() as session:
                mirror.save_feed(session, row)

        with world.database.reading() as session:
            known = mirror.feeds(session, world.connection.id)["Item"]
        assert (known.state, known.position, known.cursor, known.full_at) == (FeedState.LOADED, 0, NOW, None)


class TestNumbers:
    def test_are_found_in_whatever_case_on_documents_of_any_type(self, world):
        with world.database.writing() as session:
            numbers.upsert(session, world.connection.id, "Invoice", [Numbered(qbo_id="1", number="Re-7")])
            twin = Numbered(qbo_id="2", number="RE-7 ", voided=True, total=Decimal("1.10"))
            numbers.upsert(session, world.connection.id, "CreditMemo", [twin])

        with world.database.reading() as session:
            both = numbers.find_by_number(session, world.connection.id, "re-7")
            one = numbers.find_by_number(session, world.connection.id, "re-7", entity="Invoice")
        assert [(row.type, row.voided, row.total) for row in both] == [
            ("CreditMemo", True, Decimal("1.10")),
            ("Invoice", False, None),
        ]
        assert [row.qbo_id for row in one] == ["1"]

    def test_change_with_their_document_and_go_with_it(self, world):
        with world.database.writing() as session:
            numbers.upsert(session, world.connection.id, "Invoice", [Numbered(qbo_id="1", number="7")])
            numbers.upsert(session, world.connection.id, "Invoice", [Numbered(qbo_id="1", number="8")])
            assert numbers.find_by_number(session, world.connection.id, "7") == []
            assert numbers.forget(session, world.connection.id, "Invoice", "1")
            assert numbers.find_by_number(session, world.connection.id, "8") == []

    def test_that_come_late_change_nothing(self, world):
        newer = Numbered(qbo_id="1", number="8", updated_at=NOW)
        older = Numbered(qbo_id="1", number="7", updated_at=NOW - timedelta(seconds=1))
        with world.database.writing() as session:
            numbers.upsert(session, world.connection.id, "Invoice", [newer])
            numbers.upsert(session, world.connection.id, "Invoice", [older])
            assert [row.number for row in numbers.find_by_number(session, world.connection.id, "8")] == ["8"]
            assert numbers.find_by_number(session, world.connection.id, "7") == []

    def test_that_are_none_are_counted_and_nobodys(self, world):
        with world.database.writing() as session:
            nameless = Numbered(qbo_id="1", number="", updated_at=NOW)
            numbers.upsert(session, world.connection.id, "Invoice", [nameless])
            assert numbers.find_by_number(session, world.connection.id, "") == []
            assert numbers.count_until(session, world.connection.id, "Invoice", NOW) == 1


@given(text=some.text())
@pytest.mark.parametrize("key", [name_key, email_key, number_key])
def test_a_key_is_its_own_key(key, text):
    assert key(key(text)) == key(text)
