"""What time brings: lost doorbells are rung again, dead workers' leases given back, the change feed asked.

The truth is in SQL, so two schedulers do no harm: everything they start is claimed by row.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from qbo_connector.config import Settings
from qbo_connector.logs import Event
from qbo_connector.policy.catalogue import Reason
from qbo_connector.store import (
    connections,
    deliveries,
    exchanges,
    mirror,
    operations,
    processes,
    sources,
    widget_keys,
)
from qbo_connector.store.processes import Process
from qbo_connector.store.states import Lane, ProcessKind
from qbo_connector.sync.alarms import end_spent_budget
from qbo_connector.sync.feed_schedule import PRESSING, feed_interval, is_due
from qbo_connector.sync.foreseeing import foresee
from qbo_connector.sync.hook_secrets import forget_former
from qbo_connector.sync.hook_warning import end_quiet
from qbo_connector.sync.inbound import brings_anything
from qbo_connector.sync.inbox import ask_for_changes
from qbo_connector.sync.liveness import channel_is_alive
from qbo_connector.sync.mirror_loading import ask_for_missing, is_loaded
from qbo_connector.sync.read_budget import read_budget
from qbo_connector.sync.resuming import ask_for_probe
from qbo_connector.sync.services import Services
from qbo_connector.sync.source_news import ask_for_source_changes
from qbo_connector.sync.stuck import notice_stuck

logger = structlog.get_logger(__name__)

SILENT_LEASES = 3
EVIDENCE_KEPT = timedelta(days=90)
DELIVERIES_KEPT = timedelta(days=35)
HOUR_S = 3600.0
MINUTE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something done again and again."""

    name: str
    every_s: float
    do: Callable[[Services], None]


def run(services: Services) -> None:
    """Tick until SIGTERM or SIGINT."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        tick_until(services, ended)
    finally:
        with services.database.writing() as session:
            processes.leave(session, services.owner)
        services.database.close()


def tick_until(services: Services, ended: threading.Event) -> None:
    """Do each duty when its time comes; a database that is away for a moment is no reason to stop."""
    duties = duties_of(services.settings)
    due = dict.fromkeys((duty.name for duty in duties), 0.0)
    while not ended.is_set():
        for duty in duties:
            if time.monotonic() >= due[duty.name]:
                due[duty.name] = time.monotonic() + duty.every_s
                _do(services, duty)
        ended.wait(min(1.0, services.settings.sweep_s))


def duties_of(settings: Settings) -> tuple[Duty, ...]:
    """Everything that time brings."""
    return (
        Duty(name="alive", every_s=settings.heartbeat_s, do=_sign_of_life),
        Duty(name="sweep", every_s=settings.sweep_s, do=sweep),
        Duty(name="deliveries", every_s=settings.sweep_s, do=ask_about_deliveries),
        Duty(name="feed", every_s=MINUTE_S, do=ask_feeds),
        Duty(name="sources", every_s=MINUTE_S, do=ask_sources),
        Duty(name="load", every_s=HOUR_S, do=ask_for_missing),
        Duty(name="probe", every_s=HOUR_S, do=ask_for_probes),
        Duty(name="stuck", every_s=MINUTE_S, do=notice_stuck),
        Duty(name="hooks", every_s=MINUTE_S, do=end_hook_matters),
        Duty(name="reads", every_s=HOUR_S, do=end_spent_budget),
        Duty(name="foresee", every_s=HOUR_S, do=foresee),
        Duty(name="forget", every_s=HOUR_S, do=forget),
    )


def sweep(services: Services) -> None:
    """Bury the silent, and ring for every lane in which something is due."""
    with services.database.writing() as session:
        for dead in processes.list_silent(session, after_s=services.settings.lease_s * SILENT_LEASES):
            operations.release_owner(session, dead.id)
            processes.leave(session, dead.id)
    with services.database.reading() as session:
        lanes = operations.due_lanes(session)
    for lane in lanes:
        services.bell.ring(lane)


def ask_about_deliveries(services: Services) -> None:
    """Deliveries whose operation was lost with a crash are asked for again."""
    with services.database.reading() as session:
        waiting = deliveries.list_waiting_connections(session)
    for connection_id in waiting:
        with services.database.writing() as session:
            ask_for_changes(session, connections.load(session, connection_id), lane=Lane.EVENT)


def ask_feeds(services: Services) -> None:
    """The change feed finds what webhooks lost; how often it is asked, `sync.feed_schedule` says."""
    now = services.clock()
    with services.database.reading() as session:
        scarce = read_budget(session, services.settings.reads_per_month, now).is_scarce
        active = connections.list_active(session)
        due = [row for row in active if _feed_is_due(services, session, row, now, scarce=scarce)]
    for row in due:
        with services.database.writing() as session:
            ask_for_changes(session, row, lane=Lane.MAINTENANCE, feed=True)


def ask_sources(services: Services) -> None:
    """Sources whose syncs start by events are asked what their hooks may have lost."""
    with services.database.writing() as session:
        for account in sources.list_active(session):
            ask_for_source_changes(services, session, account)


def ask_for_probes(services: Services) -> None:
    """A company whose subscription ended may have been put in order; an expired link only a sign-in mends.

    One that was emptied waits for a person's word: going on could create every document a second time.
    """
    with services.database.writing() as session:
        waiting = [
            row for row in connections.list_paused(session) if row.paused_reason != Reason.CONNECTION_COMPANY_RESET
        ]
        for row in waiting:
            ask_for_probe(session, row, asked_by="schedule", lane=Lane.MAINTENANCE)


def forget(services: Services) -> None:
    """Drop what has served its time: used tokens, old evidence, settled deliveries."""
    now = services.clock()
    with services.database.writing() as session:
        widget_keys.forget_expired_tokens(session)
        deliveries.forget_before(session, now - DELIVERIES_KEPT)
        exchanges.forget_before(session, now - EVIDENCE_KEPT)


def end_hook_matters(services: Services) -> None:
    """Replaced hook secrets go, and warnings about refused hooks whose cause is gone."""
    forget_former(services)
    end_quiet(services)


def _feed_is_due(
    services: Services, session: Session, row: connections.Connection, now: datetime, *, scarce: bool
) -> bool:
    feeds = mirror.feeds(session, row.id)
    if not is_loaded(feeds) or not is_due(feeds, now, PRESSING, scarce=scarce):
        return False
    inbound = brings_anything(services, session, row)
    every = feed_interval(alive=channel_is_alive(row, now), inbound=inbound, scarce=scarce)
    return is_due(feeds, now, every, scarce=scarce)


def _sign_of_life(services: Services) -> None:
    me = Process(
        id=services.owner,
        kind=ProcessKind.SCHEDULER,
        lanes=[],
        host=services.owner.partition(":")[0],
        pid=os.getpid(),
        started_at=datetime.now(UTC),
    )
    with services.database.writing() as session:
        if not processes.beat(session, services.owner):
            processes.enter(session, me)


def _do(services: Services, duty: Duty) -> None:
    try:
        duty.do(services)
    except DBAPIError:
        logger.exception(Event.SCHEDULE_TICKED, duty=duty.name)
