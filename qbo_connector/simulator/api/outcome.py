"""What an API call came to, before it is written as JSON or XML."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from qbo_connector.simulator.clock import stamp_millis
from qbo_connector.simulator.faults import IntuitFault
from qbo_connector.simulator.http.messages import Delivery, Response, new_tid
from qbo_connector.simulator.wire.json import dumps
from qbo_connector.simulator.wire.xml import report_xml, response_xml

_JSON = "application/json;charset=utf-8"
_XML = "application/xml"
_CACHE = "max-age=0, no-cache, no-store, must-revalidate, private"
_VERSION = "1994.122"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """An answer's status, body and what the log should know of it.

    Attributes:
        counts: what the call adds to its realm's counters.
    """

    status: int
    body: bytes
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)
    fault_code: str = ""
    replayed: bool = False
    delivery: Delivery = Delivery.ANSWER
    counts: Mapping[str, int] = field(default_factory=dict)

    def response(self) -> Response:
        """The answer as the socket sends it, with the headers every answer of Intuit's has."""
        headers = {"intuit_tid": new_tid(), "Cache-Control": _CACHE, **self.headers}
        if not self.fault_code:
            headers["QBO-Version"] = _VERSION
        return Response(
            status=self.status,
            body=self.body,
            content_type=self.content_type,
            headers=headers,
            delivery=self.delivery,
        )


def success(payload: dict[str, Any], *, at: datetime, as_json: bool, counts: Mapping[str, int]) -> Outcome:
    """An answer in Intuit's envelope."""
    time = stamp_millis(at)
    if as_json:
        return Outcome(
            status=200, body=dumps({**payload, "time": time}).encode(), content_type=_JSON, counts=counts
        )
    body = response_xml(payload, time=time).encode()
    return Outcome(status=200, body=body, content_type=_XML, counts=counts)


def report(payload: dict[str, Any], *, as_json: bool, counts: Mapping[str, int]) -> Outcome:
    """A report, the one answer without an envelope and without a `time`."""
    if as_json:
        return Outcome(status=200, body=dumps(payload).encode(), content_type=_JSON, counts=counts)
    return Outcome(status=200, body=report_xml(payload).encode(), content_type=_XML, counts=counts)


def failure(fault: IntuitFault, *, at: datetime, as_json: bool) -> Outcome:
    """A fault in Intuit's envelope; its content type has no charset."""
    time = stamp_millis(at)
    payload: dict[str, Any] = {"Fault": fault.on_wire()}
    if as_json:
        body = dumps({**payload, "time": time} if fault.timed else payload).encode()
    else:
        body = response_xml(payload, time=time).encode()
    content_type = "application/json" if as_json else _XML
    counts = {"throttled": 1} if fault.code == "3001" else {}
    return Outcome(status=fault.status, body=body, content_type=content_type, fault_code=fault.code, counts=counts)


def canned(*, status: int, body: bytes, content_type: str, fault_code: str = "") -> Outcome:
    """An answer given word for word."""
    return Outcome(
        status=status,
        body=body,
        content_type=content_type,
        fault_code=fault_code or (str(status) if status >= 400 else ""),  # noqa: PLR2004
    )
