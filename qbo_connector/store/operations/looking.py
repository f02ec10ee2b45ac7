"""Looking at operations: for pages, for the long poll, for the doctor."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from qbo_connector.store import clock
from qbo_connector.store.loading import load as load_row
from qbo_connector.store.loading import load_within
from qbo_connector.store.operations.row import Operation, is_open
from qbo_connector.store.states import Lane, OperationState


def load(session: Session, operation_id: int) -> Operation:
    """Raises NotThere if there is none."""
    return load_row(session, Operation, operation_id)


def load_in(session: Session, organization_id: int, operation_id: int) -> Operation:
    """Raises NotThere if the organization has none of this id."""
    return load_within(session, Operation, organization_id, operation_id)


def find(session: Session, operation_id: int | None) -> Operation | None:
    """The operation, if it is still kept."""
    return session.get(Operation, operation_id) if operation_id is not None else None


def version(session: Session, operation_id: int) -> int:
    """How often people could have seen it change; 0 if it does not exist. Cheap, for polling."""
    return session.scalar(select(Operation.version).where(Operation.id == operation_id)) or 0


def list_of_record(session: Session, record_id: int, *, limit: int = 50) -> Sequence[Operation]:
    """What was and is asked for a record, newest first."""
    query = select(Operation).where(Operation.record_id == record_id)
    return session.scalars(query.order_by(Operation.id.desc()).limit(limit)).all()


def list_open_of_record(session: Session, record_id: int) -> Sequence[Operation]:
    """What is still to be done for a record, in the order in which it will be."""
    return session.scalars(_open_of_record(), {"record": record_id}).all()


@cache
def _open_of_record() -> Select[Operation]:
    query = select(Operation).where(Operation.record_id == bindparam("record"), is_open(Operation))
    return query.order_by(Operation.id)


def list_open_of_connection(session: Session, connection_id: int, *, limit: int = 1000) -> Sequence[Operation]:
    """What is still to be done for a connection, oldest first."""
    query = select(Operation).where(Operation.connection_id == connection_id, is_open(Operation))
    return session.scalars(query.order_by(Operation.id).limit(limit)).all()


def count_open(session: Session, organization_id: int | None = None) -> dict[tuple[Lane, OperationState], int]:
    """Open operations by lane and state, of one organization or of all."""
    query = select(Operation.lane, Operation.state, func.count()).where(is_open(Operation))
    if organization_id is not None:
        query = query.where(Operation.organization_id == organization_id)
    rows = session.execute(query.group_by(Operation.lane, Operation.state))
    return {(lane, state): count for lane, state, count in rows}


def oldest_due(session: Session, now: datetime | None = None) -> datetime | None:
    """Since when the longest-waiting due operation has been due; None if none is."""
    query = select(func.min(Operation.due_at)).where(
        is_open(Operation), Operation.lease_until.is_(None), Operation.due_at <= clock.now(session, now)
    )
    return session.scalar(query)
