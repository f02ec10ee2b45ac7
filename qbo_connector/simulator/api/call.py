"""An API request taken apart: which company, which entity, which operation."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from qbo_connector.simulator.entities.kinds import EntityKind
from qbo_connector.simulator.entities.registry import kind_named
from qbo_connector.simulator.faults import IntuitFault, fault
from qbo_connector.simulator.http.messages import Request
from qbo_connector.simulator.wire import json as wire_json
from qbo_connector.simulator.wire.xmlin import is_xml, read_xml

_PREFIX = ("v3", "company")
_SINGLETONS = frozenset({"preferences"})
_PLAIN = frozenset({"query", "batch", "cdc", "upload", "reports", "taxservice", "download"})
READS = frozenset({"read", "query", "cdc", "report", "pdf", "download"})


@dataclass(frozen=True)
class Call:
    """One call to `/v3/company/<realm>/…`. `segments` are what follows the realm."""

    request: Request
    realm_id: str
    segments: tuple[str, ...]

    @classmethod
    def of(cls, request: Request) -> "Call":
        """Split the path; a path that is too short has no realm."""
        parts = tuple(part for part in request.path.split("/") if part)
        if parts[:2] != _PREFIX or len(parts) < len(_PREFIX) + 1:
            return cls(request=request, realm_id="", segments=parts)
        return cls(request=request, realm_id=parts[2], segments=parts[3:])

    @property
    def head(self) -> str:
        """The first segment after the realm, in lower case."""
        return self.segments[0].lower() if self.segments else ""

    @cached_property
    def kind(self) -> EntityKind | None:
        """The entity the path names."""
        return kind_named(self.head) if self.head not in _PLAIN else None

    @property
    def identifier(self) -> str | None:
        """The id in the path; the entities that stand once have a fixed one."""
        if len(self.segments) > 1:
            return self.segments[1]
        return "1" if self.head in _SINGLETONS else None

    @property
    def host(self) -> str:
        """The host the client addressed."""
        return self.request.headers.get("host", "")

    @property
    def requestid(self) -> str:
        """The idempotency key, "" without one."""
        return self.request.query.get("requestid", "")

    @property
    def wants_json(self) -> bool:
        """Whether the answer is to be JSON; XML is QuickBooks' default."""
        asked = self.request.query.get("format", "").lower()
        return asked == "json" or "json" in self.request.headers.get("accept", "").lower()

    @cached_property
    def payload(self) -> Any:
        """The body as read.

        Raises:
            IntuitFault: 2010 (bad JSON) or 500 (bad bytes).
        """
        try:
            if is_xml(self.request.headers.get("content-type", "")):
                return read_xml(self.request.body)
            return wire_json.loads(self.request.body)
        except UnicodeDecodeError:
            raise fault("500", "Unsupported Operation", "Operation MalformedByteSequenceException") from None
        except ValueError as err:
            raise _unreadable(err) from err

    @cached_property
    def operation(self) -> str:
        """What is asked for, in one word."""
        if self.head in _PLAIN:
            return {"reports": "report", "taxservice": "create"}.get(self.head, self.head)
        if self.request.method == "GET":
            return "pdf" if self.segments[2:3] == ("pdf",) else "read"
        if self.segments[2:3] == ("send",):
            return "send"
        return self._write_operation()

    @property
    def asks_for_data(self) -> bool:
        """Whether it is a read to the meter; a batch is one as soon as it holds a query (reference §3.3)."""
        if self.operation != "batch":
            return self.operation in READS
        try:
            items = self.payload.get("BatchItemRequest") if isinstance(self.payload, dict) else None
        except IntuitFault:
            return False
        listed = items if isinstance(items, list) else [items]
        return any(isinstance(item, dict) and "Query" in item for item in listed)

    def _write_operation(self) -> str:
        asked = self.request.query.get("operation", "").lower()
        if self.request.query.get("include", "").lower() == "void":
            return "void_include"
        if asked not in {"", "create"}:
            return asked
        try:
            has_id = isinstance(self.payload, dict) and _has_id(self.payload)
        except IntuitFault:
            has_id = False
        return "update" if has_id else "create"


def _has_id(payload: dict[str, Any]) -> bool:
    if payload.get("Id") not in {None, "", 0, "0"}:
        return True
    inner = [value for value in payload.values() if isinstance(value, dict) and "RecurringInfo" in value]
    return any(value.get("Id") not in {None, "", 0, "0"} for value in inner)


def _unreadable(err: ValueError) -> IntuitFault:
    return fault(
        "2010",
        "Request has invalid or unsupported property",
        f"Property Name:{err} specified is unsupported or invalid",
    )
