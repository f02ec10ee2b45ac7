"""A person wants a list of QuickBooks read again, because what it shows is older than what was done there."""

from qbo_connector.store import connections, pairings
from qbo_connector.sync.reading_now import read_for_somebody
from qbo_connector.sync.services import Services


def read_again(services: Services, organization_id: int, pairing_id: int, *entities: str) -> None:
    """Read these lists whole: at least one metered read each.

    Raises:
        NotThere: the organization has no such pairing.
        ConnectorError: QuickBooks could not be read.
    """
    with services.database.reading() as session:
        pairing = pairings.load_in(session, organization_id, pairing_id)
        connection = connections.load(session, pairing.connection_id)
    read_for_somebody(services, connection, entities)
