"""What the holder of a claimed operation writes about it: progress, end, another time. All of it is fenced."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NotRequired, TypedDict, Unpack

from sqlalchemy import case, delete, select, update
from sqlalchemy.orm import Session

from qbo_connector.store import clock
from qbo_connector.store.dialects import rows_changed
from qbo_connector.store.leases import ResourceLease
from qbo_connector.store.operations.holding import held, hold_record_of, lost
from qbo_connector.store.operations.row import Operation
from qbo_connector.store.states import OperationState, Outcome


class Ending(TypedDict):
    """What else is known at the end."""

    finding_id: NotRequired[int | None]
    plan: NotRequired[str | None]
    error: NotRequired[dict[str, Any] | None]


def set_phase(
    session: Session, operation: Operation, phase: str, params: Mapping[str, str] | None = None
) -> Operation:
    """Tell people what is being done.

    Raises:
        LeaseLost: if the operation is not ours any more.
    """
    return _change(session, operation, phase=phase, phase_params=dict(params or {}), version=Operation.version + 1)


def keep_plan(session: Session, operation: Operation, plan: str) -> Operation:
    """Keep the plan, as JSON text.

    Raises:
        LeaseLost: if the operation is not ours any more.
    """
    return _change(session, operation, plan=plan)


def finish(session: Session, operation: Operation, outcome: Outcome, **ending: Unpack[Ending]) -> Operation:
    """End the operation, or queue it again if more was wanted than was known when it was claimed.

    The row comes back as it is now: ``state`` says which of the two happened.

    Raises:
        LeaseLost: if the operation is not ours any more.
    """
    served = operation.wanted
    again = Operation.wanted > served
    now = clock.now(session)
    changed = _change(
        session,
        operation,
        **ending,
        state=case((again, OperationState.QUEUED), else_=OperationState.DONE),
        outcome=case((again, None), else_=outcome),
        finished_at=case((again, None), else_=now),
        due_at=case((again, now), else_=Operation.due_at),
        attempts=case((again, 0), else_=Operation.attempts),
        finished_wanted=served,
        lease_owner=None,
        lease_until=None,
        version=Operation.version + 1,
    )
    _release_resources(session, operation.id)
    return changed


def defer(
    session: Session, operation: Operation, due_at: datetime, *, reason: str, costs_attempt: bool = True
) -> Operation:
    """Let it go until later.

    ``reason`` is a code of the findings catalogue, shown as the phase. Without ``costs_attempt`` the attempt is
    given back, as for throttling.

    Raises:
        LeaseLost: if the operation is not ours any more.
    """
    changed = _change(
        session,
        operation,
        state=OperationState.WAITING,
        due_at=due_at,
        phase=reason,
        phase_params={},
        attempts=Operation.attempts - (0 if costs_attempt else 1),
        lease_owner=None,
        lease_until=None,
        version=Operation.version + 1,
    )
    _release_resources(session, operation.id)
    return changed


def cancel(session: Session, operation_ids: Sequence[int]) -> int:
    """End open operations that nobody works on just now; returns how many."""
    at_rest = [OperationState.QUEUED, OperationState.WAITING]
    locked = select(Operation.id).where(Operation.id.in_(operation_ids), Operation.state.in_(at_rest))
    ids = session.scalars(locked.with_for_update(skip_locked=True)).all()
    return rows_changed(
        session,
        update(Operation)
        .where(Operation.id.in_(ids))
        .values(
            state=OperationState.DONE,
            outcome=Outcome.CANCELLED,
            finished_at=clock.now(session),
            version=Operation.version + 1,
        ),
    )


def _change(session: Session, operation: Operation, **values: Any) -> Operation:
    hold_record_of(session, operation.id)
    mine = held(session, operation.id, operation.fence)
    statement = update(Operation).where(*mine).values(**values).returning(Operation)
    options = {"synchronize_session": False, "populate_existing": True}
    changed = session.scalar(statement, execution_options=options)
    if changed is None:
        raise lost(operation.id, operation.fence)
    return changed


def _release_resources(session: Session, operation_id: int) -> None:
    rows_changed(session, delete(ResourceLease).where(ResourceLease.operation_id == operation_id))
