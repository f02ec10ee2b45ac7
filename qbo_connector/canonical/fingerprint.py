"""Fingerprints: equal content has an equal one, in every process and version."""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from qbo_connector.canonical.value import Value

STAMPS = frozenset({"created_at", "updated_at", "status_label"})
"""Fields that say when and how something was told, not what it is."""


def fingerprint(value: Value | Mapping[str, Any]) -> str:
    """A SHA-256 over the content, without stamps. 1.50 and 1.5 are the same amount; key order does not matter.

    Fields that stand at their default are left out, so that a field which a later version adds changes nothing.
    """
    content = _content(value) if isinstance(value, Value) else value
    text = json.dumps(_plain(content), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _content(value: Value) -> dict[str, Any]:
    return {"of": type(value).__name__, **value.model_dump(exclude_defaults=True)}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items() if key not in STAMPS}
    if isinstance(value, frozenset | set):
        return sorted(str(part) for part in value)
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Decimal):
        return _number(value)
    return value if isinstance(value, str | int | bool | None) else str(value)


def _number(value: Decimal) -> str:
    return format(value.normalize() if value else Decimal(0), "f")
