"""Counters of attempt series, from which request ids are made.

A series ends with the first definite answer, success or fault; then the counter advances. It is kept apart from
bindings because it must exist before there is anything to bind.
"""

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store.dialects import insert_into
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
    query = select(Series.value).where(Series.connection_id == connection_id, Series.binding_key == binding_key)
    return session.scalar(query) or FIRST


def advance(session: Session, connection_id: int, binding_key: str) -> int:
    """End the present series; returns the new one."""
    statement = insert_into(session, Series).values(
        connection_id=connection_id, binding_key=binding_key, value=FIRST + 1
    )
    raised = statement.on_conflict_do_update(
        index_elements=["connection_id", "binding_key"], set_={"value": Series.value + 1}
    )
    return session.scalars(raised.returning(Series.value)).one()
