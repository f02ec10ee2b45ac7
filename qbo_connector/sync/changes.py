"""What changed in QuickBooks reaches the mirror: by webhook within seconds, by the change feed in any case.

Deliveries of a company are taken together; those that only tell us of our own writes are dropped without a read.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from qbo_connector.errors import NeedsHuman
from qbo_connector.mapping.answer import document_answer
from qbo_connector.mapping.listing import LISTS
from qbo_connector.qbo.query import Query
from qbo_connector.store import bindings, connections, deliveries, mirror, numbers
from qbo_connector.store.bindings import Binding
from qbo_connector.store.connections import Connection
from qbo_connector.store.deliveries import Delivery
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import DeliveryState, FeedState, InQuickBooks, Lane
from qbo_connector.sync.company import SETTINGS
from qbo_connector.sync.mirror_loading import load_list
from qbo_connector.sync.mirror_writing import NUMBERED, feed_ran, take_document, take_entries
from qbo_connector.sync.services import Services

ECHO = timedelta(seconds=2)
"""A delivery this close to our own last answer about the same object tells us nothing new."""

OVERLAP = timedelta(minutes=5)
"""How far the change feed looks back behind its last reading."""

MOST_IDS = 30
FED = tuple(name for name in LISTS if name != "TaxCode")
"""TaxCode is not in the change feed (Intuit, change data capture)."""


def take_changes(services: Services, operation: Operation) -> None:
    """Handle what came in for a company; with the input ``feed``, ask the change feed as well."""
    with services.database.reading() as session:
        connection = connections.load(session, operation.connection_id)
        waiting = list(deliveries.list_new(session, connection_id=connection.id))
    if waiting:
        _take_deliveries(services, connection, waiting, str(operation.lane))
    if operation.inputs.get("feed"):
        _ask_feed(services, connection, str(operation.lane))


def _take_deliveries(services: Services, connection: Connection, waiting: Sequence[Delivery], lane: str) -> None:
    with services.database.writing() as session:
        echoes = [one.id for one in waiting if _is_echo(session, connection, one)]
        deliveries.mark(session, echoes, DeliveryState.DROPPED, note="echo of our own write")
        row = connections.load(session, connection.id)
        row.webhooks_alive_at = max(one.received_at for one in waiting)
    wanted: dict[str, list[Delivery]] = defaultdict(list)
    for one in waiting:
        if one.id not in set(echoes):
            wanted[one.entity].append(one)
    for entity, told in wanted.items():
        _handle(services, connection, entity, told, lane)


def _handle(services: Services, connection: Connection, entity: str, told: Sequence[Delivery], lane: str) -> None:
    """Read what the deliveries are about; what QuickBooks refuses to show for good is set aside."""
    state, note = DeliveryState.HANDLED, ""
    try:
        _read_anew(services, connection, entity, {one.qbo_id for one in told}, lane)
    except NeedsHuman as err:
        state, note = DeliveryState.DEAD, err.reason
    with services.database.writing() as session:
        deliveries.mark(session, [one.id for one in told], state, note=note)


def _is_echo(session: Session, connection: Connection, delivery: Delivery) -> bool:
    """Whether our own last answer about the object is at least as new as what the delivery tells."""
    if delivery.happened_at is None or delivery.operation.casefold() in {"delete", "deleted", "merge", "merged"}:
        return False
    known = _last_known(session, connection, delivery)
    return known is not None and delivery.happened_at <= known + ECHO


def _last_known(session: Session, connection: Connection, delivery: Delivery) -> datetime | None:
    entry = mirror.find(session, connection.id, delivery.entity, delivery.qbo_id)
    if entry:
        return entry.updated_at
    links = bindings.list_by_qbo(session, connection.id, qbo_type=delivery.entity, qbo_id=delivery.qbo_id)
    return links[0].qbo_updated_at if links else None


def _read_anew(services: Services, connection: Connection, entity: str, ids: Iterable[str], lane: str) -> None:
    """One query for up to thirty objects of a kind; settings and tax codes are read whole."""
    if entity in SETTINGS or entity == "TaxCode":
        load_list(services, connection, entity, Lane(lane))
        return
    if entity not in LISTS and entity not in NUMBERED:
        return
    client = services.clients.of(connection)
    todo = sorted(ids)
    for start in range(0, len(todo), MOST_IDS):
        some = tuple(todo[start : start + MOST_IDS])
        query = Query(entity).where("Id", "IN", some)
        if entity in LISTS:
            query = query.where("Active", "IN", (True, False))
        rows = client.query(query, lane=lane).rows
        with services.database.writing() as session:
            _take_rows(session, connection, entity, rows, missing=set(some))


def _take_rows(
    session: Session, connection: Connection, entity: str, rows: Sequence[Mapping[str, object]], missing: set[str]
) -> None:
    gone = missing - {str(row.get("Id", "")) for row in rows}
    if entity in LISTS:
        take_entries(session, connection, entity, rows)
        for qbo_id in gone:
            mirror.forget(session, connection.id, entity, qbo_id)
        return
    for row in rows:
        _take_changed_document(session, connection, entity, row)
    for qbo_id in gone:
        numbers.forget(session, connection.id, entity, qbo_id)
        _mark_bound(session, connection, entity, qbo_id, InQuickBooks.DELETED)


def _take_changed_document(
    session: Session, connection: Connection, entity: str, row: Mapping[str, object]
) -> None:
    stands = document_answer(row)
    if stands.number:
        take_document(session, connection, entity, row)
    else:
        numbers.forget(session, connection.id, entity, stands.qbo_id)
    for link in bindings.list_by_qbo(session, connection.id, qbo_type=entity, qbo_id=stands.qbo_id):
        if link.sync_token == stands.sync_token:
            continue
        state = InQuickBooks.VOIDED if stands.voided else InQuickBooks.CHANGED
        _mark(session, link, state)
        link.sync_token = stands.sync_token
        link.qbo_updated_at = stands.updated_at


def _mark_bound(session: Session, connection: Connection, entity: str, qbo_id: str, state: InQuickBooks) -> None:
    for link in bindings.list_by_qbo(session, connection.id, qbo_type=entity, qbo_id=qbo_id):
        _mark(session, link, state)


def _mark(session: Session, link: Binding, state: InQuickBooks) -> None:
    link.in_quickbooks = state
    session.flush()


def _ask_feed(services: Services, connection: Connection, lane: str) -> None:
    """One metered read tells of all lists and documents; a full answer does not move the cursor."""
    with services.database.reading() as session:
        feeds = mirror.feeds(session, connection.id)
    loaded = [name for name in (*FED, *NUMBERED) if _is_loaded(feeds, name)]
    if not loaded:
        return
    cursors = [feeds[_feed_name(name)].cursor or feeds[_feed_name(name)].ran_at for name in loaded]
    since = min(one for one in cursors if one is not None) - OVERLAP
    found = services.clients.of(connection).changes(loaded, since, lane=lane)
    grouped: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    for one in found.objects:
        grouped[one.entity].append(one.body)
    with services.database.writing() as session:
        for entity, rows in grouped.items():
            _take_rows(session, connection, entity, rows, missing=set())
        for dead in found.tombstones:
            numbers.forget(session, connection.id, dead.entity, dead.qbo_id)
            _mark_bound(session, connection, dead.entity, dead.qbo_id, InQuickBooks.DELETED)
        if not found.saturated:
            for name in loaded:
                feed_ran(session, connection, _feed_name(name), server_time=found.server_time, full=False)


def _feed_name(entity: str) -> str:
    return f"{entity} numbers" if entity in NUMBERED else entity


def _is_loaded(feeds: Mapping[str, mirror.MirrorFeed], entity: str) -> bool:
    feed = feeds.get(_feed_name(entity))
    return feed is not None and feed.state is FeedState.LOADED
