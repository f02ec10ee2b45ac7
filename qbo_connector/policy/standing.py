"""Where a pairing stands outside the document: what must be true before any record of it can sync."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from qbo_connector.canonical.company import Company


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountState:
    """One account of the books: its name, and whether it can still be used."""

    name: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Facts about connection, entitlement and switches, read in one go."""

    connected: bool
    company: Company | None
    """None while the company's settings have not been read yet."""
    connection_state: str = "active"
    paused_reason: str = ""
    """Code of the finding that paused the connection; empty while it works."""
    may_keep_books: bool | None = None
    """Whether the company's sign-in gave access to accounting; None where Intuit did not say."""
    today: date | None = None
    accounts: Mapping[str, AccountState] = field(default_factory=dict)
    """The accounts by role, chosen or found by the sync itself, as QuickBooks knows them now."""
    entitlements: frozenset[str] = frozenset()
    """What the organization was granted: beta, plan, addon."""
    pairing_on: bool = True
    started_at: datetime | None = None
    """First activation of this sync, which later switching off and on does not move (H-43); None before it."""
    include_anyway: bool = False
    """Whether an admin let this one record in, past the start date and unlocked filters."""
    dismissed_by: str = ""
    dismissed_on: str = ""
    overridden: frozenset[str] = field(default_factory=frozenset)
    """Preflight checks that an operator turned into warnings."""
