"""Symbolic references in bodies: put in while planning, resolved to ids at the moment of sending."""

from collections.abc import Iterator, Mapping
from typing import Any

REF = "$ref"


def ref(symbol: str) -> dict[str, str]:
    """A reference that is not an id yet."""
    return {REF: symbol}


def symbols_in(body: Any) -> Iterator[str]:
    """Every symbol a body names, in order of appearance."""
    if isinstance(body, Mapping):
        if REF in body:
            yield str(body[REF])
            return
        for part in body.values():
            yield from symbols_in(part)
    elif isinstance(body, list | tuple):
        for part in body:
            yield from symbols_in(part)


def resolved(body: Any, ids: Mapping[str, str]) -> Any:
    """The body with every symbol replaced by ``{"value": id}``.

    Raises:
        KeyError: a symbol has no id; the executor has then forgotten a step.
    """
    if isinstance(body, Mapping):
        if REF in body:
            return {"value": ids[str(body[REF])]}
        return {key: resolved(part, ids) for key, part in body.items()}
    if isinstance(body, list | tuple):
        return [resolved(part, ids) for part in body]
    return body
