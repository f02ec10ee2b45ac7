"""What a company's settings will stop, in order, before the first sync."""

from qbo_connector.policy.catalogue import Role
from qbo_connector.policy.eligibility import checks
from qbo_connector.store import connections, pairings, sources
from qbo_connector.store.states import Lane
from qbo_connector.sync.company import SETTINGS
from qbo_connector.sync.mirror_loading import load_list
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import rules_of, standing_of
from qbo_connector.sync.views import CheckView, check_view


def preflight(
    services: Services, pairing_id: int, *, fresh: bool, role: Role = Role.ADMIN
) -> tuple[CheckView, ...]:
    """Every check that concerns the pairing as a whole.

    Args:
        fresh: read the company's settings and tax codes again first: three metered reads.

    Raises:
        NotThere: there is no such pairing.
        ConnectorError: QuickBooks could not be read.
    """
    with services.database.reading() as session:
        pairing = pairings.load(session, pairing_id)
        connection = connections.load(session, pairing.connection_id)
        account = sources.load(session, pairing.source_account_id)
    if fresh:
        for name in (*SETTINGS, "TaxCode"):
            load_list(services, connection, name, Lane.INTERACTIVE)
    with services.database.reading() as session:
        standing = standing_of(session, pairing, connection, account, None)
    rules = rules_of(services, pairing, account)
    return tuple(check_view(check, role) for check in checks(None, rules, standing))
