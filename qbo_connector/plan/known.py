"""The small frozen answer of the mirror to the questions of one plan, each with its proof."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from qbo_connector.canonical import Origin
from qbo_connector.canonical.company import Company


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """It exists in QuickBooks."""

    qbo_id: str
    name: str
    active: bool = True
    currency: str = ""
    usable: bool = True
    reason: str = ""
    """Why it cannot be used, as a clause of the catalogue, where `usable` is False."""
    sent_fingerprint: str | None = None
    """Of what was last sent to it; empty if nothing was. None where that is not kept: it is then left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """It was not found. `proved` says whether the mirror was fresh enough to be sure."""

    proved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """More than one candidate: a person chooses."""

    candidates: tuple[Present, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameTaken:
    """The name belongs to something else: a vendor, an employee, a category, a customer of another address."""

    name: str
    by: str


Answer = Present | Absent | Several | NameTaken


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Another document bears the number."""

    entity: str
    qbo_id: str
    number: str
    party_id: str = ""
    party_name: str = ""
    total: Decimal = Decimal(0)
    voided: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """No document is known to bear the number. `complete` says whether every number is known."""

    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A document as somebody left it in QuickBooks."""

    stands: Mapping[str, Any]
    """As QuickBooks states it now."""
    sent: Mapping[str, Any]
    """The body that we sent last, ids in place."""
    moved: frozenset[str]
    """Names of its parts that were edited; where that is not known, of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """The document this record is bound to."""

    binding_id: int
    qbo_type: str
    qbo_id: str
    number: str
    total: Decimal
    sent_fingerprint: str
    source_fingerprint: str
    synced_at: datetime | None
    changed_in_quickbooks: bool = False
    """Somebody changed it there since we last wrote it."""
    changed_fields: tuple[str, ...] = ()
    """What was changed there, in words, as far as it is known."""
    edited: Edited | None = None
    """The version that was made of it there, where it was kept."""
    gone: bool = False
    """Deleted or voided there."""
    voided: bool = False
    """Of what is gone: it was voided, not deleted."""
    applied: Decimal = Decimal(0)
    """Payments and credits applied to it in QuickBooks."""
    origin: Origin = Origin.SOURCE
    """Where the pair of record and document was born."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything a plan may know. Ids and ages stay out of the plan's fingerprint."""

    company: Company
    lists: Mapping[str, Answer] = field(default_factory=dict)
    """Answers by symbol: customer:…, item:…, location:…, class:…."""
    number: Taken | Free | None = None
    accounts: Mapping[str, Answer] = field(default_factory=dict)
    """By role: income, and discount where one is chosen."""
    bound: Bound | None = None
    earlier: Bound | None = None
    """The latest active binding under another link key: the number changed (T-24), or copies exist (P-20)."""
    copies: frozenset[str] = frozenset()
    """QuickBooks ids of every document bound to this record, as far as there are several."""
