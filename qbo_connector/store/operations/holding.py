"""Who may write about an operation, and in which order rows are locked.

First the record, then its operations: everybody who needs both takes them in this order, or PostgreSQL would
find a worker that holds the operation and an asker that holds the record waiting for each other.
"""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session

from qbo_connector.store import clock
from qbo_connector.store.dialects import is_postgresql
from qbo_connector.store.failures import LeaseLost
from qbo_connector.store.operations.row import Operation, is_open
from qbo_connector.store.records import Record


def held(*, by_database: bool) -> tuple[ColumnElement[bool], ...]:
    """The operation, as long as it is held under this fence; ``about`` gives the parameters."""
    return (
        Operation.id == bindparam("operation"),
        Operation.fence == bindparam("under"),
        is_open(Operation),
        Operation.lease_until > clock.parameter(by_database=by_database),
    )


def about(session: Session, operation_id: int, fence: int) -> dict[str, Any]:
    """Which operation, under which fence, and when."""
    return {"operation": operation_id, "under": fence, **clock.present(session)}


def guard(session: Session, operation_id: int, fence: int) -> None:
    """Make sure the operation is ours until this transaction ends; first thing in every effect.

    Raises:
        LeaseLost: if the lease ran out or another worker claimed it since.
    """
    hold_record_of(session, operation_id)
    question = _still_held(by_database=is_postgresql(session))
    if session.scalar(question, about(session, operation_id, fence)) is None:
        raise lost(operation_id, fence)


@cache
def _still_held(*, by_database: bool) -> Select[int]:
    """Put together once, as no question is asked more often."""
    query = select(Operation.id).where(*held(by_database=by_database))
    return query.with_for_update(key_share=True)


def hold_record_of(session: Session, operation_id: int) -> None:
    """Lock the operation's record. A writing transaction on SQLite has locked everything already."""
    if is_postgresql(session):
        record_id = select(Operation.record_id).where(Operation.id == operation_id).scalar_subquery()
        session.execute(select(Record.id).where(Record.id == record_id).with_for_update(key_share=True))


def lost(operation_id: int, fence: int) -> LeaseLost:
    """What is raised when the operation is not ours."""
    return LeaseLost(f"operation {operation_id} is not held under fence {fence}")
