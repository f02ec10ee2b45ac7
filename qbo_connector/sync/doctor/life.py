"""Checks of what should be alive: workers on every lane, the scheduler, and work that does not wait too long."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.orm import Session

from qbo_connector.config import Settings
from qbo_connector.store import clock, operations, processes
from qbo_connector.store.states import Lane, ProcessKind
from qbo_connector.sync.doctor.check import Check, bad, good, warning

# A process that misses a few heartbeats is busy; one that misses these is gone.
MISSED_BEATS = 4
WAITING_TOO_LONG = timedelta(minutes=2)


def check_life(session: Session, settings: Settings) -> Iterator[Check]:
    """Who listens, and for how long work has waited."""
    within_s = settings.heartbeat_s * MISSED_BEATS
    yield from _check_workers(session, within_s)
    yield from _check_scheduler(session, within_s)
    yield from _check_queue(session)


def _check_workers(session: Session, within_s: float) -> Iterator[Check]:
    served = processes.served_lanes(session, within_s=within_s)
    if silent := [lane for lane in Lane if lane not in served]:
        yield bad(
            "workers",
            f"No worker listens to {', '.join(silent)}, so that work waits.",
            f"Run: qbo-connector worker --lanes {','.join(silent)}",
        )
        return
    yield good("workers", "Workers listen to every lane.")


def _check_scheduler(session: Session, within_s: float) -> Iterator[Check]:
    alive = processes.list_alive(session, within_s=within_s)
    if not any(process.kind is ProcessKind.SCHEDULER for process in alive):
        yield bad(
            "scheduler",
            "No scheduler runs: nothing starts by itself, and a lost doorbell stays lost.",
            "Run: qbo-connector scheduler",
        )
        return
    yield good("scheduler", "The scheduler is alive.")


def _check_queue(session: Session) -> Iterator[Check]:
    oldest = operations.oldest_due(session)
    waited = timedelta() if oldest is None else clock.utc_now() - oldest
    if waited > WAITING_TOO_LONG:
        minutes = int(waited.total_seconds() // 60)
        yield warning(
            "queue",
            f"The oldest work that is due has waited for {minutes} minutes.",
            "Add worker processes, or look at the runs that hold the lane.",
        )
        return
    yield good("queue", "No work waits for long.")
