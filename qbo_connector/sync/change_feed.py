"""QuickBooks' change feed: it finds what no webhook told of, for one metered read over all lists and documents.

The place in the feed moves only with an answer that was whole. A full answer may lack anything: then the kind
that fills it is asked about alone, and if even that is too much, read by query.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from qbo_connector.mapping.listing import LISTS
from qbo_connector.qbo.changes import MOST_OBJECTS, ChangedObject, ChangeSet
from qbo_connector.qbo.paging import STAMP
from qbo_connector.store import connections, deliveries, mirror, numbers, operations
from qbo_connector.store.connections import Connection
from qbo_connector.store.operations import Operation
from qbo_connector.sync.comparing import counts_differ, everything
from qbo_connector.sync.daily_compare import compare_what_is_due, read_whole
from qbo_connector.sync.document_news import take_deletion, take_standing
from qbo_connector.sync.feed_schedule import FED, OVERLAP, aged, loaded, lost_touch
from qbo_connector.sync.liveness import CHANNEL_LAG
from qbo_connector.sync.mirror_writing import feed_name, feed_ran, forget_entry, take_entries
from qbo_connector.sync.read_budget import read_budget
from qbo_connector.sync.services import Services


def ask_feed(services: Services, connection: Connection, operation: Operation) -> None:
    """Bring what was loaded up to date: by age, by full compare after a long gap, by the feed, by a count.

    Raises:
        ConnectorError: QuickBooks could not be read; what was read whole before it counts.
        LeaseLost: the operation was taken over; what was read since is not kept.
    """
    now = services.clock()
    with services.database.reading() as session:
        feeds = mirror.feeds(session, connection.id)
        scarce = read_budget(session, services.settings.reads_per_month, now).is_scarce
    too_late = lost_touch(feeds, now)
    for name in (*aged(feeds, now, scarce=scarce), *too_late):
        read_whole(services, connection, name, operation)
    names = [name for name in FED if loaded(feeds, name) and name not in too_late]
    if names:
        _catch_up(services, connection, names, operation)
        compare_what_is_due(services, connection, operation, scarce=scarce)


def _catch_up(services: Services, connection: Connection, names: Sequence[str], operation: Operation) -> None:
    """Ask about several kinds at once; a full answer is asked again without the kind that fills it."""
    began, since = services.clock(), _since(services, connection, names)
    found = services.clients.of(connection).changes(names, since, lane=str(operation.lane))
    if not found.saturated:
        _take(services, connection, names, found, began=began, operation=operation)
        return
    counts = Counter(one.entity for one in found.objects) + Counter(one.entity for one in found.tombstones)
    crowd, most = counts.most_common(1)[0]
    rest = [name for name in names if name != crowd]
    if rest:
        _catch_up(services, connection, rest, operation)
    if rest and most < MOST_OBJECTS:
        _catch_up(services, connection, [crowd], operation)
    else:
        _read_since(services, connection, crowd, since, operation)


def _since(services: Services, connection: Connection, names: Sequence[str]) -> datetime:
    with services.database.reading() as session:
        feeds = mirror.feeds(session, connection.id)
    known_to = [feed.cursor or feed.ran_at for name in names if (feed := loaded(feeds, name))]
    return min(one for one in known_to if one is not None) - OVERLAP


def _take(
    services: Services,
    connection: Connection,
    names: Sequence[str],
    found: ChangeSet,
    *,
    began: datetime,
    operation: Operation,
) -> None:
    """Take a whole answer over, and move the place of everything that was asked about, in one commit."""
    grouped: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for one in found.objects:
        grouped[one.entity].append(one.body)
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        _note_silence(session, connection, found)
        for entity, rows in grouped.items():
            _take_rows(session, connection, entity, rows)
        for dead in found.tombstones:
            _take_tombstone(session, connection, dead.entity, dead.qbo_id)
        for name in names:
            feed_ran(session, connection, feed_name(name), server_time=found.server_time, full=False, began=began)


def _read_since(
    services: Services, connection: Connection, entity: str, since: datetime, operation: Operation
) -> None:
    """More than a thousand changes of one kind: the feed has no second page, but a query has.

    A query tells nothing of what was deleted; if the counts differ after it, everything is read.
    """
    began, window = services.clock(), None
    query = everything(entity).where(STAMP, ">=", since)
    for page in services.clients.of(connection).query_pages(query, lane=str(operation.lane)):
        window = page.window
        with services.database.writing() as session:
            operations.guard(session, operation.id, operation.fence)
            _take_rows(session, connection, entity, page.rows)
    if counts_differ(services, connection, entity, until=window, lane=str(operation.lane)):
        read_whole(services, connection, entity, operation)
        return
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        feed_ran(session, connection, feed_name(entity), server_time=window, full=False, began=began)


def _take_rows(session: Session, connection: Connection, entity: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if entity in LISTS:
        take_entries(session, connection, entity, rows)
    else:
        take_standing(session, connection, entity, rows)


def _take_tombstone(session: Session, connection: Connection, entity: str, qbo_id: str) -> None:
    if entity in LISTS:
        forget_entry(session, connection, entity, qbo_id)
    else:
        take_deletion(session, connection, entity, qbo_id)


def _note_silence(session: Session, connection: Connection, found: ChangeSet) -> None:
    """A change that only the feed told of, although a webhook had its time, speaks against the channel."""
    if found.server_time is None or deliveries.oldest_new(session, connection.id):
        return
    told_by = found.server_time - CHANNEL_LAG
    missed = [
        one.changed_at
        for one in found.objects
        if one.changed_at and one.changed_at < told_by and _is_unheard_of(session, connection, one)
    ]
    if missed:
        connections.expect_echo(session, connection.id, since=max(missed))


def _is_unheard_of(session: Session, connection: Connection, one: ChangedObject) -> bool:
    """Balances move an entry's stamp and not its version, and no webhook tells of that."""
    if one.entity in LISTS:
        entry = mirror.find(session, connection.id, one.entity, one.qbo_id)
        return entry is None or entry.sync_token != str(one.body.get("SyncToken", ""))
    known = numbers.find(session, connection.id, one.entity, one.qbo_id)
    return known is None or known.updated_at != one.changed_at
