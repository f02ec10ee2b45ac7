"""Counters of attempt series, from which request ids are made.

A series ends with the first definite answer, success or fault; then the counter advances. It is kept apart from
bindings because it must exist before there is anything to bind.
"""

from functools import cache

from sqlalchemy import ForeignKey, Select, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.dml import ReturningInsert

from qbo_connector.store.dialects import insert_of, is_postgresql
from qbo_connector.store.row import Row

FIRST = 1


class Series(Row):
    """The present series of one binding key."""

    __tablename__ = "series"

    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"), primary_key=True, autoincrement=False)
    binding_key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(default=FIRST)


def current(session: Session, connection_id: int, binding_key: str) -> int:
    """The series that the next attempt belongs to; the first one is 1."""
    return session.scalar(_current(), {"connection": connection_id, "key": binding_key}) or FIRST


@cache
def _current() -> Select[int]:
    query = select(Series.value).where(Series.connection_id == bindparam("connection"))
    return query.where(Series.binding_key == bindparam("key"))


def advance(session: Session, connection_id: int, binding_key: str) -> int:
    """End the present series; returns the new one."""
    advanced = _advanced(by_postgresql=is_postgresql(session))
    return session.scalars(advanced, {"connection": connection_id, "key": binding_key}).one()


@cache
def _advanced(*, by_postgresql: bool) -> ReturningInsert[int]:
    statement = insert_of(Series, by_postgresql=by_postgresql).values(
        connection_id=bindparam("connection"), binding_key=bindparam("key"), value=FIRST + 1
    )
    raised = {"value": Series.value + 1}
    known = ["connection_id", "binding_key"]
    return statement.on_conflict_do_update(index_elements=known, set_=raised).returning(Series.value)
