"""What changed is taken: in QuickBooks, by webhook within seconds and by the feed in any case; at sources, too."""

from qbo_connector.errors import RecordBusy
from qbo_connector.store import connections
from qbo_connector.store.operations import Operation
from qbo_connector.sync.change_feed import ask_feed
from qbo_connector.sync.hearing import hear
from qbo_connector.sync.reader import sole_reader
from qbo_connector.sync.services import Services
from qbo_connector.sync.source_news import take_source_changes

SOON_S = 0.25


def take_changes(services: Services, operation: Operation) -> None:
    """Handle what came in for a company; with the input ``feed``, ask the change feed as well.

    The changes of a pairing are those of its source.

    Raises:
        RecordBusy: another worker is reading the company, or a delivery may be the echo of a write whose answer
            is still under way: it is looked at again in a moment.
        ConnectorError: QuickBooks, or the source, could not be read.
    """
    if operation.pairing_id is not None:
        take_source_changes(services, operation)
        return
    with services.database.reading() as session:
        connection = connections.load(session, operation.connection_id)
    with sole_reader(services, connection, operation):
        waiting = hear(services, connection, operation)
        if waiting:
            raise RecordBusy("a write is under way whose echo this may be", retry_after=SOON_S)
        if operation.inputs.get("feed"):
            ask_feed(services, connection, operation)
