"""A list of filters that is being edited: it travels in the form, so that nothing counts before Done."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from werkzeug.datastructures import MultiDict

from qbo_connector.policy.criteria import OPERATORS, Criterion, FilterRefused, criterion, operator_words
from qbo_connector.policy.properties import About, Properties, Property

LONGEST_ROW = 4000
NEW = -1
GROUPS = {
    About.DOCUMENT: "The invoice",
    About.CUSTOMER: "Associated: its customer",
    About.LINE: "Associated: its lines and products",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing:
    """The criterion whose parts are being chosen. `place` is its row, or `NEW`."""

    place: int
    key: str
    operator: str
    values: tuple[str, ...]
    refused: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The rows as they would be saved, and the one that is open, if any."""

    properties: Properties
    rows: tuple[Mapping[str, Any], ...]
    editing: Editing | None = None

    @classmethod
    def of_form(cls, properties: Properties, form: MultiDict[str, str]) -> Self:
        """What the form holds; rows that are no rows are dropped."""
        rows = tuple(row for text in form.getlist("filter") if (row := _row(text)) is not None)
        place = form.get("place", type=int)
        if place is None:
            return cls(properties=properties, rows=rows)
        editing = Editing(
            place=place,
            key=form.get("property", ""),
            operator=form.get("operator", ""),
            values=tuple(part for text in form.getlist("value") for part in text.splitlines()),
        )
        return cls(properties=properties, rows=rows, editing=_settled(properties, editing))

    @property
    def texts(self) -> tuple[str, ...]:
        """The rows as the form carries them."""
        return tuple(json.dumps(dict(row)) for row in self.rows)

    @property
    def field(self) -> Property | None:
        """The property that the open criterion speaks of."""
        return self.properties.get(self.editing.key) if self.editing else None

    @property
    def operators(self) -> tuple[tuple[str, str], ...]:
        """What it can be asked with, in words."""
        field = self.field
        return tuple((str(one), operator_words(field.type, one)) for one in OPERATORS[field.type]) if field else ()

    @property
    def groups(self) -> tuple[tuple[str, tuple[Property, ...]], ...]:
        """All properties, by whose they are."""
        every = self.properties.values()
        return tuple((title, tuple(one for one in every if one.about is about)) for about, title in GROUPS.items())

    @property
    def words(self) -> tuple[str, ...]:
        """Each row as a sentence; one that cannot be read any more says so."""
        return tuple(self._words(row) for row in self.rows)

    def _words(self, row: Mapping[str, Any]) -> str:
        try:
            return str(criterion(self.properties, row["property"], row["operator"], row["values"]))
        except FilterRefused as refused:
            return str(refused)

    def opened(self, place: int) -> Self:
        """With this row open, or a new one."""
        if 0 <= place < len(self.rows):
            row = self.rows[place]
            chosen = Editing(
                place=place, key=row["property"], operator=row["operator"], values=tuple(row["values"])
            )
        else:
            chosen = Editing(place=NEW, key="total", operator="", values=())
        return replace(self, editing=_settled(self.properties, chosen))

    def closed(self) -> Self:
        """With no row open."""
        return replace(self, editing=None)

    def without(self, place: int) -> Self:
        """Without this row."""
        return replace(self, rows=tuple(row for at, row in enumerate(self.rows) if at != place), editing=None)

    def applied(self) -> Self:
        """With the open criterion among the rows; still open, with what is wrong, where it cannot be."""
        if self.editing is None:
            return self
        try:
            made = self.tried()
        except FilterRefused as refused:
            return replace(self, editing=replace(self.editing, refused=str(refused), part=refused.part))
        rows = list(self.rows)
        if 0 <= self.editing.place < len(rows):
            rows[self.editing.place] = made.stored()
        else:
            rows.append(made.stored())
        return replace(self, rows=tuple(rows), editing=None)

    def tried(self) -> Criterion:
        """The open criterion.

        Raises:
            FilterRefused: it cannot be; nothing is open.
        """
        if self.editing is None:
            raise FilterRefused("Nothing is being edited.", part="property")
        return criterion(self.properties, self.editing.key, self.editing.operator, self.editing.values)

    def criteria(self) -> tuple[Criterion, ...]:
        """Everything that can be asked by now, the open criterion too; what cannot is left out."""
        rows = [row for at, row in enumerate(self.rows) if self.editing is None or at != self.editing.place]
        asked = [*rows, _as_row(self.editing)] if self.editing else rows
        return tuple(one for row in asked if (one := self._readable(row)) is not None)

    def _readable(self, row: Mapping[str, Any]) -> Criterion | None:
        try:
            return criterion(self.properties, row["property"], row["operator"], row["values"])
        except FilterRefused:
            return None


def _as_row(editing: Editing) -> Mapping[str, Any]:
    return {"property": editing.key, "operator": editing.operator, "values": editing.values}


def _settled(properties: Properties, editing: Editing) -> Editing:
    """An operator that the property knows; the usual one where it does not know the one chosen before."""
    field = properties.get(editing.key)
    if field is None or editing.operator in OPERATORS[field.type]:
        return editing
    return replace(editing, operator=str(OPERATORS[field.type][0]))


def _row(text: str) -> Mapping[str, Any] | None:
    try:
        row = json.loads(text[:LONGEST_ROW])
    except ValueError:
        return None
    if not isinstance(row, dict):
        return None
    return as_row(row.get("property"), row.get("operator"), row.get("values", ()))


def as_row(key: object, operator: object, values: object) -> Mapping[str, Any] | None:
    """A row of these parts, if they are what parts of a row are."""
    if not (isinstance(key, str) and isinstance(operator, str) and isinstance(values, Sequence)):
        return None
    return {"property": key, "operator": operator, "values": list(_texts(values))}


def _texts(values: Iterable[object]) -> Iterable[str]:
    return (value for value in values if isinstance(value, str))
