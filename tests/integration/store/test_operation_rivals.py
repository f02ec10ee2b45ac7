"""Several real processes compete for the same operations; the database says afterwards what they did."""

import multiprocessing
import time
from collections import defaultdict
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import pytest
from sqlalchemy import select

from qbo_connector.store import leases, operations
from qbo_connector.store.activity import Activity
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import Intent, OperationState
from tests.integration.store import rival

pytestmark = pytest.mark.postgres

PATIENCE_S = 120
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([rival.__name__])


@dataclass(frozen=True)
class Rival:
    """A process, and the pipe to it."""

    process: Any
    talk: Connection

    def hear(self) -> Any:
        assert self.talk.poll(PATIENCE_S), "it said nothing"
        return self.talk.recv()

    def end(self) -> int:
        self.process.join(PATIENCE_S)
        return self.process.exitcode


@pytest.fixture
def start(database_url, encryption_key):
    """Starts a rival; those still alive at the end of the test are killed."""
    started = []

    def begin(owner, deed, *arguments):
        ours, theirs = FORKS.Pipe()
        process = FORKS.Process(
            target=rival.compete, args=(theirs, database_url, encryption_key, owner, deed, *arguments)
        )
        process.start()
        theirs.close()
        started.append(Rival(process=process, talk=ours))
        return started[-1]

    yield begin
    for one in started:
        one.process.kill()
        one.process.join()
        one.process.close()
        one.talk.close()


def result_of(one):
    result = one.hear()
    assert one.end() == 0
    return result


def history(world):
    with world.database.reading() as session:
        return session.scalars(select(Activity).order_by(Activity.id)).all()


def all_operations(world):
    with world.database.reading() as session:
        return session.scalars(select(Operation).order_by(Operation.id)).all()


def wishes_for(world, pairings):
    made = [(pairing, world.record(pairing)) for pairing in pairings for _ in range(3)]
    return [
        {
            "organization_id": world.organization_id,
            "connection_id": pairing.connection_id,
            "pairing_id": pairing.id,
            "record_id": record.id,
        }
        for pairing, record in made
    ]


def test_no_operation_is_worked_on_twice(world, start):
    for _ in range(40):
        world.ask(world.record())

    done = [result_of(process) for process in [start(f"w{n}", rival.drain) for n in range(3)]]

    ended = [entry.operation_id for entry in history(world) if entry.event == "ended"]
    assert sorted(ended) == [operation.id for operation in all_operations(world)]
    assert sum(done) == 40
    assert {operation.fence for operation in all_operations(world)} == {1}


def test_requests_and_workers_at_once_keep_the_order_of_each_record(world, start):
    wishes = wishes_for(world, [world.pairing, world.add_pairing(world.add_connection())])
    askers = [start(f"a{n}", rival.ask, wishes, 3) for n in range(2)]
    workers = [start(f"w{n}", rival.drain) for n in range(2)]

    asked = sum(result_of(process) for process in askers)
    for process in workers:
        result_of(process)
    result_of(start("last", rival.drain))

    by_record = defaultdict(list)
    for entry in history(world):
        by_record[entry.record_id].append(entry)
    for entries in by_record.values():
        events = [entry.event for entry in entries]
        worked_on = [entry.operation_id for entry in entries if entry.event == "began"]
        assert events == ["began", "ended"] * (len(events) // 2), "two at once"
        assert worked_on == sorted(worked_on), "out of order"
    rows = all_operations(world)
    assert {row.state for row in rows} == {OperationState.DONE}
    assert all(row.finished_wanted == row.wanted for row in rows)
    assert sum(row.wanted for row in rows) == asked
    assert len([row for row in rows if row.intent == Intent.VOID]) == asked / 2


def test_what_a_killed_worker_held_is_free_as_soon_as_its_parent_says_so(world, start):
    asked = world.ask(world.record())
    victim = start("victim", rival.die)
    assert victim.hear() == asked.id
    assert victim.end() == -9
    assert world.claim(owner="w2") is None

    with world.database.writing() as session:
        assert operations.release_owner(session, "victim") == 1
        assert leases.list_held(session, world.connection.id) == []

    taken = world.claim(owner="w2")
    assert (taken.id, taken.fence) == (asked.id, 2)


def test_a_worker_that_was_too_slow_changes_nothing(world, start):
    world.ask(world.record())
    dawdler = start("dawdler", rival.dawdle)
    operation_id = dawdler.hear()
    while (taken := world.claim(owner="w2")) is None:
        time.sleep(0.05)
    dawdler.talk.send("go on")

    assert result_of(dawdler) == "refused"
    assert (taken.id, taken.fence) == (operation_id, 2)
    assert history(world) == []
    assert world.reload(taken).state == OperationState.RUNNING


def test_rivals_that_need_the_same_new_customers_create_each_of_them_once(world, start):
    names = [f"customer:{n}" for n in range(6)]
    for _ in range(20):
        world.ask(world.record())

    for process in [start(f"w{n}", rival.create_customers, names) for n in range(3)]:
        result_of(process)

    created = [entry.params["key"] for entry in history(world)]
    assert sorted(created) == names
    assert {operation.state for operation in all_operations(world)} == {OperationState.DONE}
