"""What a query says."""

from dataclasses import dataclass
from enum import StrEnum


class Operator(StrEnum):
    """How a field is compared. `!=` is undocumented and works."""

    EQ = "="
    NE = "!="
    LT = "<"
    GT = ">"
    LE = "<="
    GE = ">="
    LIKE = "LIKE"
    IN = "IN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One comparison; only IN has several values."""

    field: str
    operator: Operator
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One sort field."""

    field: str
    descending: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A whole query. `fields` is empty for `*`; `start` counts from 1."""

    entity: str
    fields: tuple[str, ...] = ()
    count: bool = False
    conditions: tuple[Condition, ...] = ()
    order: tuple[Order, ...] = ()
    start: int = 1
    limit: int = 100
