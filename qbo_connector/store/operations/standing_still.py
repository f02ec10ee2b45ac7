"""Work that makes no progress: its holder died again and again, or holds on without an end."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from qbo_connector.store import clock
from qbo_connector.store.operations.row import Operation, is_open
from qbo_connector.store.states import OperationState


def list_stuck(session: Session, *, deaths: int, longest: timedelta) -> Sequence[Operation]:
    """Operations of records whose lease ran out after so many attempts, or that were claimed so long ago."""
    now: datetime = clock.utc_now()
    died = and_(Operation.lease_until <= now, Operation.attempts >= deaths)
    endless = and_(Operation.lease_until > now, Operation.started_at <= now - longest)
    running = and_(Operation.state == OperationState.RUNNING, Operation.record_id.is_not(None))
    query = select(Operation).where(is_open(Operation), running, or_(died, endless))
    return session.scalars(query.order_by(Operation.id)).all()
