"""Time as the leases see it: the database's own clock on PostgreSQL, this machine's on SQLite."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Interval, bindparam, func, literal, type_coerce
from sqlalchemy.orm import Session

from qbo_connector.store.dialects import is_postgresql
from qbo_connector.store.types import UtcDateTime


def utc_now() -> datetime:
    """This process's clock, for stamps."""
    return datetime.now(UTC)


def now(session: Session, at: datetime | None = None) -> ColumnElement[datetime]:
    """The present as SQL; ``at`` replaces it.

    PostgreSQL's ``statement_timestamp`` moves on within a transaction and, being stable within a statement,
    still lets an index on a time be used.
    """
    if at is None and is_postgresql(session):
        return func.statement_timestamp(type_=UtcDateTime())
    return literal(at or utc_now(), UtcDateTime())


def parameter(*, by_database: bool) -> ColumnElement[datetime]:
    """The present in a query that is put together once: the database's own, or what ``present`` gives."""
    if by_database:
        return func.statement_timestamp(type_=UtcDateTime())
    return bindparam("present", type_=UtcDateTime())


def present(session: Session, at: datetime | None = None) -> dict[str, datetime]:
    """What such a query is given: nothing where the database looks at its own clock."""
    return {} if at is None and is_postgresql(session) else {"present": at or utc_now()}


def later(*, by_database: bool) -> ColumnElement[datetime]:
    """A moment some time from the present in a query that is put together once; ``until`` gives its parameter."""
    if by_database:
        moment = func.statement_timestamp() + bindparam("period", type_=Interval())
        return type_coerce(moment, UtcDateTime())
    return bindparam("until", type_=UtcDateTime())


def until(session: Session, seconds: float, at: datetime | None = None) -> dict[str, datetime | timedelta]:
    """What such a query is given: a period where the database looks at its own clock, else the moment."""
    period = timedelta(seconds=seconds)
    return {"period": period} if at is None and is_postgresql(session) else {"until": (at or utc_now()) + period}


def after(session: Session, seconds: float, at: datetime | None = None) -> ColumnElement[datetime]:
    """The moment this many seconds from the present, as SQL."""
    if at is None and is_postgresql(session):
        later = func.statement_timestamp() + literal(timedelta(seconds=seconds), Interval())
        return type_coerce(later, UtcDateTime())
    return literal((at or utc_now()) + timedelta(seconds=seconds), UtcDateTime())
