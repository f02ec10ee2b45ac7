"""Where a pairing stands outside the document: what must be true before any record of it can sync."""

from dataclasses import dataclass, field
from datetime import datetime

from qbo_connector.canonical.company import Company


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Facts about connection, entitlement and switches, read in one go."""

    connected: bool
    company: Company | None
    """None while the company's settings have not been read yet."""
    connection_state: str = "active"
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
