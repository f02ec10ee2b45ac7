"""What the JSON API takes and gives. Money is text, since a JSON number loses digits; moments are ISO 8601."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Money = Annotated[str, StringConstraints(strict=True, pattern=r"^-?\d{1,15}(\.\d{1,8})?$")]
Name = Annotated[str, StringConstraints(strict=True, max_length=200)]
Text = Annotated[str, StringConstraints(strict=True, max_length=2000)]


class Given(BaseModel):
    """Part of an answer."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Taken(BaseModel):
    """Part of a request; what it does not know it refuses."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SyncRequest(Taken):
    """Which sync, with which choices."""

    intent: Literal["push", "update", "create_copy"] = "push"
    inputs: Annotated[dict[Name, Text | bool | None], Field(default_factory=dict, max_length=40)]
    plan_fingerprint: Annotated[Name | None, Field(description="Of a preview: refused if it no longer holds.")] = (
        None
    )


class RetryHeaders(BaseModel):
    """The name of this request, so that repeating it does nothing more."""

    idempotency_key: Annotated[
        str | None,
        Field(alias="Idempotency-Key", max_length=100, description="Send the same one when you repeat a request."),
    ] = None


class Nothing(Taken):
    """An empty object."""


class RecordQuery(Taken):
    """Which records; what is left out does not restrict."""

    state: (
        Literal["new", "synced", "syncing", "held", "failing", "excluded", "waiting", "dismissed", "shadowed"]
        | None
    ) = None
    reason: Annotated[Name | None, Field(description="A code of the findings catalogue.")] = None
    kind: Name | None = None
    pairing: Annotated[int | None, Field(ge=1)] = None
    search: Annotated[Name | None, Field(description="In number, customer and external id.")] = None
    cursor: Annotated[Name | None, Field(description="`next_cursor` of the former page.")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class Started(Given):
    """An operation that was started, or joined."""

    operation: int


class Fix(Given):
    """A repair a finding offers. `inputs` are the answers it needs."""

    action: str
    button: str
    allowed: bool
    inputs: tuple[str, ...]
    url: str | None


class Finding(Given):
    """One classified reason, in words."""

    code: str
    category: Annotated[str, Field(validation_alias="cls")]
    sentence: str
    explanation: str
    remedy: str
    details: dict[str, str]
    fixes: tuple[Fix, ...]
    count: int
    first_seen_at: datetime | None
    last_seen_at: datetime | None


class QuickBooksDocument(Given):
    """A document in QuickBooks."""

    type: str
    id: str
    url: str | None = None


class Reason(Given):
    """Why a record stands where it stands."""

    code: str
    sentence: str


class Record(Given):
    """One record of a source, as it was last read and synced."""

    id: int
    pairing: int
    kind: str
    external_id: str
    number: str
    customer: str
    amount: Money | None
    currency: str
    source_status: str
    source_url: str
    document_date: date | None
    state: str
    reason: Reason | None
    quickbooks: QuickBooksDocument | None
    last_synced_at: datetime | None
    last_activity_at: datetime


class RecordDetail(Record):
    """A record with everything that is open about it."""

    findings: tuple[Finding, ...]
    operation: int | None


class RecordPage(Given):
    """Some records, latest activity first, and where they go on."""

    records: tuple[Record, ...]
    next_cursor: str | None


class Line(Given):
    """A line as QuickBooks will get it."""

    description: str
    quantity: str = ""
    unit_price: str = ""
    amount: Money | None = None


class FieldRow(Given):
    """Where a field goes."""

    source: str
    quickbooks: str
    value: str


class Change(Given):
    """A field that differs from the last synced version."""

    path: str
    before: str | None
    after: str | None


class Preview(Given):
    """What a sync would do, exactly as it would be done."""

    plan_fingerprint: str
    decision: str
    rows: tuple[FieldRow, ...]
    lines: tuple[Line, ...]
    discount: Money
    tax: Money
    total: Money
    quickbooks_total: Money
    equal: bool
    creates: tuple[str, ...]
    warnings: tuple[Finding, ...]
    refusals: tuple[Finding, ...]
    calls: int
    changes: tuple[Change, ...]


class Link(Given):
    """A document in QuickBooks, for people."""

    url: str
    number: str


class Operation(Given):
    """How far an operation is. `version` rises with each change."""

    id: int
    version: int
    state: Literal["queued", "running", "waiting", "done"]
    phase: str
    outcome: str | None
    finding: Finding | None
    quickbooks: Link | None
    retry_at: datetime | None


class WaitQuery(Taken):
    """Wait until the operation is newer than a version that is known."""

    after: Annotated[int, Field(ge=0)] = 0
    wait: Annotated[float, Field(ge=0, le=25, description="Seconds to wait for a newer version.")] = 0


class Run(Given):
    """A group of operations started together."""

    id: int
    pairing: int | None
    kind: str
    state: str
    total: int
    done: int
    outcomes: dict[str, int]
    started_at: datetime
    finished_at: datetime | None


class Connection(Given):
    """A QuickBooks company."""

    id: int
    company: str
    country: str
    home_currency: str
    state: str
    paused_reason: str


class ConnectionList(Given):
    """The organization's QuickBooks companies."""

    connections: tuple[Connection, ...]


class Pairing(Given):
    """A sync: one source account joined to one QuickBooks company."""

    id: int
    name: str
    source_account: int
    connection: int
    part: str
    state: str


class PairingList(Given):
    """The organization's syncs."""

    pairings: tuple[Pairing, ...]


class InvalidField(Given):
    """A field of the request that is wrong."""

    field: str
    message: str


class ProblemDocument(Given):
    """An error (RFC 9457). A program looks at `status` and `code`."""

    type: str
    title: str
    status: int
    detail: str | None = None
    code: str
    finding: Finding | None = None
    errors: tuple[InvalidField, ...] | None = None


class OpenApi(BaseModel):
    """An OpenAPI 3.1 document."""

    model_config = ConfigDict(extra="allow")

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]
