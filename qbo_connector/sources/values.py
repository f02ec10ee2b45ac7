"""What goes in and out of a plugin's verbs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from qbo_connector.canonical import Document
from qbo_connector.errors import ConnectorError


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """Names one record of a source. `kind` is a kind of the manifest ("invoice", "customer" …)."""

    kind: str = "invoice"
    external_id: str

    def __str__(self) -> str:
        """As logs show it: ``invoice inv_01``."""
        return f"{self.kind} {self.external_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountInfo:
    """The account that credentials open, as its source names it. `missing` lists permissions not granted."""

    external_id: str
    name: str
    granted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """One answer of `read_many`: the document, or the error that concerns this record alone."""

    ref: Ref
    document: Document | None = None
    error: ConnectorError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A record that changed, with its source's stamp."""

    ref: Ref
    changed_at: datetime
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePage:
    """A page of changes, oldest first. `cursor` goes into the next call; with `more` that call is due at once."""

    changes: tuple[Change, ...]
    cursor: str
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HookRequest:
    """A webhook call as it arrived. Signatures are checked over the raw `body`."""

    method: str = "POST"
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def header(self, name: str) -> str:
        """The header in any spelling of its case; empty when absent."""
        wanted = name.casefold()
        return next((value for key, value in self.headers.items() if key.casefold() == wanted), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class HookDelivery:
    """One event of a webhook call. Two deliveries with one `dedupe_key` are the same event."""

    ref: Ref
    event: str
    dedupe_key: str
    occurred_at: datetime | None = None
    deleted: bool = False


class OutcomeState(StrEnum):
    """How a sync ended, as a source is told."""

    SYNCED = "synced"
    UNCHANGED = "unchanged"
    EXCLUDED = "excluded"
    HELD = "held"
    FAILED = "failed"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What `write_back` tells the source about a record.

    `number` is the document's number in QuickBooks, `code` the reason code of a finding, `message` its sentence,
    `pdf` the document as QuickBooks prints it, where the policy asks for it.
    """

    state: OutcomeState
    at: datetime
    qbo_id: str = ""
    number: str = ""
    url: str = ""
    message: str = ""
    code: str = ""
    pdf: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One entry of a live list."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedRequest:
    """How a vendor's page opens the widget: with the vendor's own signed statement in query, headers or body."""

    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedContext:
    """What that statement proves: this person looks at this record, until then. `nonce` may be used once."""

    ref: Ref
    person_id: str
    person_name: str = ""
    nonce: str = ""
    expires_at: datetime
