"""Who may write about an operation, and in which order rows are locked.

First the record, then its operations: everybody who needs both takes them in this order, or PostgreSQL would
find a worker that holds the operation and an asker that holds the record waiting for each other.
"""

from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session

from qbo_connector.store import clock
from qbo_connector.store.dialects import is_postgresql
from qbo_connector.store.failures import LeaseLost
from qbo_connector.store.operations.row import Operation, is_open
from qbo_connector.store.records import Record


def held(session: Session, operation_id: int, fence: int) -> tuple[ColumnElement[bool], ...]:
    """The operation, as long as it is held under this fence."""
    return (
        Operation.id == operation_id,
        Operation.fence == fence,
        is_open(Operation),
        Operation.lease_until > clock.now(session),
    )


def guard(session: Session, operation_id: int, fence: int) -> None:
    """Make sure the operation is ours until this transaction ends; first thing in every effect.

    Raises:
        LeaseLost: if the lease ran out or another worker claimed it since.
    """
    hold_record_of(session, operation_id)
    about = {"operation_id": operation_id, "fence": fence, **clock.present(session)}
    if session.scalar(_still_held(by_database=is_postgresql(session)), about) is None:
        raise lost(operation_id, fence)


@cache
def _still_held(*, by_database: bool) -> Select[int]:
    """Put together once, as no question is asked more often."""
    query = select(Operation.id).where(
        Operation.id == bindparam("operation_id"),
        Operation.fence == bindparam("fence"),
        is_open(Operation),
        Operation.lease_until > clock.parameter(by_database=by_database),
    )
    return query.with_for_update(key_share=True)


def hold_record_of(session: Session, operation_id: int) -> None:
    """Lock the operation's record. A writing transaction on SQLite has locked everything already."""
    if is_postgresql(session):
        record_id = select(Operation.record_id).where(Operation.id == operation_id).scalar_subquery()
        session.execute(select(Record.id).where(Record.id == record_id).with_for_update(key_share=True))


def lost(operation_id: int, fence: int) -> LeaseLost:
    """What is raised when the operation is not ours."""
    return LeaseLost(f"operation {operation_id} is not held under fence {fence}")
