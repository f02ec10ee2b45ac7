"""Filling the mirror: settings and lists, parties and items first; then every document number, newest first.

A page is one metered read and one short transaction. Everything is read up to QuickBooks' clock when the reading
began; the change feed brings what came after.
"""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from qbo_connector.canonical.company import Company
from qbo_connector.errors import RecordBusy
from qbo_connector.mapping.listing import LISTS
from qbo_connector.qbo.answers import Answer
from qbo_connector.qbo.paging import Page
from qbo_connector.qbo.query import Direction, Query
from qbo_connector.store import connections, mirror, operations
from qbo_connector.store.connections import Connection
from qbo_connector.store.mirror import MirrorFeed
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import FeedState, Intent, Lane
from qbo_connector.sync.company import SETTINGS, find_company, lists_of
from qbo_connector.sync.comparing import compare_documents, counts_differ, everything
from qbo_connector.sync.feed_schedule import is_behind, loaded
from qbo_connector.sync.inbox import ask_for_changes
from qbo_connector.sync.mirror_writing import NUMBERED, feed_name, feed_ran, take_documents, take_entries
from qbo_connector.sync.phases import FIRST_TIME, tell
from qbo_connector.sync.reader import sole_reader
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import Situation, reloaded

PAGES_A_TURN = 5
"""After so many pages of the number index somebody else may read: a webhook should not wait for ten thousand."""


def ensure_loaded(services: Services, situation: Situation, operation: Operation) -> Situation:
    """The situation with a loaded mirror; the very first sync of a company loads it and takes longer (T-17).

    So does the first one after the company was out of reach for longer than its change feed looks back.

    Raises:
        RecordBusy: another worker is loading it just now.
        ConnectorError: QuickBooks could not be read.
    """
    with services.database.reading() as session:
        feeds = mirror.feeds(session, situation.connection.id)
    if not _missing(feeds, situation.standing.company, services.clock()):
        return situation
    tell(services, operation, FIRST_TIME, company=situation.connection.company_name)
    load_lists(services, situation.connection, operation)
    return reloaded(services, situation)


def is_loaded(feeds: dict[str, MirrorFeed]) -> bool:
    """Whether settings and every list were read at least once."""
    return all(loaded(feeds, name) for name in (*SETTINGS, *LISTS))


def ask_for_missing(services: Services) -> None:
    """Have loaded what no load has brought: after one that was given up, or after an update that keeps more."""
    with services.database.writing() as session:
        for row in connections.list_active(session):
            feeds = mirror.feeds(session, row.id)
            whole = is_loaded(feeds) and all(loaded(feeds, entity) for entity in NUMBERED)
            open_ones = operations.list_open_of_connection(session, row.id)
            if whole or any(one.intent is Intent.LOAD_MIRROR for one in open_ones):
                continue
            operations.request(
                session,
                organization_id=row.organization_id,
                connection_id=row.id,
                intent=Intent.LOAD_MIRROR,
                lane=Lane.MAINTENANCE,
                asked_by="schedule",
            )


def load_lists(services: Services, connection: Connection, operation: Operation) -> None:
    """Read the settings and lists that are missing, one worker at a time; settings first, they say which lists.

    Raises:
        RecordBusy: another worker is at it.
    """
    with sole_reader(services, connection, operation):
        for name in [name for name in _missing_now(services, connection) if name in SETTINGS]:
            load_list(services, connection, name, operation)
        for name in _missing_now(services, connection):
            load_list(services, connection, name, operation)


def load_list(services: Services, connection: Connection, entity: str, operation: Operation) -> None:
    """Read one list whole, inactive entries included; what is no longer in it goes.

    Raises:
        LeaseLost: the operation was taken over. Of the page just read nothing is kept: it may be old by now.
    """
    if entity in SETTINGS:
        _load_settings(services, connection, entity, operation)
        return
    window, pages = _read_list(services, connection, entity, operation)
    if pages > 1 and counts_differ(services, connection, entity, until=window, lane=str(operation.lane)):
        _read_list(services, connection, entity, operation)


def _read_list(
    services: Services, connection: Connection, entity: str, operation: Operation
) -> tuple[datetime | None, int]:
    """Returns up to when the list is known, by QuickBooks' clock, and how many pages it has."""
    began, seen, pages = services.clock(), set[str](), 0
    window: datetime | None = None
    for page in services.clients.of(connection).query_pages(everything(entity), lane=str(operation.lane)):
        pages, window = pages + 1, page.window
        seen.update(str(row.get("Id", "")) for row in page.rows)
        with services.database.writing() as session:
            operations.guard(session, operation.id, operation.fence)
            take_entries(session, connection, entity, page.rows)
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        mirror.forget_unseen(session, connection.id, entity, seen=seen, before=began)
        feed_ran(session, connection, entity, server_time=window, full=True, began=began)
    return window, pages


def load_mirror(services: Services, operation: Operation) -> None:
    """The background load after connecting: lists first, then the number index, newest first.

    A company that was connected before keeps its mirror; the change feed is asked what it missed.
    """
    with services.database.reading() as session:
        connection = connections.load(session, operation.connection_id)
        known = is_loaded(mirror.feeds(session, connection.id))
    load_lists(services, connection, operation)
    for entity in NUMBERED:
        load_numbers(services, connection, entity, operation)
    if known:
        with services.database.writing() as session:
            ask_for_changes(session, connection, lane=Lane(operation.lane), feed=True)


def load_numbers(services: Services, connection: Connection, entity: str, operation: Operation) -> None:
    """Index every document's number, newest first, so that a half-loaded index knows the likeliest clashes.

    Each page is remembered with its place: a load that was killed goes on where it stood.

    Raises:
        RecordBusy: another worker is reading, or it is somebody else's turn now; the rest comes next time.
    """
    with services.database.reading() as session:
        feed = mirror.feed(session, connection.id, feed_name(entity))
    if feed.state is FeedState.LOADED:
        return
    with sole_reader(services, connection, operation):
        window, pages = _load_pages(services, connection, entity, operation, feed)
        several = pages > 1 or feed.state is FeedState.LOADING
        if several and counts_differ(services, connection, entity, until=window, lane=str(operation.lane)):
            compare_documents(services, connection, entity, operation)


def _load_pages(
    services: Services, connection: Connection, entity: str, operation: Operation, feed: MirrorFeed
) -> tuple[datetime | None, int]:
    """Go on from where the feed stands to the oldest document.

    Returns up to when the index is known, by QuickBooks' clock, and how many pages this turn read.
    """
    goes_on = feed.state is FeedState.LOADING
    window = feed.cursor if goes_on else None
    reached = datetime.fromtimestamp(feed.position, tz=UTC) if goes_on and feed.position else None
    pages = services.clients.of(connection).query_pages(
        Query(entity),
        direction=Direction.DESC,
        window=window,
        reached=reached,
        lane=str(operation.lane),
    )
    count, began = 0, services.clock()
    for count, page in enumerate(pages, start=1):
        window = page.window
        with services.database.writing() as session:
            operations.guard(session, operation.id, operation.fence)
            take_documents(session, connection, entity, page.rows)
            _note_place(session, connection, entity, page, began)
        if count >= PAGES_A_TURN and not page.is_last and page.reached != reached:
            raise RecordBusy("the rest of the index is read in another turn", retry_after=0)
    return window, count


def _note_place(session: Session, connection: Connection, entity: str, page: Page, began: datetime) -> None:
    name = feed_name(entity)
    if page.is_last:
        feed_ran(session, connection, name, server_time=page.window or began, full=True, began=began)
        return
    mirror.save_feed(
        session,
        MirrorFeed(
            connection_id=connection.id,
            type=name,
            state=FeedState.LOADING,
            cursor=page.window,
            position=int(page.reached.timestamp()) if page.reached else 0,
        ),
    )


def _missing_now(services: Services, connection: Connection) -> tuple[str, ...]:
    with services.database.reading() as session:
        feeds, company = mirror.feeds(session, connection.id), find_company(session, connection)
    return _missing(feeds, company, services.clock())


def _missing(feeds: dict[str, MirrorFeed], company: Company | None, now: datetime) -> tuple[str, ...]:
    """Settings and lists that were never read, or so long ago that the change feed cannot mend them."""
    known = {name: loaded(feeds, name) for name in (*SETTINGS, *lists_of(company))}
    return tuple(name for name, feed in known.items() if feed is None or is_behind(feed, now))


def _load_settings(services: Services, connection: Connection, entity: str, operation: Operation) -> None:
    client, began = services.clients.of(connection), services.clock()
    read = client.preferences if entity == "Preferences" else client.company_info
    answer = read(lane=str(operation.lane))
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        take_settings(session, connection, entity, answer, began=began)


def take_settings(
    session: Session, connection: Connection, entity: str, answer: Answer, *, began: datetime
) -> None:
    """Take over what QuickBooks said of the company itself."""
    take_entries(session, connection, entity, [answer.entity or {}])
    feed_ran(session, connection, entity, server_time=answer.time, full=True, began=began)
    if entity == "CompanyInfo" and answer.entity:
        row = connections.load(session, connection.id)
        row.company_name = str(answer.entity.get("CompanyName") or row.company_name)
        row.country = str(answer.entity.get("Country") or row.country)
    if company := find_company(session, connection):
        connections.load(session, connection.id).home_currency = company.home_currency
