"""What a doorbell sets going: claim from SQL and work, until nothing is due in the lane or the turn is over."""

import time
import traceback
from datetime import timedelta

import structlog

from qbo_connector.logs import Event
from qbo_connector.store import operations
from qbo_connector.store.database import is_passing
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import Lane
from qbo_connector.sync.client_pool import on_behalf_of
from qbo_connector.sync.services import Services
from qbo_connector.sync.work import let_go, settle_unexpected, work

logger = structlog.get_logger(__name__)

TURN_S = 20.0
"""After this a worker rings again and gives others their turn."""

SOON = timedelta(seconds=2)
"""An operation due within this time is waited for, instead of until the next sweep."""

PAUSE_S = 0.1


def drain(lane: str) -> None:
    """The RQ job. The process was given its parts before it began to listen."""
    drain_lane(process_parts(), Lane(lane))


def drain_lane(services: Services, lane: Lane) -> int:
    """Work on what is due in the lane; returns how many operations were worked on."""
    began, done = time.monotonic(), 0
    while time.monotonic() - began < TURN_S:
        if not _due_soon(services, lane):
            return done
        operation = claim(services, lane)
        if operation is None:
            time.sleep(PAUSE_S)
            continue
        carry_out(services, operation)
        _wake_whoever_waited(services, operation, lane)
        done += 1
    services.bell.ring(lane)
    return done


def claim(services: Services, lane: Lane) -> Operation | None:
    """The next operation of the lane, under a fence of ours."""
    return services.database.write(
        lambda session: operations.claim(
            session, lanes=[lane], owner=services.owner, lease_s=services.settings.lease_s
        )
    )


def carry_out(services: Services, operation: Operation) -> None:
    """Work on one operation. This is the job boundary: whatever nobody foresaw ends here, told and logged."""
    log = logger.bind(operation_id=operation.id, intent=str(operation.intent), attempt=operation.attempts)
    began = time.monotonic()
    try:
        with on_behalf_of(operation.id):
            work(services, operation)
    except Exception as err:  # the boundary: a worker outlives whatever an operation does to it
        if is_passing(err):
            let_go(services, operation)
        else:
            where = traceback.extract_tb(err.__traceback__)[-1]
            settle_unexpected(services, operation, f"{type(err).__name__} in {where.name}")
        log.exception(Event.OPERATION_FAILED)
    else:
        log.info(Event.OPERATION_DONE, duration_ms=int((time.monotonic() - began) * 1000))


def _wake_whoever_waited(services: Services, operation: Operation, lane: Lane) -> None:
    """Ring for the record's next operation: its own doorbell found nothing to claim while this one was at work."""
    if operation.record_id is None:
        return
    with services.database.reading() as session:
        waiting = operations.list_open_of_record(session, operation.record_id)[:1]
    for following in waiting:
        if following.lane is not lane and following.due_at <= services.clock():
            services.bell.ring(following.lane)


def _due_soon(services: Services, lane: Lane) -> bool:
    """Looked at before anything is claimed: who only looks takes no turn at writing from anybody."""
    with services.database.reading() as session:
        return operations.is_due(session, lane, services.clock() + SOON)


_parts: list[Services] = []


def equip(services: Services) -> None:
    """Give this process its parts; before it listens, once."""
    _parts[:] = [services]


def process_parts() -> Services:
    """The parts of this process.

    Raises:
        RuntimeError: the process was never equipped.
    """
    if not _parts:
        raise RuntimeError("this process was not equipped before it began to work")
    return _parts[0]
