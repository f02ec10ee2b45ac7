"""What passes between the socket and the simulator's answers."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Delivery(StrEnum):
    """What happens to the connection once there is an answer."""

    ANSWER = "answer"
    HANG = "hang"  # keep it open and say nothing
    RESET = "reset"  # close it with RST


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request, read whole. Header names are lower-case; of a repeated query key the last one counts."""

    method: str
    path: str
    query_string: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def target(self) -> str:
        """Path and query, as sent."""
        return f"{self.path}?{self.query_string}" if self.query_string else self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One HTTP answer, and whether it is delivered at all."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    delivery: Delivery = Delivery.ANSWER


def json_response(payload: Any, *, status: int = 200) -> Response:
    """An answer of the simulator's own (not Intuit's), as JSON."""
    return Response(status=status, body=json.dumps(payload, default=str).encode())


def redirect(location: str) -> Response:
    """302 to `location`."""
    return Response(status=302, headers={"Location": location}, content_type="text/plain")


def new_tid() -> str:
    """A transaction id in the form of Intuit's `intuit_tid`."""
    return f"1-{secrets.token_hex(4)}-{secrets.token_hex(12)}"
