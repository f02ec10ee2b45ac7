"""Custom fields that people fill in QuickBooks, beside those that we fill.

Intuit's Invoice page does not say what becomes of the custom fields that a sparse update leaves out while it sends
others. `Line` is replaced as a whole; a custom field goes by its DefinitionId. So an update that fills any sends
the others back as they were last seen: they stand afterwards in either case.
"""

from collections.abc import Iterable, Mapping
from typing import Any

FIELDS = "CustomField"
DEFINITION = "DefinitionId"


def filled_fields(entity: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The custom fields of a document that hold something, as QuickBooks answered them."""
    return [dict(field) for field in entity.get(FIELDS) or () if _holds_something(field)]


def fills_fields(body: Mapping[str, Any]) -> bool:
    """Whether a body fills custom fields, so that the others have to go along."""
    return bool(body.get(FIELDS))


def with_others(body: Mapping[str, Any], standing: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The body of an update, its custom fields joined by those that stand there and that it does not fill."""
    if not fills_fields(body):
        return dict(body)
    own = {field[DEFINITION] for field in body[FIELDS]}
    others = [dict(field) for field in standing if field.get(DEFINITION) not in own]
    return {**body, FIELDS: [*body[FIELDS], *others]}


def _holds_something(field: Mapping[str, Any]) -> bool:
    """The value's own name goes by the field's type: StringValue, NumberValue, DateValue, BooleanValue."""
    return any(name.endswith("Value") and value not in ("", None) for name, value in field.items())
