from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from qbo_connector.store import NotThere, operations
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import Intent, Lane, OperationState, Outcome

pytestmark = pytest.mark.postgres


def finish(world, operation, outcome=Outcome.SYNCED):
    with world.database.writing() as session:
        return operations.finish(session, operation, outcome)


class TestCoalescing:
    def test_a_second_push_joins_the_open_one(self, world):
        record = world.record()
        first = world.ask(record)
        second = world.ask(record)

        assert second.id == first.id
        assert (second.wanted, second.version) == (2, 2)

    def test_what_was_joined_before_the_claim_is_served_by_one_run(self, world):
        record = world.record()
        world.ask(record)
        world.ask(record)

        done = finish(world, world.claim())

        assert (done.state, done.outcome, done.finished_wanted) == (OperationState.DONE, Outcome.SYNCED, 2)

    def test_what_was_joined_meanwhile_runs_again(self, world):
        record = world.record()
        world.ask(record)
        claimed = world.claim()
        world.ask(record)

        again = finish(world, claimed)

        assert (again.state, again.outcome, again.finished_wanted) == (OperationState.QUEUED, None, 1)
        rerun = world.claim()
        assert (rerun.id, rerun.fence, rerun.attempts) == (claimed.id, 2, 1)
        assert finish(world, rerun).state == OperationState.DONE

    def test_a_push_after_the_end_is_a_new_one(self, world):
        record = world.record()
        first = world.ask(record)
        finish(world, world.claim())

        assert world.ask(record).id != first.id

    def test_joining_raises_the_lane_and_never_lowers_it(self, world):
        record = world.record()
        world.ask(record, lane=Lane.BULK)

        assert world.ask(record, lane=Lane.INTERACTIVE).lane == Lane.INTERACTIVE
        assert world.ask(record, lane=Lane.MAINTENANCE).lane == Lane.INTERACTIVE

    def test_joining_makes_a_postponed_operation_due_now(self, world):
        record = world.record()
        world.ask(record)
        with world.database.writing() as session:
            claimed = operations.claim(session, lanes=[Lane.BULK], owner="w", lease_s=30)
            later = datetime.now(UTC) + timedelta(hours=3)
            operations.defer(session, claimed, later, reason="qbo.unavailable")

        joined = world.ask(record, lane=Lane.INTERACTIVE)

        assert (joined.state, joined.attempts) == (OperationState.QUEUED, 0)
        assert world.claim().id == joined.id

    def test_the_newer_answers_and_preview_count(self, world):
        record = world.record()
        world.ask(record, inputs={"customer": "1", "tax": "2"}, expected_plan="old")

        joined = world.ask(record, inputs={"tax": "3"}, expected_plan="new")

        assert (joined.inputs, joined.expected_plan) == ({"customer": "1", "tax": "3"}, "new")

    @pytest.mark.parametrize("intent", [Intent.CREATE_COPY, Intent.VOID, Intent.UNDO, Intent.LINK, Intent.FIX])
    def test_other_intents_queue_behind_each_other(self, world, intent):
        record = world.record()

        assert world.ask(record, intent=intent).id != world.ask(record, intent=intent).id

    def test_the_database_itself_refuses_a_second_open_push(self, world):
        record = world.record()
        first = world.ask(record)
        twin = Operation(
            organization_id=first.organization_id,
            connection_id=first.connection_id,
            record_id=record.id,
            intent=Intent.PUSH,
            lane=Lane.BULK,
            lane_rank=Lane.BULK.rank,
            due_at=first.due_at,
        )

        with pytest.raises(IntegrityError), world.database.writing() as session:
            session.add(twin)


class TestIdempotency:
    def test_the_same_key_is_the_same_operation(self, world):
        record = world.record()
        first = world.ask(record, intent=Intent.VOID, idempotency_key="press-1")
        finish(world, world.claim())

        again = world.ask(record, intent=Intent.VOID, idempotency_key="press-1")

        assert (again.id, again.state) == (first.id, OperationState.DONE)

    def test_pressing_twice_does_not_ask_for_a_second_run(self, world):
        record = world.record()
        world.ask(record, idempotency_key="press-1")

        assert world.ask(record, idempotency_key="press-1").wanted == 1

    def test_the_key_of_a_request_that_joined_is_known_as_well(self, world):
        record = world.record()
        first = world.ask(record, idempotency_key="press-1")
        world.ask(record, idempotency_key="press-2")
        finish(world, world.claim())

        again = world.ask(record, idempotency_key="press-2")

        assert (again.id, again.wanted) == (first.id, 2)

    def test_keys_work_without_a_record(self, world):
        assert world.ask(idempotency_key="daily").id == world.ask(idempotency_key="daily").id

    def test_another_organization_may_use_the_same_key(self, world):
        first = world.ask(idempotency_key="daily")
        world.organization_id = world.organization()
        elsewhere = world.add_pairing(world.add_connection(), world.add_source_account())

        assert world.ask(pairing=elsewhere, idempotency_key="daily").id != first.id


def test_a_record_of_another_organization_cannot_be_asked_for(world):
    record = world.record()
    world.organization_id = world.organization()

    with pytest.raises(NotThere):
        world.ask(record)


def test_open_operations_at_rest_can_be_cancelled(world):
    waiting, running = world.ask(world.record()), world.ask(world.record(), lane=Lane.EVENT)
    world.claim(Lane.EVENT)

    with world.database.writing() as session:
        assert operations.cancel(session, [waiting.id, running.id]) == 1

    assert world.reload(waiting).outcome == Outcome.CANCELLED
    assert world.reload(running).state == OperationState.RUNNING


def test_plans_and_errors_come_back_as_they_were_kept(world):
    world.ask(world.record())
    claimed = world.claim()
    with world.database.writing() as session:
        operations.keep_plan(session, claimed, '{"decision": "create"}')
        operations.finish(session, claimed, Outcome.FAILED, error={"code": "qbo.refused"})

    done = world.reload(claimed)

    assert (done.plan, done.error) == ('{"decision": "create"}', {"code": "qbo.refused"})
