"""What the pages show of QuickBooks companies."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from qbo_connector.store import connections, pairings
from qbo_connector.store.connections import Connection
from qbo_connector.store.states import ConnectionState
from qbo_connector.sync.preflight import preflight, set_aside_in
from qbo_connector.sync.shadow_switch import count_waiting
from qbo_connector.web.findings import Said, say

if TYPE_CHECKING:
    from qbo_connector.sync.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """One connection as a list shows it."""

    id: int
    name: str
    realm_id: str
    environment: str
    country: str
    currency: str
    state: ConnectionState
    paused: Said | None
    connected_at: datetime
    renew_before: datetime | None
    disconnected_at: datetime | None
    shadow: bool = False

    @property
    def is_live(self) -> bool:
        """Whether it is connected at all, working or paused."""
        return self.state is not ConnectionState.DISCONNECTED

    @property
    def is_real(self) -> bool:
        """Whether real books are written."""
        return self.environment == "production"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """The preflight of one sync."""

    pairing_id: int
    pairing_name: str
    checks: tuple[Any, ...]
    set_aside: int = 0
    """How many warnings an admin does not want to see any more."""

    @property
    def blocking(self) -> int:
        """How many checks will block a sync."""
        return sum(check.state == "block" for check in self.checks)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyPage:
    """One company with the checks of its syncs."""

    company: Company
    checklists: tuple[Checklist, ...]
    shadowed: tuple[tuple[int, str, int], ...] = ()
    """Syncs that do not plan only any more, with how many records they planned and never sent."""

    @property
    def pairing_ids(self) -> frozenset[int]:
        """The syncs that write to this company."""
        return frozenset(checklist.pairing_id for checklist in self.checklists)


def list_companies(services: "Services", organization_id: int) -> tuple[Company, ...]:
    """All companies of an organization, the live ones first."""
    with services.database.reading() as session:
        rows = connections.list_in(session, organization_id)
    return tuple(company_of(row) for row in rows)


def company_page(services: "Services", organization_id: int, connection_id: int) -> CompanyPage:
    """One company with its preflight lists; no request to QuickBooks.

    Raises:
        NotThere: the organization has no such connection.
    """
    with services.database.reading() as session:
        connection = connections.load_in(session, organization_id, connection_id)
        joined = [row for row in pairings.list_in(session, organization_id) if row.connection_id == connection_id]
    lists = [
        Checklist(
            pairing_id=row.id,
            pairing_name=row.name,
            checks=preflight(services, row.id, fresh=False),
            set_aside=len(set_aside_in(services, organization_id, row.id)),
        )
        for row in joined
        if connection.state is not ConnectionState.DISCONNECTED
    ]
    with services.database.reading() as session:
        counts = [(row.id, row.name, count_waiting(session, row.id)) for row in joined if not row.shadow]
    waiting = () if connection.shadow else tuple(one for one in counts if one[-1])
    return CompanyPage(company=company_of(connection), checklists=tuple(lists), shadowed=waiting)


def company_of(row: Connection) -> Company:
    """A connection as pages show it; its tokens stay behind."""
    ends = [moment for moment in (row.refresh_expires_at, row.refresh_hard_expires_at) if moment]
    return Company(
        id=row.id,
        name=row.company_name or f"Company {row.realm_id}",
        realm_id=row.realm_id,
        environment=row.environment,
        country=row.country,
        currency=row.home_currency,
        state=row.state,
        paused=say(row.paused_reason, {"company": row.company_name}) if row.paused_reason else None,
        connected_at=row.created_at,
        renew_before=min(ends, default=None),
        disconnected_at=row.disconnected_at,
        shadow=row.shadow,
    )
