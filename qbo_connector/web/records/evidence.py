"""What was sent for one operation and what came back, for admins."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from qbo_connector.store import exchanges, operations, steps

if TYPE_CHECKING:
    from qbo_connector.sync.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The steps and requests of one operation."""

    operation: Any
    steps: tuple[Any, ...]
    requests: tuple["Request", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request with readable bodies."""

    exchange: Any
    sent: str
    answered: str


def evidence_of(services: "Services", organization_id: int, operation_id: int) -> Evidence:
    """The evidence of an operation; tokens were scrubbed before it was stored.

    Raises:
        NotThere: the organization has no such operation.
    """
    with services.database.reading() as session:
        operation = operations.load_in(session, organization_id, operation_id)
        said = exchanges.list_of_operation(session, operation_id)
        found = steps.list_of_operation(session, operation_id)
    requests = [
        Request(exchange=one, sent=readable(one.request_body), answered=readable(one.response_body))
        for one in said
    ]
    return Evidence(operation=operation, steps=tuple(found), requests=tuple(requests))


def readable(body: bytes | None) -> str:
    """JSON with line breaks, amounts kept as they were written; anything else as it is."""
    text = (body or b"").decode(errors="replace")
    try:
        return json.dumps(
            json.loads(text, parse_float=_Verbatim, parse_int=_Verbatim), indent=2, ensure_ascii=False
        )
    except ValueError:
        return text


class _Verbatim(float):
    """A number that is written as it was read: 100.00 stays 100.00."""

    def __new__(cls, text: str) -> Self:
        made = super().__new__(cls, text)
        made.text = text
        return made

    text: str

    def __repr__(self) -> str:
        return self.text
