"""Does anything travel from a QuickBooks company to a source? Then people wait for what changes there."""

from sqlalchemy.orm import Session

from qbo_connector.errors import ConfigurationError
from qbo_connector.store import pairings, sources
from qbo_connector.store.connections import Connection
from qbo_connector.store.pairings import Pairing
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import rules_of


def brings_anything(services: Services, session: Session, connection: Connection) -> bool:
    """Whether a sync of the company that is switched on brings documents or payments to its source."""
    return any(_brings(services, session, one) for one in pairings.list_of_connection(session, connection.id))


def _brings(services: Services, session: Session, pairing: Pairing) -> bool:
    """A sync whose plugin is not installed brings nothing."""
    account = sources.load(session, pairing.source_account_id)
    try:
        policies = rules_of(services, pairing, account).policies
    except ConfigurationError:
        return False
    return policies.brings_documents or policies.brings_payments(in_cohort=True)
