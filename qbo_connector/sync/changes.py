"""What changed in QuickBooks reaches the mirror: by webhook within seconds, by the change feed in any case."""

from qbo_connector.errors import RecordBusy
from qbo_connector.store import connections
from qbo_connector.store.operations import Operation
from qbo_connector.sync.change_feed import ask_feed
from qbo_connector.sync.hearing import hear
from qbo_connector.sync.reader import sole_reader
from qbo_connector.sync.services import Services

SOON_S = 0.25


def take_changes(services: Services, operation: Operation) -> None:
    """Handle what came in for a company; with the input ``feed``, ask the change feed as well.

    Raises:
        RecordBusy: another worker is reading the company, or a delivery may be the echo of a write whose answer
            is still under way: it is looked at again in a moment.
        ConnectorError: QuickBooks could not be read.
    """
    with services.database.reading() as session:
        connection = connections.load(session, operation.connection_id)
    with sole_reader(services, connection, operation):
        waiting = hear(services, connection, str(operation.lane))
        if waiting:
            raise RecordBusy("a write is under way whose echo this may be", retry_after=SOON_S)
        if operation.inputs.get("feed"):
            ask_feed(services, connection, operation)
