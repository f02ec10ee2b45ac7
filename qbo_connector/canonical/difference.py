"""Field-level changes between two versions of a document: for re-sync, divergence and the three-way view."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qbo_connector.canonical.fingerprint import STAMPS
from qbo_connector.canonical.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field that differs. `path` is stable (``lines[li_1].quantity``); a side that lacks it is None."""

    path: str
    before: str | None
    after: str | None

    @property
    def label(self) -> str:
        """The field in words: ``quantity``."""
        return self.path.rsplit(".", 1)[-1].split("[", maxsplit=1)[0].replace("_", " ")


def difference(before: Value, after: Value) -> tuple[FieldChange, ...]:
    """Every field that differs, in the order of the model. Lines are matched by their id, else by place."""
    old, new = before.model_dump(), after.model_dump()
    return tuple(_walk("", old, new))


def _walk(path: str, old: Any, new: Any) -> Iterator[FieldChange]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in _keys(old, new):
            yield from _walk(f"{path}.{key}" if path else key, old.get(key), new.get(key))
    elif isinstance(old, tuple) and isinstance(new, tuple):
        left, right = _named(old), _named(new)
        for key in [*left, *(key for key in right if key not in left)]:
            yield from _walk(f"{path}[{key}]", left.get(key), right.get(key))
    elif old != new:
        yield FieldChange(path=path, before=_text(old), after=_text(new))


def _keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [key for key in [*old, *(key for key in new if key not in old)] if key not in STAMPS]


def _named(parts: tuple[Any, ...]) -> dict[str, Any]:
    """Parts by their id. One that has none, or shares it with an earlier part, goes by its place."""
    named: dict[str, Any] = {}
    for place, part in enumerate(parts, start=1):
        own = part.get("external_id") if isinstance(part, Mapping) else None
        named[own if own and own not in named else f"#{place}"] = part
    return named


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(str, value)))
    if isinstance(value, Mapping | tuple):
        parts = value.values() if isinstance(value, Mapping) else value
        return ", ".join(text for part in parts if (text := _text(part))) or None
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)
