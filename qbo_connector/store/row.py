"""The declarative base of every table: typed keyword-only constructors, one naming convention, one type map."""

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, dataclass_transform

from sqlalchemy import BigInteger, ForeignKeyConstraint, Integer, MetaData, Text, UniqueConstraint, inspect
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, mapped_column

from qbo_connector.store.types import Exact, UtcDateTime

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite numbers rows by itself only in a column that is exactly INTEGER.
WHOLE = BigInteger().with_variant(Integer(), "sqlite")


@dataclass_transform(field_specifiers=(mapped_column,), kw_only_default=True)
class Row(MappedAsDataclass, DeclarativeBase, kw_only=True, eq=False, repr=False):
    """One row of a table. Two rows are equal only if they are the same object; secrets never show in a repr."""

    metadata = MetaData(naming_convention=CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: WHOLE,
        str: Text(),
        datetime: UtcDateTime(),
        Decimal: Exact(),
    }

    def __repr__(self) -> str:
        key = ", ".join(str(part) for part in inspect(self).identity or ())
        return f"<{type(self).__name__} {key}>"


def within(column: str, table: str) -> ForeignKeyConstraint:
    """A foreign key that can only point at a row of the same organization."""
    return ForeignKeyConstraint(["organization_id", column], [f"{table}.organization_id", f"{table}.id"])


def reachable_within() -> UniqueConstraint:
    """What a table needs so that ``within`` can point at it."""
    return UniqueConstraint("organization_id", "id")
