"""Is the mirror what QuickBooks is? By counting, which costs one read, or by reading everything again."""

from datetime import datetime

from qbo_connector.mapping.listing import LISTS
from qbo_connector.qbo.paging import STAMP
from qbo_connector.qbo.query import Direction, Query
from qbo_connector.store import mirror, numbers, operations
from qbo_connector.store.connections import Connection
from qbo_connector.store.operations import Operation
from qbo_connector.sync.document_news import take_deletion, take_standing
from qbo_connector.sync.feed_schedule import OVERLAP
from qbo_connector.sync.mirror_writing import NUMBERED, feed_name, feed_ran
from qbo_connector.sync.services import Services


def everything(entity: str) -> Query:
    """All there is of an entity; QuickBooks hides inactive list entries unless they are asked for."""
    query = Query(entity)
    return query.where("Active", "IN", (True, False)) if entity in LISTS else query


def counts_differ(
    services: Services, connection: Connection, entity: str, *, until: datetime | None, lane: str
) -> bool:
    """Whether QuickBooks counts more or fewer than the mirror, of what had been at rest for some minutes by then.

    One metered read. What was being written just then is left out: the mirror hears of it a moment later.
    """
    at_rest = ((until or services.clock()) - OVERLAP).replace(microsecond=0)
    with services.database.reading() as session:
        count = numbers.count_until if entity in NUMBERED else mirror.count_until
        known = count(session, connection.id, entity, at_rest)
    answer = services.clients.of(connection).query(
        everything(entity).where(STAMP, "<=", at_rest).count(), lane=lane
    )
    return answer.total_count != known


def compare_documents(services: Services, connection: Connection, entity: str, operation: Operation) -> None:
    """Read all documents of a type; those that are gone leave the index, and links to them say so.

    One metered read per thousand documents. The index stays in use meanwhile.
    """
    began, seen = services.clock(), set[str]()
    window: datetime | None = None
    for page in services.clients.of(connection).query_pages(
        everything(entity), direction=Direction.DESC, lane=str(operation.lane)
    ):
        window = page.window or began
        seen.update(str(row.get("Id", "")) for row in page.rows)
        with services.database.writing() as session:
            operations.guard(session, operation.id, operation.fence)
            take_standing(session, connection, entity, page.rows)
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        for qbo_id in numbers.list_unseen(
            session, connection.id, entity, seen=seen, until=(window or began) - OVERLAP
        ):
            take_deletion(session, connection, entity, qbo_id)
        feed_ran(session, connection, feed_name(entity), server_time=window, full=True, began=began)
