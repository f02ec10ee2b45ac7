from datetime import UTC, datetime, timedelta

import pytest

from qbo_connector.store import connections, operations, sources
from qbo_connector.store.states import ConnectionState, Intent, Lane, OperationState, Outcome

pytestmark = pytest.mark.postgres


def in_an_hour():
    return datetime.now(UTC) + timedelta(hours=1)


def finish(world, operation, outcome=Outcome.SYNCED):
    with world.database.writing() as session:
        return operations.finish(session, operation, outcome)


class TestWhatIsClaimed:
    def test_nothing_when_nothing_is_asked_for(self, world):
        assert world.claim() is None

    def test_an_operation_that_is_due(self, world):
        asked = world.ask(world.record())

        claimed = world.claim(owner="w7")

        assert claimed.id == asked.id
        assert (claimed.state, claimed.lease_owner) == (OperationState.RUNNING, "w7")
        assert (claimed.fence, claimed.attempts, claimed.version) == (1, 1, 2)
        assert claimed.lease_until > datetime.now(UTC) + timedelta(seconds=20)

    def test_what_somebody_holds_is_not_claimed_again(self, world):
        world.ask(world.record())
        world.claim(owner="w1")

        assert world.claim(owner="w2") is None

    def test_only_the_lanes_that_are_served(self, world):
        world.ask(world.record(), lane=Lane.BULK)

        assert world.claim(Lane.INTERACTIVE, Lane.EVENT) is None
        assert world.claim(Lane.BULK) is not None

    def test_not_before_it_is_due(self, world):
        world.ask(world.record(), due_at=in_an_hour())

        assert world.claim() is None
        assert world.claim(now=datetime.now(UTC) + timedelta(hours=2)) is not None

    def test_nothing_that_is_done(self, world):
        world.ask(world.record())
        finish(world, world.claim())

        assert world.claim() is None


class TestOrder:
    def test_the_highest_lane_goes_first(self, world):
        asked = {lane: world.ask(world.record(), lane=lane) for lane in reversed(Lane)}

        claimed = [world.claim().id for _ in Lane]

        assert claimed == [asked[lane].id for lane in Lane]

    def test_within_a_lane_what_was_due_first_goes_first(self, world):
        late = world.ask(world.record(), due_at=datetime.now(UTC) - timedelta(minutes=1))
        early = world.ask(world.record(), due_at=datetime.now(UTC) - timedelta(hours=1))

        assert [world.claim().id, world.claim().id] == [early.id, late.id]

    def test_connections_take_turns(self, world):
        other = world.add_pairing(world.add_connection())
        mine = [world.ask(world.record()).connection_id for _ in range(4)]
        theirs = [world.ask(world.record(other), pairing=other).connection_id for _ in range(2)]

        claimed = [world.claim().connection_id for _ in range(6)]

        assert claimed == [mine[0], theirs[0], mine[0], theirs[0], mine[0], mine[0]]

    def test_a_click_does_not_wait_for_the_turn_of_bulk_work(self, world):
        world.ask(world.record())
        world.ask(world.record())
        world.claim()
        click = world.ask(world.record(), lane=Lane.INTERACTIVE)

        assert world.claim().id == click.id

    def test_a_record_is_worked_on_in_the_order_of_the_requests(self, world):
        record = world.record()
        first = world.ask(record, intent=Intent.CREATE_COPY)
        second = world.ask(record, intent=Intent.VOID)
        third = world.ask(record, intent=Intent.UNDO)

        claimed = []
        while (operation := world.claim()) is not None:
            assert world.claim() is None
            claimed.append(operation.id)
            finish(world, operation)

        assert claimed == [first.id, second.id, third.id]

    def test_who_waits_for_a_postponed_older_one_waits_too(self, world):
        record = world.record()
        world.ask(record, intent=Intent.CREATE_COPY)
        first = world.claim()
        world.ask(record, intent=Intent.VOID)
        with world.database.writing() as session:
            operations.defer(session, first, in_an_hour(), reason="limit.throttled")

        assert world.claim() is None

    def test_a_newcomer_lifts_the_older_ones_it_has_to_wait_for(self, world):
        record = world.record()
        older = world.ask(record, intent=Intent.VOID, lane=Lane.MAINTENANCE)
        world.ask(world.record(), lane=Lane.EVENT)
        world.ask(record, intent=Intent.UNDO, lane=Lane.INTERACTIVE)

        assert world.claim().id == older.id

    def test_operations_without_a_record_do_not_wait_for_each_other(self, world):
        world.ask()
        world.ask()

        assert world.claim() is not None
        assert world.claim() is not None


class TestBatches:
    def claim_more(self, world, first, limit=10):
        with world.database.writing() as session:
            return operations.claim_more(session, first, limit=limit, lease_s=30)

    def test_more_of_the_same_kind_can_be_claimed_at_once(self, world):
        asked = [world.ask(world.record()) for _ in range(5)]
        first = world.claim(owner="w7")

        more = self.claim_more(world, first, limit=3)

        assert [row.id for row in more] == [row.id for row in asked[1:4]]
        assert {(row.lease_owner, row.fence, row.state) for row in more} == {("w7", 1, OperationState.RUNNING)}
        assert world.claim().id == asked[4].id

    def test_but_nothing_else(self, world):
        record, other = world.record(), world.add_pairing(world.add_connection())
        world.ask(record)
        world.ask(record, intent=Intent.VOID)
        world.ask(world.record(), intent=Intent.VOID)
        world.ask(world.record(), lane=Lane.MAINTENANCE)
        world.ask(world.record(), due_at=in_an_hour())
        world.ask(world.record(other), pairing=other)

        assert self.claim_more(world, world.claim()) == []


class TestStoppedScopes:
    @pytest.mark.parametrize("state", [ConnectionState.PAUSED, ConnectionState.EXPIRED])
    def test_a_paused_connection_is_passed_over(self, world, state):
        other = world.add_pairing(world.add_connection())
        world.ask(world.record())
        theirs = world.ask(world.record(other), pairing=other)
        with world.database.writing() as session:
            assert connections.pause(session, world.connection.id, reason="connection.expired", state=state)

        assert world.claim().id == theirs.id
        assert world.claim() is None

    def test_what_waited_goes_on_when_the_connection_is_resumed(self, world):
        asked = world.ask(world.record())
        with world.database.writing() as session:
            connections.pause(session, world.connection.id, reason="x", state=ConnectionState.PAUSED)
        with world.database.writing() as session:
            assert connections.resume(session, world.connection.id)

        assert world.claim().id == asked.id

    def test_a_probe_runs_although_the_connection_is_paused(self, world):
        world.ask(world.record())
        probe = world.ask(intent=Intent.PROBE, lane=Lane.MAINTENANCE)
        with world.database.writing() as session:
            connections.pause(session, world.connection.id, reason="x", state=ConnectionState.PAUSED)
            assert operations.due_lanes(session) == (Lane.MAINTENANCE,)

        assert world.claim().id == probe.id
        assert world.claim() is None

    def test_nothing_of_a_disconnected_company_runs(self, world):
        world.ask(world.record())
        world.ask(intent=Intent.PROBE)
        with world.database.writing() as session:
            connections.disconnect(session, world.connection.id)

        assert world.claim() is None

    def test_a_paused_source_account_stops_its_pairings_only(self, world):
        elsewhere = world.add_pairing(account=world.add_source_account())
        world.ask(world.record())
        theirs = world.ask(world.record(elsewhere), pairing=elsewhere)
        with world.database.writing() as session:
            assert sources.pause(session, world.source_account.id, reason="source.auth")

        assert world.claim().id == theirs.id
        assert world.claim() is None


class TestSweep:
    def test_rings_the_lanes_in_which_something_can_be_claimed(self, world):
        world.ask(world.record(), lane=Lane.BULK)
        world.ask(world.record(), lane=Lane.EVENT)
        world.ask(world.record(), lane=Lane.INTERACTIVE, due_at=in_an_hour())

        with world.database.reading() as session:
            assert operations.due_lanes(session) == (Lane.EVENT, Lane.BULK)
            assert operations.due_lanes(session, datetime.now(UTC) + timedelta(hours=2)) == (
                Lane.INTERACTIVE,
                Lane.EVENT,
                Lane.BULK,
            )

    def test_knows_what_was_abandoned(self, world):
        world.ask(world.record())
        world.ask(world.record())
        world.claim(lease_s=300)
        left = world.claim(lease_s=-1)

        with world.database.reading() as session:
            assert [row.id for row in operations.abandoned(session)] == [left.id]

    def test_counts_what_is_open_by_lane_and_state(self, world):
        world.ask(world.record())
        world.ask(world.record())
        world.ask(world.record(), lane=Lane.EVENT)
        world.claim(Lane.BULK)

        with world.database.reading() as session:
            counts = operations.count_open(session, world.organization_id)

        assert counts == {
            (Lane.BULK, OperationState.QUEUED): 1,
            (Lane.BULK, OperationState.RUNNING): 1,
            (Lane.EVENT, OperationState.QUEUED): 1,
        }

    def test_knows_how_long_the_oldest_due_operation_waits(self, world):
        since = datetime.now(UTC) - timedelta(minutes=3)
        world.ask(world.record(), due_at=since)
        world.ask(world.record())

        with world.database.reading() as session:
            assert operations.oldest_due(session) == since
