"""A good status proves nothing: QuickBooks has answered 200 with a fault, and 200 with nothing done."""

from typing import Any

ENVELOPES = frozenset({"QueryResponse", "CDCResponse", "BatchItemResponse"})


def proof_in(body: dict[str, Any], expects: str) -> dict[str, Any] | None:
    """The object that proves success, or None if it is not there.

    Args:
        body: the decoded answer.
        expects: its key, in any case of letters; empty where the body itself is enough. A key that holds a
            plain value or a list proves the body.
    """
    if not expects:
        return body
    for key, value in _within(body).items():
        if key.lower() != expects.lower():
            continue
        if isinstance(value, dict):
            return value
        return body if value is not None else None
    return None


def _within(body: dict[str, Any]) -> dict[str, Any]:
    """An upload answers with a list of one: ``{"AttachableResponse": [{"Attachable": {…}}]}``."""
    match body:
        case {"AttachableResponse": [dict(uploaded)]}:
            return uploaded
    return body
