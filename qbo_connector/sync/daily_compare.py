"""Once in a while the mirror is counted against QuickBooks; what differs is read whole.

The change feed tells of everything but of what was swallowed by a merge, and of a deletion that it lost. A count
costs one read and shows both; Intuit recommends a daily look beside webhooks for the same reason.
"""

from qbo_connector.store import mirror, operations
from qbo_connector.store.connections import Connection
from qbo_connector.store.operations import Operation
from qbo_connector.sync.comparing import compare_documents, counts_differ
from qbo_connector.sync.feed_schedule import to_compare
from qbo_connector.sync.mirror_loading import load_list
from qbo_connector.sync.mirror_writing import NUMBERED, feed_name, was_compared
from qbo_connector.sync.services import Services


def compare_what_is_due(services: Services, connection: Connection, operation: Operation, *, scarce: bool) -> None:
    """Count every kind whose last compare is too long ago. To be called when the change feed has just been asked.

    Raises:
        ConnectorError: QuickBooks could not be read; what was compared before it counts.
    """
    now = services.clock()
    with services.database.reading() as session:
        due = to_compare(mirror.feeds(session, connection.id), now, scarce=scarce)
    for name in due:
        _compare(services, connection, name, operation)


def read_whole(services: Services, connection: Connection, entity: str, operation: Operation) -> None:
    """Read all there is of one kind; what QuickBooks no longer has goes."""
    if entity in NUMBERED:
        compare_documents(services, connection, entity, operation)
    else:
        load_list(services, connection, entity, operation)


def _compare(services: Services, connection: Connection, entity: str, operation: Operation) -> None:
    with services.database.reading() as session:
        known_to = mirror.feed(session, connection.id, feed_name(entity)).cursor
    if counts_differ(services, connection, entity, until=known_to, lane=str(operation.lane)):
        read_whole(services, connection, entity, operation)
        return
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        was_compared(session, connection, entity, at=services.clock())
