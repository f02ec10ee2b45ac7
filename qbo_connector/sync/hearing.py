"""Deliveries of a company, taken together: what tells us of our own writes costs no read, the rest one per kind.

A delivery that nobody can use is set aside with the reason; it holds up none of the others.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from qbo_connector.errors import NeedsHuman
from qbo_connector.mapping.listing import LISTS
from qbo_connector.qbo.webhooks import Change
from qbo_connector.store import bindings, connections, deliveries, mirror, numbers, operations, steps
from qbo_connector.store.connections import Connection
from qbo_connector.store.deliveries import Delivery
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import DeliveryState
from qbo_connector.sync.comparing import everything
from qbo_connector.sync.document_news import take_deletion, take_standing
from qbo_connector.sync.feed_schedule import UNTOLD
from qbo_connector.sync.inbox import SWALLOWED
from qbo_connector.sync.mirror_loading import load_list
from qbo_connector.sync.mirror_writing import NUMBERED, forget_entry, keep_entries
from qbo_connector.sync.services import Services

ECHO = timedelta(seconds=2)
"""A delivery this close to our own last answer about the same object tells us nothing new."""

PATIENCE = timedelta(seconds=2)
"""How long a delivery waits for the answer to a write of its kind: it may be the write's echo."""

MOST_AT_ONCE = 500
"""Deliveries taken together, so ids in one query. Intuit names no limit for IN, only that an answer holds a
thousand rows; the statement travels in the body of a POST, so no address grows too long, and a query that is
refused all the same is asked again by halves."""

AT_ONCE = ("Invoice",)
"""Documents that are read as soon as a webhook tells of them, since plans ask about them all day. Of other types
only those that are linked are: the rest can wait for the change feed, which tells of all of them for one read."""

KNOWN = frozenset({*LISTS, *NUMBERED, *UNTOLD})


@dataclass(slots=True, kw_only=True)
class Sorted:
    """Deliveries by what is to be done about them. The deletion of a document tells all there is to know."""

    echoes: list[Delivery] = field(default_factory=list)
    foreign: list[Delivery] = field(default_factory=list)
    gone: list[Delivery] = field(default_factory=list)
    later: list[Delivery] = field(default_factory=list)
    waiting: list[Delivery] = field(default_factory=list)
    wanted: dict[str, list[Delivery]] = field(default_factory=lambda: defaultdict(list))


def hear(services: Services, connection: Connection, operation: Operation) -> bool:
    """Take what came in; True if something waits for the answer to a write that is under way.

    Raises:
        ConnectorError: QuickBooks could not be read; what was not handled stays.
        LeaseLost: the operation was taken over. Nothing of what was read is kept: an entry may be gone by now.
    """
    while True:
        with services.database.reading() as session:
            came = deliveries.list_new(session, connection_id=connection.id, limit=MOST_AT_ONCE)
        if not came:
            return False
        told = _take_what_needs_no_read(services, connection, came, operation)
        for entity, about in told.wanted.items():
            _read(services, connection, entity, about, operation)
        if told.waiting:
            return True


def _take_what_needs_no_read(
    services: Services, connection: Connection, came: Sequence[Delivery], operation: Operation
) -> Sorted:
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        connections.hear_webhook(session, connection.id, max(one.received_at for one in came))
        told = _sorted(session, connection, came, services.clock())
        for one in told.gone:
            take_deletion(session, connection, one.entity, one.qbo_id)
        for one in came:
            _take_merge(session, connection, one)
        _mark(session, told.echoes, DeliveryState.DROPPED, "known already: our own write, or read since")
        _mark(session, told.foreign, DeliveryState.DROPPED, "nothing of this kind is kept")
        _mark(session, told.later, DeliveryState.DROPPED, "no document of ours: left to the change feed")
        _mark(session, told.gone, DeliveryState.HANDLED)
    return told


def _sorted(session: Session, connection: Connection, came: Iterable[Delivery], now: datetime) -> Sorted:
    told, in_flight = Sorted(), steps.entities_in_flight(session, connection.id)
    for one in came:
        if one.entity not in KNOWN:
            told.foreign.append(one)
        elif one.entity in NUMBERED and one.operation == Change.DELETE:
            told.gone.append(one)
        elif _is_known(session, connection, one):
            told.echoes.append(one)
        elif one.entity.lower() in in_flight and now - one.received_at < PATIENCE:
            told.waiting.append(one)
        elif _can_wait(session, connection, one):
            told.later.append(one)
        else:
            told.wanted[one.entity].append(one)
    return told


def _can_wait(session: Session, connection: Connection, delivery: Delivery) -> bool:
    """Whether it is about a document that nobody here waits for."""
    if delivery.entity not in NUMBERED or delivery.entity in AT_ONCE:
        return False
    return not bindings.list_by_qbo(session, connection.id, qbo_type=delivery.entity, qbo_id=delivery.qbo_id)


def _take_merge(session: Session, connection: Connection, delivery: Delivery) -> None:
    """Whatever stood for the entry that went into another one stands for that one now."""
    swallowed = delivery.headers.get(SWALLOWED)
    if not swallowed:
        return
    forget_entry(session, connection, delivery.entity, swallowed)
    for link in bindings.list_by_qbo(session, connection.id, qbo_type=delivery.entity, qbo_id=swallowed):
        link.qbo_id, link.sync_token, link.sent_fingerprint = delivery.qbo_id, "", ""
    session.flush()


def _is_known(session: Session, connection: Connection, delivery: Delivery) -> bool:
    """Whether our last answer about the object is at least as new as what the delivery tells."""
    known = _last_known(session, connection, delivery)
    return bool(known and delivery.happened_at and delivery.happened_at <= known + ECHO)


def _last_known(session: Session, connection: Connection, delivery: Delivery) -> datetime | None:
    entity, qbo_id = delivery.entity, delivery.qbo_id
    if entity in NUMBERED:
        links = bindings.list_by_qbo(session, connection.id, qbo_type=entity, qbo_id=qbo_id)
        indexed = numbers.find(session, connection.id, entity, qbo_id)
        stamps = [link.qbo_updated_at for link in links] + [indexed.updated_at if indexed else None]
        return max((stamp for stamp in stamps if stamp), default=None)
    entry = mirror.find(session, connection.id, entity, qbo_id)
    return entry.updated_at if entry else None


def _read(
    services: Services, connection: Connection, entity: str, told: Sequence[Delivery], operation: Operation
) -> None:
    """Read what the deliveries are about; what QuickBooks refuses to show for good is found and set aside."""
    ids = sorted({one.qbo_id for one in told})
    try:
        _read_anew(services, connection, entity, ids, operation)
    except NeedsHuman as err:
        if len(ids) == 1 or entity in UNTOLD:
            with services.database.writing() as session:
                operations.guard(session, operation.id, operation.fence)
                _mark(session, told, DeliveryState.DEAD, err.reason)
            return
        first = set(ids[: len(ids) // 2])
        _read(services, connection, entity, [one for one in told if one.qbo_id in first], operation)
        _read(services, connection, entity, [one for one in told if one.qbo_id not in first], operation)
        return
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        _mark(session, told, DeliveryState.HANDLED)


def _read_anew(
    services: Services, connection: Connection, entity: str, ids: Sequence[str], operation: Operation
) -> None:
    """One query for all objects of a kind that were told of; settings and tax codes are read whole."""
    if entity in UNTOLD:
        load_list(services, connection, entity, operation)
        return
    query = everything(entity).where("Id", "IN", tuple(ids)).page(1, len(ids))
    rows = services.clients.of(connection).query(query, lane=str(operation.lane)).rows
    if entity in LISTS:
        keep_entries(services, connection, entity, rows, held=operation, gone_if_missing=ids)
        return
    here = {str(row.get("Id", "")) for row in rows}
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        take_standing(session, connection, entity, rows)
        for qbo_id in ids:
            if qbo_id not in here:
                take_deletion(session, connection, entity, qbo_id)


def _mark(session: Session, told: Sequence[Delivery], state: DeliveryState, note: str = "") -> None:
    deliveries.mark(session, [one.id for one in told], state, note=note)
