import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from qbo_connector.store import LeaseLost, NotThere, leases, operations, records
from qbo_connector.store.states import Lane, OperationState, Outcome, RecordState

pytestmark = pytest.mark.postgres


@pytest.fixture
def held(world):
    world.ask(world.record())
    return world.claim(owner="w1")


def let_expire(world, operation):
    with world.database.writing() as session:
        assert operations.renew(session, operation.id, operation.fence, "w1", -1)


class TestFences:
    def test_an_expired_lease_can_be_claimed_under_a_higher_fence(self, world, held):
        let_expire(world, held)

        taken = world.claim(owner="w2")

        assert (taken.id, taken.fence, taken.lease_owner, taken.attempts) == (held.id, 2, "w2", 2)

    def test_the_holder_passes_the_guard(self, world, held):
        with world.database.writing() as session:
            operations.guard(session, held.id, held.fence)

    def test_a_late_worker_is_refused_once_another_has_claimed(self, world, held):
        let_expire(world, held)
        world.claim(owner="w2")

        with pytest.raises(LeaseLost), world.database.writing() as session:
            operations.guard(session, held.id, held.fence)

    def test_a_late_worker_is_refused_even_if_nobody_has_claimed_yet(self, world, held):
        let_expire(world, held)

        with pytest.raises(LeaseLost), world.database.writing() as session:
            operations.guard(session, held.id, held.fence)

    @pytest.mark.parametrize(
        "effect",
        [
            lambda session, operation: operations.set_phase(session, operation, "sending"),
            lambda session, operation: operations.keep_plan(session, operation, "{}"),
            lambda session, operation: operations.finish(session, operation, Outcome.SYNCED),
            lambda session, operation: operations.defer(session, operation, datetime.now(UTC), reason="x"),
        ],
        ids=["phase", "plan", "finish", "defer"],
    )
    def test_every_effect_of_a_late_worker_is_refused(self, world, held, effect):
        let_expire(world, held)
        world.claim(owner="w2")

        with pytest.raises(LeaseLost), world.database.writing() as session:
            effect(session, held)

        present = world.reload(held)
        assert (present.lease_owner, present.phase, present.outcome) == ("w2", "", None)

    def test_what_a_late_worker_wrote_beside_is_rolled_back(self, world, held):
        let_expire(world, held)
        world.claim(owner="w2")

        def effect(session):
            leases.take_all(session, held.connection_id, ["customer:a"], operation_id=held.id, fence=1, lease_s=30)
            operations.guard(session, held.id, held.fence)

        with pytest.raises(LeaseLost):
            world.database.write(effect)

        with world.database.reading() as session:
            assert leases.list_held(session, held.connection_id) == []

    def test_a_finished_operation_cannot_be_finished_again(self, world, held):
        with world.database.writing() as session:
            operations.finish(session, held, Outcome.SYNCED)

        with pytest.raises(LeaseLost), world.database.writing() as session:
            operations.finish(session, held, Outcome.FAILED)


class TestRenewing:
    def test_prolongs_the_lease(self, world, held):
        with world.database.writing() as session:
            assert operations.renew(session, held.id, held.fence, "w1", 300)

        assert world.reload(held).lease_until > held.lease_until + timedelta(seconds=200)

    def test_prolongs_the_leases_on_resources_too(self, world, held):
        with world.database.writing() as session:
            leases.take_all(session, held.connection_id, ["a"], operation_id=held.id, fence=1, lease_s=1)
            operations.renew(session, held.id, held.fence, "w1", 300)
            (lease,) = leases.list_held(session, held.connection_id)

        assert lease.until > datetime.now(UTC) + timedelta(seconds=200)

    @pytest.mark.parametrize(("fence", "owner"), [(2, "w1"), (1, "w2")])
    def test_is_refused_to_anybody_else(self, world, held, fence, owner):
        with world.database.writing() as session:
            assert not operations.renew(session, held.id, fence, owner, 300)

    def test_is_refused_once_the_lease_ran_out(self, world, held):
        let_expire(world, held)

        with world.database.writing() as session:
            assert not operations.renew(session, held.id, held.fence, "w1", 300)


class TestRelease:
    def test_a_dead_worker_loses_everything_at_once(self, world):
        for _ in range(3):
            world.ask(world.record())
        mine, also_mine, theirs = world.claim(owner="w1"), world.claim(owner="w1"), world.claim(owner="w2")
        with world.database.writing() as session:
            leases.take_all(session, mine.connection_id, ["a", "b"], operation_id=mine.id, fence=1, lease_s=30)
            leases.take_all(session, mine.connection_id, ["c"], operation_id=theirs.id, fence=1, lease_s=30)

        with world.database.writing() as session:
            assert operations.release_owner(session, "w1") == 2

        assert {world.claim(owner="w3").id, world.claim(owner="w3").id} == {mine.id, also_mine.id}
        assert world.claim(owner="w3") is None
        with world.database.reading() as session:
            assert [lease.resource_key for lease in leases.list_held(session, mine.connection_id)] == ["c"]

    def test_a_worker_taken_for_dead_is_refused(self, world, held):
        with world.database.writing() as session:
            operations.release_owner(session, "w1")

        with pytest.raises(LeaseLost), world.database.writing() as session:
            operations.finish(session, held, Outcome.SYNCED)

    def test_an_operator_can_take_an_operation_away(self, world, held):
        with world.database.writing() as session:
            operations.break_lease(session, world.organization_id, held.id)

        assert (world.reload(held).state, world.reload(held).fence) == (OperationState.QUEUED, 2)
        with pytest.raises(LeaseLost), world.database.writing() as session:
            operations.guard(session, held.id, held.fence)

    def test_but_only_one_of_the_organization(self, world, held):
        another = world.organization()

        with pytest.raises(NotThere), world.database.writing() as session:
            operations.break_lease(session, another, held.id)


class TestPostponing:
    def test_waits_until_it_is_due_and_says_why(self, world, held):
        later = datetime.now(UTC) + timedelta(minutes=5)
        with world.database.writing() as session:
            waiting = operations.defer(session, held, later, reason="qbo.unavailable")

        assert (waiting.state, waiting.phase, waiting.due_at) == (OperationState.WAITING, "qbo.unavailable", later)
        assert world.claim() is None
        assert world.claim(now=later).attempts == 2

    def test_gives_the_attempt_back_if_it_cost_none(self, world, held):
        with world.database.writing() as session:
            operations.defer(session, held, datetime.now(UTC), reason="limit.throttled", costs_attempt=False)

        assert world.claim().attempts == 1

    def test_gives_back_resources(self, world, held):
        with world.database.writing() as session:
            leases.take_all(session, held.connection_id, ["a"], operation_id=held.id, fence=1, lease_s=30)
            operations.defer(session, held, datetime.now(UTC), reason="x")
            assert leases.list_held(session, held.connection_id) == []


class TestResources:
    def take(self, world, operation, *keys, lease_s=30):
        with world.database.writing() as session:
            return leases.take_all(
                session,
                operation.connection_id,
                keys,
                operation_id=operation.id,
                fence=operation.fence,
                lease_s=lease_s,
            )

    @pytest.fixture
    def rival(self, world, held):
        world.ask(world.record())
        return world.claim(owner="w2")

    def keys(self, world):
        with world.database.reading() as session:
            return [
                (lease.resource_key, lease.operation_id)
                for lease in leases.list_held(session, world.connection.id)
            ]

    def test_all_are_taken(self, world, held):
        assert self.take(world, held, "item:mug", "customer:acme", "item:mug")

        assert self.keys(world) == [("customer:acme", held.id), ("item:mug", held.id)]

    def test_or_none(self, world, held, rival):
        self.take(world, held, "customer:b")

        assert not self.take(world, rival, "customer:a", "customer:b", "customer:c")
        assert self.keys(world) == [("customer:b", held.id)]

    def test_who_cannot_have_one_gives_back_what_it_had(self, world, held, rival):
        self.take(world, held, "customer:b")
        self.take(world, rival, "customer:a")

        assert not self.take(world, rival, "customer:b")
        assert self.keys(world) == [("customer:b", held.id)]

    def test_holding_is_no_obstacle_to_oneself(self, world, held):
        assert self.take(world, held, "customer:a")
        assert self.take(world, held, "customer:a", "customer:b")

    def test_expired_ones_can_be_taken(self, world, held, rival):
        self.take(world, held, "customer:a", lease_s=-1)

        assert self.take(world, rival, "customer:a")
        assert self.keys(world) == [("customer:a", rival.id)]

    def test_another_company_has_resources_of_its_own(self, world, held):
        elsewhere = world.add_pairing(world.add_connection())
        world.ask(world.record(elsewhere), pairing=elsewhere)
        self.take(world, held, "customer:a")

        assert self.take(world, world.claim(), "customer:a")

    def test_the_end_of_the_operation_gives_them_back(self, world, held):
        self.take(world, held, "customer:a")
        with world.database.writing() as session:
            operations.finish(session, held, Outcome.SYNCED)

        assert self.keys(world) == []


def test_people_see_each_change_of_phase(world, held):
    with world.database.writing() as session:
        changed = operations.set_phase(session, held, "creating.customer", {"customer": "Acme"})

    assert (changed.phase, changed.phase_params) == ("creating.customer", {"customer": "Acme"})
    with world.database.reading() as session:
        assert operations.version(session, held.id) == held.version + 1 == changed.version
        assert operations.version(session, 0) == 0


def test_a_record_knows_what_was_and_is_asked_for_it(world):
    record = world.record()
    first = world.ask(record)
    world.claim(Lane.BULK)
    with world.database.writing() as session:
        operations.finish(session, operations.load(session, first.id), Outcome.SYNCED)
    second = world.ask(record)

    with world.database.reading() as session:
        assert [row.id for row in operations.list_of_record(session, record.id)] == [second.id, first.id]
        assert [row.id for row in operations.list_open_of_record(session, record.id)] == [second.id]


def test_an_effect_and_a_click_on_the_same_record_do_not_wait_in_a_circle(world):
    record = world.record()
    world.ask(record)
    held = world.claim()
    guarded = threading.Event()

    def effect():
        with world.database.writing() as session:
            operations.guard(session, held.id, held.fence)
            guarded.set()
            time.sleep(0.2)
            records.set_standing(session, record.id, state=RecordState.SYNCED)
            operations.finish(session, held, Outcome.SYNCED)

    with ThreadPoolExecutor() as pool:
        working = pool.submit(effect)
        guarded.wait()
        clicked = pool.submit(world.ask, record, lane=Lane.INTERACTIVE)
        working.result()
        asked = clicked.result()

    assert asked.id != held.id, "what is done cannot be joined"
    assert world.claim().id == asked.id


def test_a_finish_and_a_click_on_the_same_record_do_not_wait_in_a_circle(world):
    record = world.record()
    world.ask(record)
    held = world.claim()
    finished = threading.Event()

    def effect():
        with world.database.writing() as session:
            operations.finish(session, held, Outcome.SYNCED)
            finished.set()
            time.sleep(0.2)
            records.set_standing(session, record.id, state=RecordState.SYNCED)

    with ThreadPoolExecutor() as pool:
        working = pool.submit(effect)
        finished.wait()
        clicked = pool.submit(world.ask, record, lane=Lane.INTERACTIVE)
        working.result()
        assert clicked.result().id != held.id
