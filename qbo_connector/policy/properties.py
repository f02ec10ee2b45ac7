"""What a filter can ask about and a mapping can carry: the properties of a document and of what belongs to it.

The core knows those of the canonical invoice, its customer and its lines; a manifest declares further ones, which
its plugin puts among the document's custom fields.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import assert_never

from qbo_connector.canonical import Invoice

Content = str | Decimal | date | bool
Contents = tuple[Content, ...]
Read = Callable[[Invoice], Contents]

DECLARED = "custom."
"""Stands before the name of a property that a manifest declares."""

YES_WORDS = frozenset({"true", "yes", "1", "on"})
NO_WORDS = frozenset({"false", "no", "0", "off"})


class PropertyType(StrEnum):
    """What kind of value a property has."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"


class About(StrEnum):
    """Whose property it is: the record's own, or an associated record's (H-41)."""

    DOCUMENT = "document"
    CUSTOMER = "customer"
    LINE = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One property. `read` gives its values: none where it is empty, several where lines differ.

    Values of a choice are texts; `choices` are those a form offers, each with its words.
    """

    key: str
    label: str
    type: PropertyType
    about: About
    choices: tuple[tuple[str, str], ...] = ()
    read: Read = field(compare=False, repr=False)

    @property
    def title(self) -> str:
        """The label, with whose property it is: ``Customer: country``."""
        return TITLES[self.about].format(self.label)

    @property
    def noun(self) -> str:
        """As it stands within a sentence: ``due date``, ``PO number``, ``customer's e-mail``."""
        plain = self.label if self.label[:2].isupper() else self.label[:1].lower() + self.label[1:]
        return f"{self.about}'s {plain}" if self.about is not About.DOCUMENT else plain

    def shown(self, value: Content) -> str:
        """One value as people read it."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, Decimal):
            return f"{value:f}"
        if isinstance(value, date):
            return value.isoformat()
        return dict(self.choices).get(value, value)


TITLES: Mapping[About, str] = {
    About.DOCUMENT: "{}",
    About.CUSTOMER: "Customer: {}",
    About.LINE: "Line: {}",
}

Properties = Mapping[str, Property]


def by_key(properties: Iterable[Property]) -> Properties:
    """The properties by their keys, in their order."""
    return {one.key: one for one in properties}


def declared(name: str, label: str, type_: PropertyType, choices: tuple[tuple[str, str], ...] = ()) -> Property:
    """A property that a manifest declares; its plugin puts the value among the custom fields, as text."""

    def read(document: Invoice) -> Contents:
        text = dict(document.memos.custom).get(name, "").strip()
        return () if not text else _typed(text, type_)

    return Property(
        key=f"{DECLARED}{name}", label=label, type=type_, about=About.DOCUMENT, choices=choices, read=read
    )


def _typed(text: str, type_: PropertyType) -> Contents:
    """The text as a value of this type; nothing where it is none."""
    parsed = parse(text, type_)
    return () if parsed is None else (parsed,)


def parse(text: str, type_: PropertyType) -> Content | None:
    """What somebody typed, as a value of this type; None where it cannot be one."""
    match type_:
        case PropertyType.NUMBER:
            return _number(text)
        case PropertyType.DATE:
            return _day(text)
        case PropertyType.YES_NO:
            folded = text.casefold()
            return folded in YES_WORDS if folded in YES_WORDS | NO_WORDS else None
        case PropertyType.TEXT | PropertyType.CHOICE:
            return text
        case other:
            assert_never(other)


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
