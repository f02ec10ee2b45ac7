"""What was asked and answered, for tests, for the page and for counting what an integration costs."""

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from qbo_connector.simulator.wire import json as wire_json

_KEPT = 5000
_KEPT_WITH_BODIES = 1000
_COUNTERS = ("requests", "writes", "coreplus", "throttled", "replays", "batch_items")


@dataclass(slots=True, kw_only=True)
class Entry:
    """One request. Bodies are kept as bytes and read only when somebody looks."""

    n: int
    at: datetime
    realm_id: str
    method: str
    path: str
    query: dict[str, str]
    operation: str
    entity: str
    requestid: str
    request_body: bytes | None
    replayed: bool = False
    status: int = 0
    fault_code: str = ""
    duration_ms: float = 0.0
    response_body: bytes | None = None
    counts: dict[str, int] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        """As the control plane shows it."""
        return {
            "n": self.n,
            "at": self.at.isoformat(),
            "realm_id": self.realm_id,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "operation": self.operation,
            "entity": self.entity,
            "requestid": self.requestid or None,
            "replayed": self.replayed,
            "status": self.status,
            "fault_code": self.fault_code or None,
            "duration_ms": round(self.duration_ms, 2),
            "request_body": readable(self.request_body),
            "response_body": readable(self.response_body),
        }


class RequestLog:
    """The last few thousand requests and the counts of all of them."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=_KEPT)
        self._counts: dict[str, dict[str, int]] = {}
        self._last = 0

    def next_number(self) -> int:
        """The number of a request that begins now."""
        with self._guard:
            self._last += 1
            return self._last

    def add(self, entry: Entry) -> None:
        """Note a finished request and count it for its realm."""
        with self._guard:
            self._entries.append(entry)
            if len(self._entries) > _KEPT_WITH_BODIES:
                old = self._entries[-_KEPT_WITH_BODIES - 1]
                old.request_body = old.response_body = None
            if entry.realm_id:
                self._count(entry)

    def after(self, number: int) -> list[Entry]:
        """The requests that began after number `number`, oldest first."""
        with self._guard:
            found = [entry for entry in self._entries if entry.n > number]
        return sorted(found, key=lambda entry: entry.n)

    def counts(self) -> dict[str, dict[str, int]]:
        """Sums per realm since the start or the last clearing."""
        with self._guard:
            return {realm: dict(counts) for realm, counts in self._counts.items()}

    def clear(self) -> None:
        """Forget every request and count; numbers go on."""
        with self._guard:
            self._entries.clear()
            self._counts.clear()

    def __iter__(self) -> Iterator[Entry]:
        with self._guard:
            return iter(list(self._entries))

    def _count(self, entry: Entry) -> None:
        counts = self._counts.setdefault(entry.realm_id, dict.fromkeys(_COUNTERS, 0))
        counts["requests"] += 1
        for name, number in entry.counts.items():
            counts[name] += number


def readable(body: bytes | None) -> Any:
    """A body as JSON where it is JSON, else as text."""
    if not body:
        return None
    try:
        return _plain(wire_json.loads(body))
    except ValueError:
        return body[:4096].decode("utf-8", "replace")


def _plain(value: Any) -> Any:
    """The same without Decimals, which the standard encoder does not know."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    return float(value)
