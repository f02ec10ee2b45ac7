"""The shapes of Intuit's public XSD, read from `schema.json`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShape:
    """One field: its kind, the type or enumeration it refers to, and whether it repeats.

    `kind` is text, bool, decimal, int, date, datetime, id, ref, enum, type or any.
    """

    kind: str
    target: str
    many: bool


Shape = Mapping[str, FieldShape]

_FREE = frozenset({"IntuitAnyType"})  # Intuit's "Ex" boxes: anything goes


@cache
def shape_of(type_name: str) -> Shape:
    """The fields of a type in the order in which QuickBooks writes them.

    Raises:
        KeyError: no such type.
    """
    return {name: _field(spec) for name, spec in _document()["types"][type_name].items()}


@cache
def values_of(enumeration: str) -> frozenset[str]:
    """The words an enumeration knows."""
    return frozenset(_document()["enums"][enumeration])


def _field(spec: str) -> FieldShape:
    many = spec.endswith("[]")
    kind, _, target = spec.removesuffix("[]").partition(":")
    if target in _FREE:
        kind = "any"
    return FieldShape(kind=kind, target=target, many=many)


@cache
def _document() -> dict[str, dict[str, dict[str, str]]]:
    text = files("qbo_connector.simulator.entities").joinpath("schema.json").read_text(encoding="utf-8")
    document: dict[str, dict[str, dict[str, str]]] = json.loads(text)
    return document
