"""Statements of QuickBooks' query language, built from checked names and escaped values only."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self

PAGE = 1000
"""The most rows QuickBooks gives in one answer; its default is 100."""

Scalar = str | bool | int | Decimal | date | datetime
Value = Scalar | tuple[Scalar, ...]

_ENTITY = re.compile(r"[A-Z][A-Za-z]{0,49}")
_PROPERTY = re.compile(r"[A-Za-z][A-Za-z0-9]{0,49}(?:\.[A-Za-z][A-Za-z0-9]{0,49}){0,3}")
_OPERATORS = frozenset({"=", "!=", "<", ">", "<=", ">=", "LIKE", "IN"})


class Direction(StrEnum):
    """Which way rows are ordered."""

    ASC = "ASC"
    DESC = "DESC"


@dataclass(frozen=True, slots=True)
class Query:
    """One SELECT; every method returns a new one.

    ``str(Query("Customer").where("DisplayName", "=", "Amy's"))`` is the statement. Values are escaped,
    backslash first and then the quote, which is the only escaping QuickBooks knows; names are held against a
    pattern and refused, never escaped. There is no OR and no NOT in the language.

    Inactive list entries are hidden by QuickBooks unless asked for: ``.where("Active", "IN", (True, False))``.

    Raises:
        ValueError: for a name or an operator that is none, and for values that cannot be written.
    """

    entity: str
    conditions: tuple[str, ...] = ()
    ordering: str = ""
    paging: str = ""
    columns: str = "*"

    def __post_init__(self) -> None:
        if not _ENTITY.fullmatch(self.entity):
            raise ValueError(f"not the name of an entity: {self.entity!r}")

    def select(self, *properties: str) -> Self:
        """Only these scalar properties, where a page would otherwise be heavy."""
        return replace(self, columns=", ".join(_property(name) for name in properties) or "*")

    def count(self) -> Self:
        """``SELECT COUNT(*)``; the answer carries ``totalCount`` and no rows."""
        return replace(self, columns="COUNT(*)")

    def where(self, name: str, operator: str, value: Value) -> Self:
        """One more condition, joined with AND."""
        operator = operator.upper()
        if operator not in _OPERATORS:
            raise ValueError(f"not an operator: {operator!r}")
        if (operator == "IN") != isinstance(value, tuple):
            raise ValueError("IN takes a tuple, every other operator a single value")
        return replace(self, conditions=(*self.conditions, f"{_property(name)} {operator} {_written(value)}"))

    def order_by(self, name: str, direction: Direction = Direction.ASC) -> Self:
        """Order by one property."""
        return replace(self, ordering=f"{_property(name)} {direction}")

    def page(self, start: int = 1, size: int = PAGE) -> Self:
        """Rows from ``start`` (the first is 1), at most ``size`` (1 to 1000)."""
        if start < 1 or not 1 <= size <= PAGE:
            raise ValueError(f"a page starts at 1 and holds 1 to {PAGE} rows, not {start}, {size}")
        return replace(self, paging=f"STARTPOSITION {start} MAXRESULTS {size}")

    def __str__(self) -> str:
        statement = f"SELECT {self.columns} FROM {self.entity}"  # noqa: S608  names are checked, values escaped
        if self.conditions:
            statement += " WHERE " + " AND ".join(self.conditions)
        if self.ordering:
            statement += f" ORDERBY {self.ordering}"
        return f"{statement} {self.paging}".rstrip()


def quoted(text: str) -> str:
    r"""``text`` as a literal: ``Amy's`` → ``'Amy\'s'``.

    Raises:
        ValueError: for a lone surrogate, which no encoding can carry.
    """
    text.encode()
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _property(name: str) -> str:
    if not _PROPERTY.fullmatch(name):
        raise ValueError(f"not the name of a property: {name!r}")
    return name


def _written(value: Value) -> str:
    if not isinstance(value, tuple):
        return _literal(value)
    if not value:
        raise ValueError("IN needs at least one value")
    return "(" + ", ".join(_literal(each) for each in value) + ")"


def _literal(value: Scalar) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case datetime():
            return _stamp(value)
        case date():
            return quoted(value.isoformat())
        case Decimal():
            return quoted(_number(value))
        case int():
            return quoted(str(value))


def _stamp(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("a time without an offset would be read as Pacific time")
    return quoted(moment.isoformat(timespec="seconds"))


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"not a number that can be asked for: {value}")
    return format(value, "f")
