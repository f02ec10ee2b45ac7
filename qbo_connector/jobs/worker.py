"""The workers of one machine: a parent that loads everything once, and children that do the work.

A child that dies is buried at once: its leases are given back, and another takes its place. With more than one
process, the first serves clicks only, so that nobody waits behind a bulk run.
"""

import os
import signal
import time
from collections.abc import Callable, Sequence
from types import FrameType

import structlog
from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from qbo_connector.config import Settings
from qbo_connector.jobs.listener import listen
from qbo_connector.logs import Event
from qbo_connector.store import operations, processes
from qbo_connector.store.states import Lane
from qbo_connector.sync.services import Services

logger = structlog.get_logger(__name__)

Builder = Callable[[Settings], Services]

PAUSE_S = 0.2
PATIENCE_S = 10.0
QUICK_DEATH_S = 2.0
BREATHER_S = 1.0
RETRIES = 30


def run(settings: Settings, lanes: Sequence[Lane], count: int, *, build: Builder) -> None:
    """Keep `count` workers alive until SIGTERM or SIGINT, then let them finish and go.

    `build` wires the parts; each child wires its own, after the fork.
    """
    Keeper(settings, plan_lanes(lanes, count), build).run()


def plan_lanes(lanes: Sequence[Lane], count: int) -> list[tuple[Lane, ...]]:
    """What each process listens to: with several, the first one is for clicks alone."""
    everything = tuple(lanes)
    if count == 1 or Lane.INTERACTIVE not in lanes or len(lanes) == 1:
        return [everything] * count
    return [(Lane.INTERACTIVE,), *([everything] * (count - 1))]


def worker_redis(settings: Settings) -> Redis:
    """A client that outlives an outage of some seconds."""
    retry = Retry(ExponentialBackoff(cap=2, base=0.1), RETRIES)
    return Redis.from_url(settings.redis_url, retry=retry, health_check_interval=15)


class Keeper:
    """Starts children by fork, after everything is loaded, and watches them."""

    def __init__(self, settings: Settings, shifts: Sequence[tuple[Lane, ...]], build: Builder) -> None:
        self._settings = settings
        self._build = build
        self._shifts = list(shifts)
        self._children: dict[int, tuple[tuple[Lane, ...], float]] = {}
        self._ending = False

    def run(self) -> None:
        """Until a signal says stop."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        for shift in self._shifts:
            self._start(shift)
        while self._children:
            self._reap()
            time.sleep(PAUSE_S)

    def _start(self, shift: tuple[Lane, ...]) -> None:
        pid = os.fork()
        if pid == 0:
            os._exit(_child(self._settings, shift, self._build))
        self._children[pid] = (shift, time.monotonic())

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._ending = True
        for pid in self._children:
            _signal(pid, signal.SIGTERM)

    def _reap(self) -> None:
        for pid in list(self._children):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended == 0:
                continue
            shift, started = self._children.pop(pid)
            self._bury(pid, status)
            if not self._ending:
                if time.monotonic() - started < QUICK_DEATH_S:
                    time.sleep(BREATHER_S)
                self._start(shift)

    def _bury(self, pid: int, status: int) -> None:
        """Give back what it held, so that others go on within moments."""
        if status:
            logger.warning(Event.CHILD_DIED, pid=pid, status=status)
        services = self._build(self._settings)
        try:
            freed = _give_back(services, pid)
        finally:
            services.database.close()
        if freed:
            for lane in Lane:
                services.bell.ring(lane)


def _give_back(services: Services, pid: int) -> int:
    host = services.owner.partition(":")[0]
    with services.database.writing() as session:
        dead = [row.id for row in processes.list_of_pid(session, host=host, pid=pid)]
        freed = sum(operations.release_owner(session, owner) for owner in dead)
        for owner in dead:
            processes.leave(session, owner)
    return freed


def _child(settings: Settings, shift: tuple[Lane, ...], build: Builder) -> int:
    """A worker's whole life; its database connections are its own, since they are opened after the fork."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    services = build(settings)
    try:
        listen(services, worker_redis(settings), shift)
    except RedisError:
        logger.warning(Event.DOORBELL_LOST)
        return 1
    finally:
        services.database.close()
    return 0


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
