"""What goes to QuickBooks and what comes back, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from qbo_connector.errors import ConnectorError
from qbo_connector.qbo.faults import Fault

LONGEST_REQUESTID = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRequest:
    """One write, exactly as it was stored before sending.

    Args:
        entity: lower case, as in the path: ``invoice``.
        body: sent byte for byte.
        requestid: of the series of attempts; the same for every attempt.
        operation: create, update, delete or void; the last two add their own query parameters.
        params: more query parameters, for instance ``{"include": "allowduplicatedocnum"}``.
        linked_payments: see :class:`~qbo_connector.qbo.faults.Context`.
        references_good: likewise.
    """

    entity: str
    body: bytes = field(repr=False)
    requestid: str
    operation: str = "create"
    params: Mapping[str, str] = field(default_factory=dict)
    linked_payments: bool | None = None
    references_good: bool = False

    def __post_init__(self) -> None:
        if not 0 < len(self.requestid) <= LONGEST_REQUESTID:
            raise ValueError(f"a requestid has 1 to {LONGEST_REQUESTID} characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A definite good answer.

    Args:
        status: HTTP status, 200.
        body: the decoded JSON; fractions are ``Decimal``, whole numbers ``int``.
        entity: the expected object (``body["Invoice"]`` for an invoice); None where none is expected.
        intuit_tid: Intuit's id of the call.
        time: QuickBooks' own clock, in UTC.
        raw: the bytes as they came.
        duration_ms: from sending to the last byte.
    """

    status: int
    body: dict[str, Any] = field(repr=False)
    entity: dict[str, Any] | None = field(repr=False)
    intuit_tid: str
    time: datetime | None
    raw: bytes = field(repr=False)
    duration_ms: int

    @property
    def rows(self) -> tuple[dict[str, Any], ...]:
        """The objects of a query's answer, whatever their type; empty for none."""
        found = self.body.get("QueryResponse")
        if not isinstance(found, dict):
            return ()
        lists = (value for value in found.values() if isinstance(value, list))
        return tuple(row for rows in lists for row in rows if isinstance(row, dict))

    @property
    def total_count(self) -> int | None:
        """Of a ``SELECT COUNT(*)``."""
        found = self.body.get("QueryResponse")
        total = found.get("totalCount") if isinstance(found, dict) else None
        return total if isinstance(total, int) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAnswer:
    """One item of a batch: either its entity or its error, never both."""

    bid: str
    entity: dict[str, Any] | None = field(default=None, repr=False)
    faults: tuple[Fault, ...] = ()
    error: ConnectorError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchAnswer:
    """A batch that was answered as a whole; ``items`` holds every bId that was sent, in the order sent."""

    answer: Answer
    items: Mapping[str, ItemAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Evidence of one request that left, or tried to.

    Bodies are free of tokens but not of the customers' data: keep them encrypted. ``status`` is 0 and
    ``error`` the kind of failure where no answer came; ``error`` lists fault codes where the answer had some.
    ``reads`` is how many reads Intuit meters of it: a batch may hold several, a refused one costs nothing.
    ``writes`` is whether it was meant to change something.
    """

    at: datetime
    method: str
    path: str
    query: str = field(repr=False)
    requestid: str
    status: int
    intuit_tid: str
    duration_ms: int
    request_body: str = field(repr=False)
    response_body: str = field(repr=False)
    error: str
    reads: int = 0
    writes: bool = False

    @property
    def metered(self) -> bool:
        """Whether Intuit counts it as a read."""
        return self.reads > 0
