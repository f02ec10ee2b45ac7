"""Which fields of an entity a query may name, and how to reach them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qbo_connector.simulator.company.records import Record
from qbo_connector.simulator.entities.kinds import EntityKind
from qbo_connector.simulator.entities.schema import shape_of
from qbo_connector.simulator.query.parser import validation_error

_OBJECTS = {
    "PrimaryEmailAddr": "Address",
    "PrimaryPhone": "FreeFormNumber",
    "WebAddr": "URI",
    "BillEmail": "Address",
}
_NEVER = frozenset({"sparse", "domain"})


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryField:
    """A field as a query sees it: `kind` decides how it compares."""

    name: str
    kind: str
    read: Callable[[Record], Any]


def filter_field(kind: EntityKind, name: str) -> QueryField:
    """A field that may stand in WHERE and ORDERBY.

    Raises:
        IntuitFault: 4001, in one wording for fields that exist and in another for those that do not.
    """
    head, _, tail = name.partition(".")
    if head.lower() == "metadata":
        return _meta_field(kind, tail)
    known = _known(kind, head)
    if known is None:
        raise validation_error(f"Property {name} not found for Entity {kind.name}")
    field = kind.shape.get(known)
    if field is None or field.kind not in {"type", "ref"}:
        return _scalar(kind, known)
    if field.kind == "ref" and known in kind.refs_queryable and not field.many:
        return QueryField(name=known, kind="text", read=lambda record: record.body.get(known, {}).get("value"))
    if known in _OBJECTS:
        part = _OBJECTS[known]
        return QueryField(name=known, kind="text", read=lambda record: record.body.get(known, {}).get(part))
    if field.kind == "ref":
        raise validation_error(f"property '{known}' is not queryable")
    raise validation_error(f"Property {name} not found for Entity {kind.name}")


def projected(kind: EntityKind, record: Record, names: tuple[str, ...]) -> dict[str, Any]:
    """The asked-for fields of a record, with the ones QuickBooks always adds.

    Raises:
        IntuitFault: 4001 for a complex field.
    """
    wanted = {filter_field_name(kind, name) for name in names} | {"domain", "sparse", "Id"}
    return {name: value for name, value in record.body.items() if name in wanted}


def filter_field_name(kind: EntityKind, name: str) -> str:
    """The exact name of a field that can be selected.

    Raises:
        IntuitFault: 4001.
    """
    known = _known(kind, name.partition(".")[0])
    if known is None or (known in kind.shape and kind.shape[known].kind == "type" and known != "MetaData"):
        raise validation_error(f"Property {name} not found for Entity {kind.name}")
    return known


def _known(kind: EntityKind, name: str) -> str | None:
    extra = ("Type",) if kind.name == "RecurringTransaction" else ()
    return next((field for field in (*kind.shape, *extra) if field.lower() == name.lower()), None)


def _scalar(kind: EntityKind, name: str) -> QueryField:
    if name in kind.not_queryable or name in _NEVER:
        raise validation_error(f"property '{name}' is not queryable")
    if kind.name == "RecurringTransaction":
        return _recurring(name)
    shape = kind.shape[name]
    return QueryField(name=name, kind=shape.kind, read=lambda record: record.body.get(name))


def _recurring(name: str) -> QueryField:
    """A recurring transaction wraps its template, whose name is its type."""
    if name == "Type":
        return QueryField(name=name, kind="text", read=lambda record: record.facts.get("type"))
    return QueryField(name=name, kind="text", read=lambda record: record.body[record.facts["type"]].get(name))


def _meta_field(kind: EntityKind, name: str) -> QueryField:
    known = next((field for field in shape_of("ModificationMetaData") if field.lower() == name.lower()), None)
    if known == "LastUpdatedTime":
        return QueryField(name=known, kind="datetime", read=lambda record: record.updated.replace(microsecond=0))
    if known is None:
        raise validation_error(f"Property MetaData.{name} not found for Entity {kind.name}")
    return QueryField(name=known, kind="datetime", read=lambda record: record.body.get("MetaData", {}).get(known))
