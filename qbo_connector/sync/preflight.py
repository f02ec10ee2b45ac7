"""What a company's settings will stop, in order, before the first sync."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from qbo_connector.plan.known import Present
from qbo_connector.policy.catalogue import Entry, FindingClass, Role, Scope
from qbo_connector.policy.catalogue.fixes import Fix
from qbo_connector.policy.eligibility import checks
from qbo_connector.policy.rules import Rules
from qbo_connector.policy.standing import AccountState
from qbo_connector.qbo.oauth import gives_accounting
from qbo_connector.store import connections, pairings, sources
from qbo_connector.store.connections import Connection
from qbo_connector.store.failures import NotThere
from qbo_connector.sync.answering import accounts_known
from qbo_connector.sync.company import SETTINGS
from qbo_connector.sync.links import company_url
from qbo_connector.sync.pairings import set_rule
from qbo_connector.sync.reading_now import read_for_somebody
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import DISMISSED, rules_of, standing_of
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
        read_for_somebody(services, connection, (*SETTINGS, "TaxCode"))
    with services.database.reading() as session:
        connection = connections.load(session, connection.id)
        standing = standing_of(session, pairing, connection, account, None)
        rules = rules_of(services, pairing, account)
        standing = replace(
            standing,
            today=services.clock().date(),
            accounts=_accounts(session, connection, rules),
            may_keep_books=gives_accounting(connection.scopes.split()),
            paused_reason=connection.paused_reason,
        )
    urls = {Fix.OPEN_IN_QUICKBOOKS: company_url(connection)}
    return tuple(check_view(check, role, urls) for check in checks(None, rules, standing))


def set_aside(services: Services, organization_id: int, pairing_id: int, code: str, *, asked_by: str) -> None:
    """Do not say this warning any more, until somebody wants to see it again (T-9).

    Raises:
        NotThere: the organization has no such pairing, or there is no such warning.
    """
    if code not in {str(one.code) for one in services.catalogue.entries.values() if _can_be_set_aside(one)}:
        raise NotThere(f"there is no warning {code}")
    aside = set_aside_in(services, organization_id, pairing_id)
    set_rule(services, organization_id, pairing_id, DISMISSED, sorted({*aside, code}), asked_by=asked_by)


def show_again(services: Services, organization_id: int, pairing_id: int, *, asked_by: str) -> None:
    """Say every warning that was set aside again, where it still holds.

    Raises:
        NotThere: the organization has no such pairing.
    """
    set_rule(services, organization_id, pairing_id, DISMISSED, [], asked_by=asked_by)


def set_aside_in(services: Services, organization_id: int, pairing_id: int) -> Sequence[str]:
    """Codes of the warnings that are set aside.

    Raises:
        NotThere: the organization has no such pairing.
    """
    with services.database.reading() as session:
        return tuple(pairings.load_in(session, organization_id, pairing_id).rules.get(DISMISSED, ()))


def _can_be_set_aside(entry: Entry) -> bool:
    return entry.cls is FindingClass.WARNING and entry.scope is Scope.PAIRING and Fix.DISMISS in entry.fixes


def _accounts(session: Session, connection: Connection, rules: Rules) -> dict[str, AccountState]:
    found = accounts_known(session, connection, rules.accounts)
    return {
        role: AccountState(name=account.name, active=account.active)
        for role, account in found.items()
        if isinstance(account, Present)
    }
