"""Bodies as people read them."""

import json
from typing import Any

from qbo_connector.simulator.wire import json as wire_json

_LONGEST = 20_000
_BINARY = (b"%PDF-", b"PK", b"--")


def pretty(body: bytes | dict[str, Any] | None) -> str:
    """Indented JSON, plain text, or a word on what it is instead."""
    if not body:
        return ""
    if isinstance(body, dict):
        body = wire_json.dumps(body).encode()
    if body.startswith(_BINARY):
        return f"({len(body):,} bytes)"
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        text = body.decode("utf-8", "replace")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n…"
