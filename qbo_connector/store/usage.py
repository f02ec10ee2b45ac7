"""Requests and metered reads per connection and day: reads are money."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import TypedDict, Unpack

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store.dialects import insert_of, is_postgresql
from qbo_connector.store.row import Row


class UsageDay(Row):
    """One day (UTC) of one connection. ``reads`` are the metered ones."""

    __tablename__ = "usage_days"

    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"), primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True, index=True)
    requests: Mapped[int] = mapped_column(default=0)
    reads: Mapped[int] = mapped_column(default=0)
    writes: Mapped[int] = mapped_column(default=0)


NOTHING = {"requests": 0, "reads": 0, "writes": 0}


class Used(TypedDict, total=False):
    """What was used."""

    requests: int
    reads: int
    writes: int


def count(session: Session, connection_id: int, day: date, **used: Unpack[Used]) -> None:
    """Add to the day's figures."""
    figures = {"connection_id": connection_id, "day": day, **NOTHING, **used}
    session.execute(_adding(by_postgresql=is_postgresql(session)), figures)


@cache
def _adding(*, by_postgresql: bool) -> postgresql.Insert | sqlite.Insert:
    """Put together once: every request counts itself."""
    statement = insert_of(UsageDay.__table__, by_postgresql=by_postgresql)
    added = {name: getattr(UsageDay, name) + statement.excluded[name] for name in NOTHING}
    return statement.on_conflict_do_update(index_elements=["connection_id", "day"], set_=added)


def reads_between(session: Session, first: date, last: date, *, connection_id: int | None = None) -> int:
    """Metered reads from the first to the last day, of one connection or of the installation."""
    query = select(func.coalesce(func.sum(UsageDay.reads), 0)).where(UsageDay.day.between(first, last))
    if connection_id is not None:
        query = query.where(UsageDay.connection_id == connection_id)
    return int(session.scalars(query).one())


def busiest(session: Session, first: date, last: date) -> int | None:
    """The connection with the most metered reads in these days; None if there were none."""
    total = func.sum(UsageDay.reads)
    query = select(UsageDay.connection_id).where(UsageDay.day.between(first, last))
    of_each = query.group_by(UsageDay.connection_id).having(total > 0)
    return session.scalar(of_each.order_by(total.desc(), UsageDay.connection_id).limit(1))


def list_days(session: Session, connection_id: int, first: date, last: date) -> Sequence[UsageDay]:
    """The days on which anything was asked, in order."""
    query = select(UsageDay).where(UsageDay.connection_id == connection_id, UsageDay.day.between(first, last))
    return session.scalars(query.order_by(UsageDay.day)).all()
