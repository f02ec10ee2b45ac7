"""The language of filters: a property, an operator, a value. Typed, so that what cannot be meant is refused.

Lines are asked together: "Line: SKU begins with A" fits where any line does, "does not begin with" where none
does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from qbo_connector.canonical import Invoice
from qbo_connector.canonical.keys import name_key
from qbo_connector.errors import ConfigurationError
from qbo_connector.policy.properties import Content, Properties, Property, PropertyType, parse

LONGEST_VALUE = 200
MOST_VALUES = 50


class Operator(StrEnum):
    """How a property is compared."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    CONTAINS_NOT = "contains_not"
    BEGINS_WITH = "begins_with"
    BEGINS_NOT_WITH = "begins_not_with"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"
    FILLED = "filled"
    EMPTY = "empty"

    @property
    def takes_value(self) -> bool:
        """Whether it compares with something."""
        return self not in {Operator.FILLED, Operator.EMPTY}


_SAME = (Operator.IS, Operator.IS_NOT)
_THERE = (Operator.FILLED, Operator.EMPTY)
_ORDER = (Operator.AT_LEAST, Operator.AT_MOST, Operator.ABOVE, Operator.BELOW)

OPERATORS: Mapping[PropertyType, tuple[Operator, ...]] = {
    PropertyType.TEXT: (
        *_SAME,
        Operator.CONTAINS,
        Operator.CONTAINS_NOT,
        Operator.BEGINS_WITH,
        Operator.BEGINS_NOT_WITH,
        *_THERE,
    ),
    PropertyType.NUMBER: (*_ORDER, *_SAME, *_THERE),
    PropertyType.DATE: (*_ORDER, *_SAME, *_THERE),
    PropertyType.CHOICE: (*_SAME, *_THERE),
    PropertyType.YES_NO: (Operator.IS,),
}
"""What can be asked of each type, the usual first."""

WORDS: Mapping[Operator, str] = {
    Operator.IS: "is",
    Operator.IS_NOT: "is not",
    Operator.CONTAINS: "contains",
    Operator.CONTAINS_NOT: "does not contain",
    Operator.BEGINS_WITH: "begins with",
    Operator.BEGINS_NOT_WITH: "does not begin with",
    Operator.AT_LEAST: "is at least",
    Operator.AT_MOST: "is at most",
    Operator.ABOVE: "is more than",
    Operator.BELOW: "is less than",
    Operator.FILLED: "is filled",
    Operator.EMPTY: "is empty",
}
DAY_WORDS: Mapping[Operator, str] = {
    Operator.AT_LEAST: "is on or after",
    Operator.AT_MOST: "is on or before",
    Operator.ABOVE: "is after",
    Operator.BELOW: "is before",
}
OPPOSITES: Mapping[Operator, Operator] = {
    Operator.IS_NOT: Operator.IS,
    Operator.CONTAINS_NOT: Operator.CONTAINS,
    Operator.BEGINS_NOT_WITH: Operator.BEGINS_WITH,
    Operator.EMPTY: Operator.FILLED,
}
"""An operator that denies fits where its opposite fits nowhere."""

VALUE_NOUNS: Mapping[PropertyType, str] = {
    PropertyType.TEXT: "a text",
    PropertyType.NUMBER: "a number, such as 1250.00",
    PropertyType.DATE: "a date, such as 2026-11-22",
    PropertyType.CHOICE: "one of its choices",
    PropertyType.YES_NO: "yes or no",
}


class FilterRefused(ConfigurationError):
    """A criterion that cannot be: the message is a sentence that names property and operator.

    `part` says which of the three is wrong (property, operator or value), so that a form can show it beside it.
    """

    def __init__(self, message: str, *, part: str) -> None:
        super().__init__(message)
        self.part = part


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One condition. Several values of a text or choice mean any of them."""

    property: Property
    operator: Operator
    values: tuple[Content, ...] = ()

    def __str__(self) -> str:
        """In words: ``Total is at least 100``."""
        said = operator_words(self.property.type, self.operator)
        values = " or ".join(self.property.shown(value) for value in self.values)
        return f"{self.property.title} {said} {values}".rstrip()

    def fits(self, document: Invoice) -> bool:
        """Whether the document is as the criterion demands."""
        return _fits(self.operator, self.property.read(document), self.values)

    def seen_in(self, document: Invoice) -> str:
        """What the document says instead, for people."""
        values = self.property.read(document)
        return ", ".join(self.property.shown(value) for value in values) if values else "empty"

    def stored(self) -> dict[str, Any]:
        """As a pairing's rules keep it."""
        plain = [_plain(value) for value in self.values]
        return {"property": self.property.key, "operator": str(self.operator), "values": plain}


def operator_words(type_: PropertyType, operator: Operator) -> str:
    """An operator as people read it; of dates in words of time."""
    in_time = DAY_WORDS.get(operator) if type_ is PropertyType.DATE else None
    return in_time or WORDS[operator]


def criterion(properties: Properties, key: str, operator: str, values: Sequence[str]) -> Criterion:
    """A criterion from what a form or stored rules say.

    Raises:
        FilterRefused: there is no such property or operator, they do not go together, or a value does not fit.
    """
    found = properties.get(key)
    if found is None:
        raise FilterRefused(f"There is no property “{key}”.", part="property")
    return Criterion(
        property=found, operator=(chosen := _operator(found, operator)), values=_values(found, chosen, values)
    )


def _operator(found: Property, name: str) -> Operator:
    allowed = OPERATORS[found.type]
    if name in allowed:
        return Operator(name)
    words = WORDS[Operator(name)] if name in tuple(Operator) else name
    offered = ", ".join(operator_words(found.type, one) for one in allowed)
    raise FilterRefused(f"“{found.title}” cannot be asked with “{words}”. It can be: {offered}.", part="operator")


def _values(found: Property, operator: Operator, given: Sequence[str]) -> tuple[Content, ...]:
    if not operator.takes_value:
        return ()
    asked = f"“{found.title} {operator_words(found.type, operator)}”"
    texts = tuple(dict.fromkeys(text.strip() for text in given if text.strip()))
    if not texts:
        raise FilterRefused(f"{asked} needs {VALUE_NOUNS[found.type]}.", part="value")
    if len(texts) > 1 and found.type not in {PropertyType.TEXT, PropertyType.CHOICE}:
        raise FilterRefused(f"{asked} takes one value.", part="value")
    if len(texts) > MOST_VALUES or any(len(text) > LONGEST_VALUE for text in texts):
        raise FilterRefused(
            f"{asked} takes at most {MOST_VALUES} values of {LONGEST_VALUE} characters each.", part="value"
        )
    return tuple(_value(found, asked, text) for text in texts)


def _value(found: Property, asked: str, text: str) -> Content:
    value = parse(text, found.type)
    unknown = found.type is PropertyType.CHOICE and found.choices and text not in dict(found.choices)
    if value is None or unknown:
        raise FilterRefused(f"{asked} needs {VALUE_NOUNS[found.type]}, not “{text}”.", part="value")
    return value


def _fits(operator: Operator, present: Sequence[Content], wanted: Sequence[Content]) -> bool:
    if operator in OPPOSITES:
        return not _fits(OPPOSITES[operator], present, wanted)
    if operator is Operator.FILLED:
        return bool(present)
    compare = COMPARE[operator]
    return any(compare(_comparable(value), _comparable(other)) for value in present for other in wanted)


COMPARE: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.IS: lambda value, other: bool(value == other),
    Operator.CONTAINS: lambda value, other: other in value,
    Operator.BEGINS_WITH: lambda value, other: bool(value.startswith(other)),
    Operator.AT_LEAST: lambda value, other: bool(value >= other),
    Operator.AT_MOST: lambda value, other: bool(value <= other),
    Operator.ABOVE: lambda value, other: bool(value > other),
    Operator.BELOW: lambda value, other: bool(value < other),
}


def _comparable(value: Content) -> Content:
    """Texts are compared without case and without regard to spaces, as QuickBooks compares names."""
    return name_key(value) if isinstance(value, str) else value


def _plain(value: Content) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value
