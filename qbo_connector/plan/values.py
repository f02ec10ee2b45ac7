"""The plan: a decision, ordered steps with symbolic references, what is expected, what is said about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from qbo_connector.canonical.fingerprint import fingerprint
from qbo_connector.mapping import VERSION
from qbo_connector.policy.answers import Kept
from qbo_connector.policy.catalogue import Finding

FORMAT = 1
"""Version of stored plans."""

DOCUMENT = "invoice"
"""Symbol and entity of the document itself."""


class Decision(StrEnum):
    """What is to be done with the record."""

    CREATE = "create"
    UPDATE = "update"
    VOID = "void"
    DELETE = "delete"
    """Only to undo a sync."""
    UNCHANGED = "unchanged"
    """It stands there as it should, or another sync will see to it; nothing is sent."""
    SKIP = "skip"
    """Excluded by rule, and nothing is wrong."""
    HOLD = "hold"
    """Refused or waiting for a person; nothing is sent."""


class Verb(StrEnum):
    """What a step does to a QuickBooks object."""

    CREATE = "create"
    UPDATE = "update"
    VOID = "void"
    DELETE = "delete"


class Wave:
    """The order of effects: lists before documents, documents before payments, and so on."""

    LISTS = 0
    DOCUMENTS = 1
    PAYMENTS = 2
    AFTERWARDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One effect. `body` names other objects by symbol; Id and SyncToken join it when it is sent.

    A step that creates nothing acts on the object whose id its symbol has among the plan's `known_ids`.
    """

    symbol: str
    entity: str
    verb: Verb
    wave: int
    name: str
    """What it is called for people: the customer's or item's name, the document's title."""
    body: Mapping[str, Any]
    resources: frozenset[str] = frozenset()
    """Everything that two operations must not write side by side."""
    allow_duplicate_number: bool = False
    """Sent with QuickBooks' permission for a number that another document bears (P-21)."""

    @property
    def fingerprint(self) -> str:
        """Of what is sent: equal bodies have an equal one."""
        return fingerprint({"mapping": VERSION, "body": self.body})


@dataclass(frozen=True, slots=True, kw_only=True)
class ByQuickBooks:
    """A value that only QuickBooks decides; `estimate` is shown, never compared."""

    estimate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the answer is verified against, to the cent. A value QuickBooks decides is `ByQuickBooks`."""

    number: str | ByQuickBooks
    total: Decimal | ByQuickBooks
    tax: Decimal | ByQuickBooks
    customer: str
    """Symbol of the customer."""
    lines: int
    """Lines that sell something, shipping included."""
    deposit: Decimal = Decimal(0)
    """What the balance is less than the total."""
    applied: Decimal = Decimal(0)
    """Payments and credits that were applied to it before this write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One field that differs between the source and a document that was edited in QuickBooks (H-34)."""

    key: str
    """For programs; stable."""
    label: str
    source: str
    quickbooks: str
    kept: Kept | None = None
    """How the value in QuickBooks could be kept; None where only the source's can go there."""

    @property
    def agreed(self) -> bool:
        """Both sides say the same: only what was kept before differs from it."""
        return self.kept is not None and self.kept.value == self.kept.instead_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the preview shows of the document itself; amounts in its currency."""

    currency: str
    rows: tuple[tuple[str, str, str], ...] = ()
    """Source field, QuickBooks field, value: the two-column table of T-1."""
    lines: tuple[Mapping[str, str], ...] = ()
    discount: Decimal = Decimal(0)
    shipping: Decimal = Decimal(0)
    """Shipping that stands in its own place below the lines."""
    tax: Decimal = Decimal(0)
    source_total: Decimal = Decimal(0)
    quickbooks_total: Decimal = Decimal(0)
    """Without the tax, where only QuickBooks decides it."""
    numbers_complete: bool = True
    """Whether every number in QuickBooks is known; else one may yet turn out to be taken."""
    compared: tuple[Compared, ...] = ()
    """Field by field beside the version that somebody made of it in QuickBooks, where one did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The outcome of thinking. Empty of steps unless something is to be written."""

    decision: Decision
    steps: tuple[Step, ...] = ()
    warnings: tuple[Finding, ...] = ()
    refusals: tuple[Finding, ...] = ()
    excluded: Finding | None = None
    expected: Expected | None = None
    shown: Shown | None = None
    link_key: str = ""
    source_fingerprint: str = ""
    sent_fingerprint: str = ""
    known_ids: Mapping[str, str] = field(default_factory=dict)
    """Ids of symbols that exist already; not part of the fingerprint."""

    @property
    def document_step(self) -> Step | None:
        """The step that writes the document itself."""
        return next((step for step in self.steps if step.wave == Wave.DOCUMENTS), None)

    @property
    def entries(self) -> tuple[Step, ...]:
        """Entries of lists that are written before the document: new ones, and customers that changed."""
        return tuple(step for step in self.steps if step.wave == Wave.LISTS)

    @property
    def creates(self) -> tuple[Step, ...]:
        """What does not exist yet and will be created before the document."""
        return tuple(step for step in self.entries if step.verb is Verb.CREATE)

    @property
    def calls(self) -> int:
        """How many requests to QuickBooks the plan costs."""
        return len(self.steps)

    @property
    def fingerprint(self) -> str:
        """Equal plans have equal ones: without ids of parties, SyncTokens, counts and times."""
        steps = [
            [step.symbol, step.entity, step.verb, step.body, step.allow_duplicate_number] for step in self.steps
        ]
        said = [*self.refusals, *self.warnings, *([self.excluded] if self.excluded else [])]
        content = {
            "format": FORMAT,
            "decision": self.decision,
            "steps": steps,
            "sent": self.sent_fingerprint,
            "codes": sorted(finding.code for finding in said),
        }
        return fingerprint(content)
