"""Hooks that nobody can vouch for: single ones are counted, five in an hour are told of, and it ends by itself."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, func, select

from qbo_connector.jobs.scheduler import end_hook_matters
from qbo_connector.store import activity
from qbo_connector.store.deliveries import Delivery
from qbo_connector.store.hook_refusals import HookRefusals
from qbo_connector.store.operations import Operation
from qbo_connector.sync import accounts, hook_secrets, hook_warning
from tests.rig.stage import SOURCE

BAD = "source.signature_bad"


@pytest.fixture
def written(door):
    """Whatever the application writes to its database from now on."""
    statements = []

    def hear(_connection, _cursor, statement, *_):
        if statement.split()[0] in {"INSERT", "UPDATE", "DELETE"}:
            statements.append(statement)

    event.listen(door.services.database.engine, "before_cursor_execute", hear)
    yield statements
    event.remove(door.services.database.engine, "before_cursor_execute", hear)


def rows_of(door, table):
    with door.services.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def warned(door):
    """The warning stands."""
    door.refuse(5)
    assert door.codes() == [BAD]


@pytest.mark.postgres
@pytest.mark.requirement("H-56")
def test_four_are_only_counted_and_the_fifth_within_an_hour_warns_the_admin_about_the_account(door):
    door.refuse(4)
    assert (door.codes(), len(door.counted().moments)) == ([], 4)

    door.clock.move(minutes=50)
    door.refuse(1)

    (row,) = door.warnings()
    assert (row.code, row.category, row.source_account_id) == (BAD, "warning", door.stage.account_id)
    text = door.services.catalogue.fill(row.code, row.params)
    assert text.sentence == "Messages said to come from Thrive Inventory had a wrong signature and were ignored."


def test_wrong_missing_and_old_signatures_count_alike(door):
    assert not door.takes(None)
    assert not door.takes("another")
    assert not door.takes("")
    assert not door.takes(door.secret, age_s=3600)
    assert door.codes() == []

    assert not door.takes(door.secret, age_s=-3600)

    assert door.codes() == [BAD]


@pytest.mark.parametrize(("before", "after", "warns"), [(4, 1, False), (3, 2, False), (1, 4, False), (1, 5, True)])
def test_those_of_more_than_an_hour_ago_are_forgotten(door, before, after, warns):
    door.refuse(before)
    door.clock.move(minutes=60)
    door.refuse(after)

    assert bool(door.codes()) is warns


def test_the_hour_is_any_hour_and_not_the_clocks(door):
    door.refuse(1)
    door.clock.move(minutes=55)
    door.refuse(3)
    door.clock.move(minutes=10)
    door.refuse(1)
    assert door.codes() == []

    door.refuse(1)

    assert door.codes() == [BAD]


def test_nobody_learns_which_accounts_exist_and_unknown_ones_are_never_counted(door):
    known = door.send("not the secret")
    unknown = [
        door.send("not the secret", **at)
        for at in ({"account_id": 99999}, {"source": "nobody"}, {"account_id": 2**31}) * 6
    ]

    assert {(answer.status_code, answer.text) for answer in unknown} == {(401, known.text)}
    assert {tuple(sorted(answer.headers.keys())) for answer in unknown} == {tuple(sorted(known.headers.keys()))}
    assert rows_of(door, HookRefusals) == 1
    assert door.codes() == []


@pytest.mark.requirement("H-56")
def test_nothing_of_a_refused_message_is_used(door):
    invoice = door.stage.source.make()
    door.stage.sync(invoice["id"])
    before = door.stage.record(invoice["id"])
    deliveries, operations = rows_of(door, Delivery), rows_of(door, Operation)

    for _ in range(5):
        assert not door.takes("not the secret", invoice=invoice["id"])

    (row,) = door.warnings()
    assert (dict(row.params), row.details) == ({"source": "Thrive Inventory"}, None)
    assert (rows_of(door, Delivery), rows_of(door, Operation)) == (deliveries, operations)
    assert door.stage.record(invoice["id"]).last_activity_at == before.last_activity_at
    assert invoice["id"] not in "".join(door.counted().moments)


@pytest.mark.postgres
def test_a_flood_is_hardly_written_down_and_is_counted_on_once_a_minute(door, written):
    door.refuse(5)
    at_first = len(written)

    door.refuse(60)
    assert (len(written), [row.count for row in door.warnings()]) == (at_first, [1])

    for _ in range(3):
        door.clock.move(seconds=61)
        door.refuse(20)

    assert [row.count for row in door.warnings()] == [4]
    assert len(written) <= 2 * at_first
    assert rows_of(door, HookRefusals) == 1


@pytest.mark.postgres
def test_many_at_once_open_one_warning(door):
    with ThreadPoolExecutor(max_workers=8) as people:
        statuses = list(people.map(lambda _: door.send("not the secret").status_code, range(24)))

    assert statuses == [401] * 24
    assert [row.count for row in door.warnings()] == [1]
    assert len(door.counted().moments) == 5


def test_an_account_whose_secret_is_not_set_refuses_and_counts(door):
    without = {**door.stage.source_settings, "signing_secret": ""}
    accounts.save_account(
        door.services, door.stage.organization_id, SOURCE, "Shop", without, account_id=door.stage.account_id
    )

    assert not any(door.takes(secret) for secret in (None, "", "   ", door.secret, "x"))

    assert door.codes() == [BAD]


def test_an_account_that_was_removed_is_as_unknown_as_any_other(door):
    warned(door)

    accounts.remove_account(door.services, door.stage.organization_id, door.stage.account_id)

    assert door.codes() == []
    assert not any(door.takes(secret) for secret in [door.secret] * 6)
    assert rows_of(door, HookRefusals) == 0


@pytest.mark.requirement("H-56")
def test_a_good_hook_is_taken_while_the_warning_stands(door):
    invoice = door.stage.source.make()
    door.stage.sync(invoice["id"])
    warned(door)
    deliveries = rows_of(door, Delivery)

    assert door.takes(door.secret, invoice=invoice["id"])

    assert rows_of(door, Delivery) == deliveries + 1
    assert door.stage.record(invoice["id"]).last_activity_at == door.clock()
    assert door.codes() == [BAD]


class TestTheEnd:
    def test_comes_with_a_good_one_when_an_hour_went_by_without_a_bad_one(self, door):
        warned(door)
        door.clock.move(minutes=61)
        end_hook_matters(door.services)
        assert door.codes() == [BAD], "silence alone does not say that the secret fits"

        assert door.takes(door.secret)

        assert door.codes() == []
        assert door.counted() is None

    @pytest.mark.postgres
    def test_comes_by_itself_when_a_good_one_came_before_the_hour_was_over(self, door):
        warned(door)
        door.clock.move(minutes=10)
        assert door.takes(door.secret)
        assert door.takes(door.secret)
        door.clock.move(minutes=45)
        end_hook_matters(door.services)
        assert door.codes() == [BAD]

        door.clock.move(minutes=6)
        end_hook_matters(door.services)

        assert door.codes() == []
        assert door.counted() is None

    def test_waits_for_a_good_one_after_the_last_bad_one(self, door):
        warned(door)
        assert door.takes(door.secret)
        door.clock.move(minutes=30)
        door.refuse(1)

        door.clock.move(minutes=61)
        end_hook_matters(door.services)

        assert door.codes() == [BAD]

    def test_comes_when_the_secret_is_renewed_and_counting_starts_anew(self, door):
        warned(door)

        hook_secrets.renew(
            door.services, door.stage.organization_id, door.stage.account_id, "the new one", asked_by="user:1"
        )

        assert door.codes() == []
        door.refuse(4)
        assert door.codes() == []
        door.refuse(1)
        assert door.codes() == [BAD]

    def test_comes_when_the_account_is_saved_anew(self, door):
        warned(door)

        accounts.save_account(
            door.services,
            door.stage.organization_id,
            SOURCE,
            "Shop",
            door.stage.source_settings,
            account_id=door.stage.account_id,
        )

        assert door.codes() == []
        assert door.counted() is None

    def test_of_a_few_that_never_warned_comes_unnoticed(self, door):
        door.refuse(2)
        door.clock.move(minutes=30)
        end_hook_matters(door.services)
        assert door.counted() is not None

        door.clock.move(minutes=30)
        end_hook_matters(door.services)

        assert door.counted() is None


class TestSettingAside:
    @pytest.fixture
    def aside(self, door):
        """The warning stood and was set aside."""
        warned(door)
        hook_warning.set_aside(door.services, door.stage.organization_id, door.stage.account_id, asked_by="user:1")
        assert door.codes() == []

    def test_holds_as_long_as_they_go_on(self, door, aside):
        for _ in range(4):
            door.clock.move(minutes=50)
            door.refuse(5)

        assert door.codes() == []

    def test_ends_when_they_stopped_for_an_hour_and_begin_anew(self, door, aside):
        door.clock.move(minutes=61)
        door.refuse(4)
        assert door.codes() == []

        door.refuse(1)

        assert door.codes() == [BAD]

    def test_is_forgotten_with_them(self, door, aside):
        door.clock.move(minutes=61)

        end_hook_matters(door.services)

        assert door.counted() is None

    def test_can_be_taken_back_and_then_it_is_said_again_at_once(self, door, aside):
        hook_warning.show_again(
            door.services, door.stage.organization_id, door.stage.account_id, asked_by="user:1"
        )

        assert door.codes() == [BAD]
        assert not door.counted().is_aside
        with door.services.database.reading() as session:
            events = [one.event for one in activity.list_in(session, door.stage.organization_id, limit=2)]
        assert events == ["source.hook_warning_shown", "source.hook_warning_aside"]

    def test_of_what_has_passed_shows_nothing_again(self, door, aside):
        door.clock.move(minutes=61)

        hook_warning.show_again(
            door.services, door.stage.organization_id, door.stage.account_id, asked_by="user:1"
        )

        assert door.codes() == []
