from datetime import UTC, datetime

import pytest

from qbo_connector.store import LeaseLost, NotThere, batches, exchanges, series, steps
from qbo_connector.store.batches import Batch
from qbo_connector.store.exchanges import Exchange
from qbo_connector.store.states import BatchState, StepState
from qbo_connector.store.steps import Step

pytestmark = pytest.mark.postgres


@pytest.fixture
def record(world):
    return world.record()


@pytest.fixture
def operation(world, record):
    world.ask(record)
    return world.claim()


def plan(world, operation, *keys, **values):
    made = [
        Step(
            **{
                "organization_id": operation.organization_id,
                "operation_id": operation.id,
                "connection_id": operation.connection_id,
                "ordinal": ordinal,
                "verb": "create",
                "entity": "invoice",
                "binding_key": key,
                "requestid": f"{operation.id}{key}",
                "body": b'{"a":1.10}',
                "fence": operation.fence,
            }
            | values
        )
        for ordinal, key in enumerate(keys)
    ]
    with world.database.writing() as session:
        return steps.add_all(session, made)


def move(world, step, how, **values):
    with world.database.writing() as session:
        return getattr(steps, how)(session, step, **values)


class TestLife:
    def test_a_step_keeps_the_exact_bytes_that_leave(self, world, operation):
        (step,) = plan(world, operation, "customer:acme")

        with world.database.reading() as session:
            assert steps.load(session, step.id).body == b'{"a":1.10}'

    def test_sent_answered_applied(self, world, operation):
        (step,) = plan(world, operation, "customer:acme")

        sent = move(world, step, "record_sent")
        answered = move(world, step, "record_answer", status=200, answer=b"{}", intuit_tid="t-1")
        applied = move(world, step, "mark_applied")

        assert (sent.state, sent.attempts) == (StepState.SENT, 1)
        assert (answered.state, answered.answer, answered.status) == (StepState.ANSWERED, b"{}", 200)
        assert (applied.state, applied.intuit_tid, applied.fault_code) == (StepState.APPLIED, "t-1", "")

    def test_a_replay_counts_and_keeps_the_time_of_the_first_sending(self, world, operation):
        (step,) = plan(world, operation, "customer:acme")
        first = move(world, step, "record_sent")

        again = move(world, first, "record_sent")

        assert (again.attempts, again.sent_at) == (2, first.sent_at)

    @pytest.mark.parametrize(
        ("end", "too_late"),
        [("mark_applied", "mark_refused"), ("mark_refused", "record_sent"), ("mark_abandoned", "record_sent")],
    )
    def test_what_is_settled_stays_settled(self, world, operation, end, too_late):
        (step,) = plan(world, operation, "customer:acme")
        move(world, step, "record_sent")
        settled = move(world, step, end)

        with pytest.raises(LeaseLost):
            move(world, settled, too_late)

    def test_what_never_left_is_dropped_when_the_plan_is_made_anew(self, world, operation):
        sent, planned = plan(world, operation, "customer:acme", "invoice:1")
        move(world, sent, "record_sent")

        with world.database.writing() as session:
            assert steps.abandon_planned(session, operation.id) == [planned.binding_key]

        with world.database.reading() as session:
            states = [step.state for step in steps.list_of_operation(session, operation.id)]
        assert states == [StepState.SENT, StepState.ABANDONED]
        assert planned.id


class TestSettling:
    def test_finds_what_was_sent_for_the_record_by_any_operation(self, world, record, operation):
        sent, planned = plan(world, operation, "customer:acme", "invoice:1")
        move(world, sent, "record_sent")

        with world.database.reading() as session:
            assert [step.id for step in steps.unsettled(session, record.id)] == [sent.id]
            assert steps.unsettled(session, 0) == []
        assert planned.state == StepState.PLANNED

    def test_finds_what_anybody_sent_about_the_same_customer(self, world, operation):
        acme, other = plan(world, operation, "customer:acme", "customer:other")
        move(world, acme, "record_sent")
        move(world, acme, "record_answer", status=200, answer=b"{}")
        move(world, other, "record_sent")

        with world.database.reading() as session:
            found = steps.unsettled_of(session, operation.connection_id, ["customer:acme", "item:mug"])
        assert [step.id for step in found] == [acme.id]

    def test_the_next_holder_adopts_them_and_the_former_is_refused(self, world, operation):
        (step,) = plan(world, operation, "customer:acme")
        mine = move(world, step, "record_sent")
        with world.database.writing() as session:
            assert steps.adopt(session, [step.id], fence=2) == 1
            adopted = steps.load(session, step.id)

        with pytest.raises(LeaseLost):
            move(world, mine, "record_answer", status=200, answer=b"late")
        assert move(world, adopted, "record_answer", status=200, answer=b"replayed").answer == b"replayed"

    def test_evidence_of_a_late_answer_is_kept_and_found(self, world, operation):
        row = Exchange(
            organization_id=world.organization_id,
            connection_id=operation.connection_id,
            operation_id=operation.id,
            at=datetime.now(UTC),
            method="POST",
            path="/invoice",
            requestid="abc",
            response_body=b"{}",
        )
        with world.database.writing() as session:
            exchanges.append(session, row)

        with world.database.reading() as session:
            by_id = exchanges.list_of_requestid(session, operation.connection_id, "abc")
            by_operation = exchanges.list_of_operation(session, operation.id)
        assert [found.response_body for found in by_id] == [b"{}"]
        assert [found.id for found in by_operation] == [row.id]


class TestBatches:
    @pytest.fixture
    def batch(self, world, operation):
        row = Batch(
            organization_id=world.organization_id,
            connection_id=operation.connection_id,
            operation_id=operation.id,
            requestid="b1",
            bids=["1", "2"],
            body=b"[]",
        )
        with world.database.writing() as session:
            return batches.add(session, row)

    def test_are_settled_whole(self, world, operation, batch):
        def unsettled():
            with world.database.reading() as session:
                return [row.id for row in batches.unsettled(session, operation.connection_id)]

        assert unsettled() == []
        with world.database.writing() as session:
            batches.record_sent(session, batch.id)
        assert unsettled() == [batch.id]
        with world.database.writing() as session:
            batches.record_answer(session, batch.id, status=200, answer=b"{}")
        assert unsettled() == [batch.id]
        with world.database.writing() as session:
            batches.settle(session, batch.id)
            kept = batches.load(session, batch.id)
        assert unsettled() == []
        assert (kept.state, kept.bids, kept.answer, kept.attempts) == (BatchState.SETTLED, ["1", "2"], b"{}", 1)

    def test_know_their_steps_in_order(self, world, operation, batch):
        made = plan(world, operation, "invoice:1", "invoice:2", batch_id=batch.id)

        with world.database.reading() as session:
            assert [step.id for step in steps.list_of_batch(session, batch.id)] == [step.id for step in made]

    def test_that_do_not_exist_are_not_there(self, world):
        with pytest.raises(NotThere), world.database.reading() as session:
            batches.load(session, 1)


def test_a_series_ends_with_each_definite_answer(world):
    connection_id = world.connection.id
    with world.database.writing() as session:
        assert series.current(session, connection_id, "invoice:1:create") == 1
        assert series.advance(session, connection_id, "invoice:1:create") == 2
        assert series.advance(session, connection_id, "invoice:1:create") == 3
        assert series.current(session, connection_id, "invoice:1:create") == 3
        assert series.current(session, connection_id, "invoice:2:create") == 1
