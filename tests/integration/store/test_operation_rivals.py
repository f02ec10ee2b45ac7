"""Several real processes compete for the same operations; the database says afterwards what they did."""

import json
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest
from sqlalchemy import select

from qbo_connector.store import leases, operations
from qbo_connector.store.activity import Activity
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import Intent, OperationState

pytestmark = pytest.mark.postgres

PROGRAM = Path(__file__).with_name("rival.py")
PATIENCE_S = 120


@pytest.fixture
def start(database_url, encryption_key):
    """Starts a rival; those still alive at the end of the test are killed."""
    started = []

    def begin(owner, deed, *arguments):
        command = [sys.executable, str(PROGRAM), database_url, encryption_key, owner, deed, *arguments]
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def result_of(process):
    output, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    return json.loads(output.splitlines()[-1])


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

    done = [result_of(process) for process in [start(f"w{n}", "drain") for n in range(3)]]

    ended = [entry.operation_id for entry in history(world) if entry.event == "ended"]
    assert sorted(ended) == [operation.id for operation in all_operations(world)]
    assert sum(done) == 40
    assert {operation.fence for operation in all_operations(world)} == {1}


def test_requests_and_workers_at_once_keep_the_order_of_each_record(world, start):
    wishes = wishes_for(world, [world.pairing, world.add_pairing(world.add_connection())])
    askers = [start(f"a{n}", "ask", json.dumps(wishes), "3") for n in range(2)]
    workers = [start(f"w{n}", "drain") for n in range(2)]

    asked = sum(result_of(process) for process in askers)
    for process in workers:
        result_of(process)
    result_of(start("last", "drain"))

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
    victim = start("victim", "die")
    assert int(victim.stdout.readline()) == asked.id
    assert victim.wait(PATIENCE_S) == -9
    assert world.claim(owner="w2") is None

    with world.database.writing() as session:
        assert operations.release_owner(session, "victim") == 1
        assert leases.list_held(session, world.connection.id) == []

    taken = world.claim(owner="w2")
    assert (taken.id, taken.fence) == (asked.id, 2)


def test_a_worker_that_was_too_slow_changes_nothing(world, start):
    world.ask(world.record())
    dawdler = start("dawdler", "dawdle")
    operation_id = int(dawdler.stdout.readline())
    while (taken := world.claim(owner="w2")) is None:
        time.sleep(0.05)
    dawdler.stdin.write("go on\n")
    dawdler.stdin.flush()

    assert json.loads(dawdler.stdout.readline()) == "refused"
    assert (taken.id, taken.fence) == (operation_id, 2)
    assert history(world) == []
    assert world.reload(taken).state == OperationState.RUNNING


def test_rivals_that_need_the_same_new_customers_create_each_of_them_once(world, start):
    names = [f"customer:{n}" for n in range(6)]
    for _ in range(20):
        world.ask(world.record())

    for process in [start(f"w{n}", "create_customers", json.dumps(names)) for n in range(3)]:
        result_of(process)

    created = [entry.params["key"] for entry in history(world)]
    assert sorted(created) == names
    assert {operation.state for operation in all_operations(world)} == {OperationState.DONE}
