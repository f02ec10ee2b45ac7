"""Filling the mirror for the first time: settings and lists at once, then every document number, newest first."""

from collections.abc import Sequence
from dataclasses import replace

from qbo_connector.errors import RecordBusy
from qbo_connector.mapping.listing import LISTS
from qbo_connector.qbo.query import Query
from qbo_connector.store import connections, leases, mirror, operations
from qbo_connector.store.connections import Connection
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import FeedState, Lane
from qbo_connector.sync.company import SETTINGS
from qbo_connector.sync.mirror_writing import NUMBERED, feed_ran, take_documents, take_entries
from qbo_connector.sync.phases import FIRST_TIME, tell
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import Situation, load_situation

LOADING = "mirror:load"
PAGE = 1000
WAIT_S = 1.0


def ensure_loaded(services: Services, situation: Situation, operation: Operation) -> Situation:
    """The situation with a loaded mirror; the very first sync of a company loads it and takes longer (T-17).

    Raises:
        RecordBusy: another worker is loading it just now.
        ConnectorError: QuickBooks could not be read.
    """
    with services.database.reading() as session:
        if is_loaded(mirror.feeds(session, situation.connection.id)):
            return situation
    tell(services, operation, FIRST_TIME, company=situation.connection.company_name)
    load_lists(services, situation.connection, operation)
    with services.database.reading() as session:
        fresh = load_situation(services, session, situation.record.id)
    rules = replace(
        fresh.rules, chosen_tax=situation.rules.chosen_tax, chosen_customer=situation.rules.chosen_customer
    )
    return replace(fresh, rules=rules)


def is_loaded(feeds: dict[str, mirror.MirrorFeed]) -> bool:
    """Whether settings and every list were read at least once."""
    return all(name in feeds and feeds[name].state is FeedState.LOADED for name in (*SETTINGS, *LISTS))


def load_lists(services: Services, connection: Connection, operation: Operation) -> None:
    """Read settings and lists, one worker at a time.

    Raises:
        RecordBusy: another worker is at it.
    """
    with services.database.writing() as session:
        mine = leases.take_all(
            session,
            connection.id,
            [LOADING],
            operation_id=operation.id,
            fence=operation.fence,
            lease_s=services.settings.lease_s,
        )
    if not mine:
        raise RecordBusy("the lists are being read by another worker", retry_after=WAIT_S)
    with services.database.reading() as session:
        done = mirror.feeds(session, connection.id)
    lane = Lane(operation.lane)
    for name in (*SETTINGS, *LISTS):
        if name not in done or done[name].state is not FeedState.LOADED:
            load_list(services, connection, name, lane)


def load_list(services: Services, connection: Connection, entity: str, lane: Lane) -> None:
    """Read one list whole, inactive entries included; a page is one metered read and one short transaction."""
    client = services.clients.of(connection)
    if entity in SETTINGS:
        answer = (
            client.preferences(lane=str(lane)) if entity == "Preferences" else client.company_info(lane=str(lane))
        )
        with services.database.writing() as session:
            take_entries(session, connection, entity, [answer.entity or {}])
            feed_ran(session, connection, entity, server_time=answer.time, full=True)
            if entity == "CompanyInfo" and answer.entity:
                _note_company(session, connection, answer.entity)
        return
    query = Query(entity).where("Active", "IN", (True, False))
    page: list[dict[str, object]] = []
    for row in client.query_all(query, PAGE, lane=str(lane)):
        page.append(row)
        if len(page) == PAGE:
            _keep(services, connection, entity, page)
            page = []
    _keep(services, connection, entity, page)
    with services.database.writing() as session:
        feed_ran(session, connection, entity, server_time=services.clock(), full=True)


def load_mirror(services: Services, operation: Operation) -> None:
    """The background load after connecting: lists first, then the number index, newest first."""
    with services.database.reading() as session:
        connection = connections.load(session, operation.connection_id)
    load_lists(services, connection, operation)
    for entity in NUMBERED:
        load_numbers(services, connection, entity, operation)


def load_numbers(services: Services, connection: Connection, entity: str, operation: Operation) -> None:
    """Index every document's number, newest first, so that a half-loaded index knows the likeliest clashes."""
    feed = f"{entity} numbers"
    client = services.clients.of(connection)
    query = Query(entity)
    page: list[dict[str, object]] = []
    for row in client.query_all(query, PAGE, lane=str(operation.lane)):
        page.append(row)
        if len(page) == PAGE:
            _keep_numbers(services, connection, entity, page)
            page = []
    _keep_numbers(services, connection, entity, page)
    with services.database.writing() as session:
        feed_ran(session, connection, feed, server_time=services.clock(), full=True)
        operations.guard(session, operation.id, operation.fence)


def _keep(services: Services, connection: Connection, entity: str, rows: Sequence[dict[str, object]]) -> None:
    with services.database.writing() as session:
        take_entries(session, connection, entity, rows)


def _keep_numbers(
    services: Services, connection: Connection, entity: str, rows: Sequence[dict[str, object]]
) -> None:
    with services.database.writing() as session:
        take_documents(session, connection, entity, rows)


def _note_company(session: object, connection: Connection, info: dict[str, object]) -> None:
    row = connections.load(session, connection.id)  # type: ignore[arg-type]  # the caller's session
    row.company_name = str(info.get("CompanyName") or row.company_name)
    row.country = str(info.get("Country") or row.country)
