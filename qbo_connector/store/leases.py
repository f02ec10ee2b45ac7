"""Leases on resources: parties, items and locations that one operation is just creating.

All or nothing, in sorted order: whoever cannot get one gives back the rest and comes again, so nobody holds one
and waits for another. A worker's lease on its operation lives in the operation's own row.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import TypedDict, Unpack

from sqlalchemy import ForeignKey, Index, bindparam, delete, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.dml import ReturningInsert

from qbo_connector.store import clock
from qbo_connector.store.dialects import insert_of, is_postgresql, rows_changed
from qbo_connector.store.row import Row


class ResourceLease(Row):
    """One resource, named by its binding key, such as "customer:acme"."""

    __tablename__ = "resource_leases"
    __table_args__ = (Index("ix_resource_leases_operation", "operation_id"),)

    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"), primary_key=True, autoincrement=False)
    resource_key: Mapped[str] = mapped_column(primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operations.id"))
    fence: Mapped[int]
    until: Mapped[datetime]


class Holder(TypedDict):
    """Which claim of which operation takes them, and for how long."""

    operation_id: int
    fence: int
    lease_s: float


def take_all(session: Session, connection_id: int, keys: Iterable[str], **holder: Unpack[Holder]) -> bool:
    """Take every one of the resources, or none; those held already are prolonged.

    On False the operation holds no resource of the connection any more.
    """
    for key in sorted(set(keys)):
        if not _take(session, connection_id, key, holder):
            release(session, connection_id, operation_id=holder["operation_id"])
            return False
    return True


def release(session: Session, connection_id: int, *, operation_id: int, fence: int | None = None) -> int:
    """Give back what the operation holds, under this fence or under any; returns how many."""
    statement = delete(ResourceLease).where(
        ResourceLease.connection_id == connection_id, ResourceLease.operation_id == operation_id
    )
    if fence is not None:
        statement = statement.where(ResourceLease.fence == fence)
    return rows_changed(session, statement)


def list_held(session: Session, connection_id: int) -> Sequence[ResourceLease]:
    """What is held at this moment."""
    query = select(ResourceLease).where(
        ResourceLease.connection_id == connection_id, ResourceLease.until > clock.now(session)
    )
    return session.scalars(query.order_by(ResourceLease.resource_key)).all()


def _take(session: Session, connection_id: int, key: str, holder: Holder) -> bool:
    values = {
        "connection": connection_id,
        "key": key,
        "operation": holder["operation_id"],
        "under": holder["fence"],
        **clock.present(session),
        **clock.until(session, holder["lease_s"]),
    }
    return session.scalar(_taken(by_postgresql=is_postgresql(session)), values) is not None


@cache
def _taken(*, by_postgresql: bool) -> ReturningInsert[str]:
    """PostgreSQL looks at its own clock."""
    statement = insert_of(ResourceLease, by_postgresql=by_postgresql).values(
        connection_id=bindparam("connection"),
        resource_key=bindparam("key"),
        operation_id=bindparam("operation"),
        fence=bindparam("under"),
        until=clock.later(by_database=by_postgresql),
    )
    free = ResourceLease.until <= clock.parameter(by_database=by_postgresql)
    return statement.on_conflict_do_update(
        index_elements=["connection_id", "resource_key"],
        set_={name: statement.excluded[name] for name in ("operation_id", "fence", "until")},
        where=or_(ResourceLease.operation_id == bindparam("operation"), free),
    ).returning(ResourceLease.resource_key)
