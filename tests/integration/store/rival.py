"""A process of its own that competes for operations; the tests start several and look at what they left.

What matters is written into the database. A rival talks to its test over a pipe; what it says last is its result.
"""

import os
import random
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any

from qbo_connector.store import Database, LeaseLost, Vault, activity, leases, open_database, operations
from qbo_connector.store.activity import Activity
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import Intent, Lane, Outcome

Deed = Callable[..., Any]
IDLE_ROUNDS = 15
PAUSE_S = 0.03
CHANCE = random.SystemRandom()


def drain(database: Database, owner: str, _talk: Connection) -> int:
    """Claim and finish until nothing comes any more; beginning and end are noted in the history."""
    done, idle = 0, 0
    while idle < IDLE_ROUNDS:
        operation = claim(database, owner)
        if operation is None:
            idle += 1
            time.sleep(PAUSE_S)
            continue
        idle = 0
        database.write(lambda session, held=operation: note(session, held, "began", owner))
        time.sleep(CHANCE.random() * 0.004)
        database.write(lambda session, held=operation: end(session, held, owner))
        done += 1
    return done


def ask(database: Database, owner: str, _talk: Connection, records: list[dict[str, int]], times: int) -> int:
    """Ask for pushes and voids of the same records as everybody else, all mixed up."""
    wishes = [(record, intent) for record in records for intent in [Intent.PUSH, Intent.VOID]]
    for _ in range(times):
        CHANCE.shuffle(wishes)
        for record, intent in wishes:
            wish = {**record, "intent": intent, "lane": CHANCE.choice(list(Lane)), "asked_by": owner}
            database.write(lambda session, wish=wish: operations.request(session, **wish).id)
    return len(wishes) * times


def die(database: Database, owner: str, talk: Connection) -> None:
    """Claim one operation and a resource, say so, and be killed."""
    operation = claim(database, owner)
    assert operation is not None
    with database.writing() as session:
        leases.take_all(
            session,
            operation.connection_id,
            ["customer:a"],
            operation_id=operation.id,
            fence=operation.fence,
            lease_s=60,
        )
    talk.send(operation.id)
    os.kill(os.getpid(), signal.SIGKILL)


def dawdle(database: Database, owner: str, talk: Connection) -> str:
    """Claim one operation for a moment, wait until somebody else has it, and try to finish it all the same."""
    operation = claim(database, owner, lease_s=0.3)
    assert operation is not None
    talk.send(operation.id)
    talk.recv()
    try:
        database.write(lambda session: end(session, operation, owner))
    except LeaseLost:
        return "refused"
    return "accepted"


def create_customers(database: Database, owner: str, _talk: Connection, names: list[str]) -> int:
    """Finish operations that each need all of the customers; who holds them all creates what is missing."""
    waited = 0
    while (operation := claim(database, owner)) is not None or waited < IDLE_ROUNDS:
        if operation is None:
            waited += 1
            time.sleep(PAUSE_S)
            continue
        keys = CHANCE.sample(names, k=3)
        took = database.write(lambda session, held=operation, keys=keys: take(session, held, keys))
        if took:
            database.write(lambda session, held=operation, keys=keys: create(session, held, keys, owner))
        else:
            database.write(lambda session, held=operation: put_off(session, held))
    return waited


def claim(database: Database, owner: str, lease_s: float = 30) -> Operation | None:
    return database.write(lambda session: operations.claim(session, lanes=Lane, owner=owner, lease_s=lease_s))


def take(session: Any, operation: Operation, keys: list[str]) -> bool:
    operations.guard(session, operation.id, operation.fence)
    return leases.take_all(
        session, operation.connection_id, keys, operation_id=operation.id, fence=operation.fence, lease_s=30
    )


def create(session: Any, operation: Operation, keys: list[str], owner: str) -> None:
    """Look first, as the settling of real steps does; two creators would both find nothing without the lease."""
    operations.guard(session, operation.id, operation.fence)
    known = {row.params["key"] for row in activity.list_in(session, operation.organization_id, limit=10_000)}
    time.sleep(CHANCE.random() * 0.004)
    for key in set(keys) - known:
        entry = Activity(
            organization_id=operation.organization_id, event="created", actor=owner, params={"key": key}
        )
        activity.append(session, entry)
    operations.finish(session, operation, Outcome.SYNCED)


def put_off(session: Any, operation: Operation) -> None:
    soon = datetime.now(UTC) + timedelta(milliseconds=20)
    operations.defer(session, operation, soon, reason="outcome.unknown", costs_attempt=False)


def note(session: Any, operation: Operation, event: str, owner: str) -> None:
    operations.guard(session, operation.id, operation.fence)
    entry = Activity(
        organization_id=operation.organization_id,
        event=event,
        actor=owner,
        record_id=operation.record_id,
        operation_id=operation.id,
        params={"fence": str(operation.fence), "wanted": str(operation.wanted)},
    )
    activity.append(session, entry)


def end(session: Any, operation: Operation, owner: str) -> None:
    note(session, operation, "ended", owner)
    operations.finish(session, operation, Outcome.SYNCED)


def compete(talk: Connection, url: str, key: str, owner: str, deed: Deed, *arguments: Any) -> None:
    """What the process does."""
    database = open_database(url, Vault([key]))
    talk.send(deed(database, owner, talk, *arguments))
    database.close()
