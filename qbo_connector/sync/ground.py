"""What every page about a sync's mappings stands on, read in one go."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from qbo_connector.canonical.company import Company
from qbo_connector.policy.rules import Rules
from qbo_connector.store import connections, pairings, sources
from qbo_connector.store.connections import Connection
from qbo_connector.store.pairings import Pairing
from qbo_connector.store.sources import SourceAccount
from qbo_connector.sync.company import find_company
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import rules_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A pairing with its surroundings. Rows are detached: for reading only."""

    pairing: Pairing
    account: SourceAccount
    connection: Connection
    rules: Rules
    company: Company


def ground_of(services: Services, session: Session, organization_id: int, pairing_id: int) -> Ground:
    """The pairing with its surroundings.

    Raises:
        NotThere: the organization has no such pairing.
        ConfigurationError: its plugin is not installed.
    """
    pairing = pairings.load_in(session, organization_id, pairing_id)
    connection = connections.load(session, pairing.connection_id)
    account = sources.load(session, pairing.source_account_id)
    return Ground(
        pairing=pairing,
        account=account,
        connection=connection,
        rules=rules_of(services, pairing, account),
        company=find_company(session, connection) or Company(name=connection.company_name),
    )
