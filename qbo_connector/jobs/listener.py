"""One worker process: preloaded, listening to its lanes, giving signs of life, dying with its parent."""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

from redis import Redis
from rq import Queue, SimpleWorker
from sqlalchemy.exc import DBAPIError

from qbo_connector.jobs.drain import equip
from qbo_connector.store import processes
from qbo_connector.store.processes import Process
from qbo_connector.store.states import Lane, ProcessKind
from qbo_connector.sync.services import Services

PR_SET_PDEATHSIG = 1
WORKER_TTL_S = 30


def listen(services: Services, redis: Redis, lanes: Sequence[Lane]) -> None:
    """Listen until a signal ends it; the highest lane is asked first."""
    equip(services)
    die_with_parent()
    alive = threading.Event()
    threading.Thread(target=_beat, args=(services, lanes, alive), name="life", daemon=True).start()
    queues = [Queue(str(lane), connection=redis) for lane in sorted(lanes, key=lambda lane: lane.rank)]
    try:
        # One process for all doorbells: a fork for each would throw the kept connections away.
        worker = SimpleWorker(
            queues,
            connection=redis,
            name=services.owner.replace(":", "-"),
            worker_ttl=WORKER_TTL_S,
            maintenance_interval=WORKER_TTL_S,
        )
        worker.work(logging_level="WARNING", with_scheduler=False)
    finally:
        alive.set()
        with services.database.writing() as session:
            processes.leave(session, services.owner)


def die_with_parent() -> None:
    """On Linux, let the kernel end this process when its parent dies; elsewhere leases do the rest."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _beat(services: Services, lanes: Sequence[Lane], ended: threading.Event) -> None:
    me = Process(
        id=services.owner,
        kind=ProcessKind.WORKER,
        lanes=[str(lane) for lane in lanes],
        host=services.owner.partition(":")[0],
        pid=os.getpid(),
        started_at=datetime.now(UTC),
    )
    known = False
    while not ended.is_set():
        try:
            with services.database.writing() as session:
                if not known:
                    processes.enter(session, me)
                known = processes.beat(session, me.id)
        except DBAPIError:
            known = False
        ended.wait(services.settings.heartbeat_s)
