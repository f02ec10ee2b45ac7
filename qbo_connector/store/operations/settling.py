"""What the holder of a claimed operation writes about it: progress, end, another time. All of it is fenced."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any, NotRequired, Protocol, TypedDict, Unpack

from sqlalchemy import Delete, Integer, Update, bindparam, case, delete, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from qbo_connector.store import clock
from qbo_connector.store.dialects import is_postgresql, rows_changed
from qbo_connector.store.leases import ResourceLease
from qbo_connector.store.operations.holding import about, held, hold_record_of, lost
from qbo_connector.store.operations.row import Operation
from qbo_connector.store.states import OperationState, Outcome


class Ending(TypedDict):
    """What else is known at the end."""

    finding_id: NotRequired[int | None]
    plan: NotRequired[str | None]
    error: NotRequired[dict[str, Any] | None]


class Change(Protocol):
    """An update of the operation that its holder makes, put together once."""

    def __call__(self, *, by_database: bool) -> ReturningUpdate[Operation]:
        """The statement for a database that looks at its own clock, or is told the present."""


def set_phase(
    session: Session, operation: Operation, phase: str, params: Mapping[str, str] | None = None
) -> Operation:
    """Tell people what is being done.

    Raises:
        LeaseLost: if the operation is not ours any more.
    """
    return _change(session, operation, _in_phase, {"new_phase": phase, "new_params": dict(params or {})})


def keep_plan(session: Session, operation: Operation, plan: str) -> Operation:
    """Keep the plan, as JSON text.

    Raises:
        LeaseLost: if the operation is not ours any more.
    """
    return _change(session, operation, _with_plan, {"new_plan": plan})


def finish(session: Session, operation: Operation, outcome: Outcome, **ending: Unpack[Ending]) -> Operation:
    """End the operation, or queue it again if more was wanted than was known when it was claimed.

    The row comes back as it is now: ``state`` says which of the two happened.

    Raises:
        LeaseLost: if the operation is not ours any more.
    """
    known = {f"new_{name}": value for name, value in ending.items()}
    values = {"served": operation.wanted, "new_outcome": outcome, **known}
    changed = _change(session, operation, partial(_finished, frozenset(ending)), values)
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
    values = {"new_due_at": due_at, "new_phase": reason, "given_back": 0 if costs_attempt else 1}
    changed = _change(session, operation, _deferred, values)
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


def _change(session: Session, operation: Operation, change: Change, values: Mapping[str, Any]) -> Operation:
    hold_record_of(session, operation.id)
    known = {**about(session, operation.id, operation.fence), **values}
    options = {"synchronize_session": False, "populate_existing": True}
    changed = session.scalar(change(by_database=is_postgresql(session)), known, execution_options=options)
    if changed is None:
        raise lost(operation.id, operation.fence)
    return changed


@cache
def _in_phase(*, by_database: bool) -> ReturningUpdate[Operation]:
    statement = _seen(by_database=by_database)
    return statement.values(phase=bindparam("new_phase"), phase_params=bindparam("new_params")).returning(
        Operation
    )


@cache
def _with_plan(*, by_database: bool) -> ReturningUpdate[Operation]:
    statement = update(Operation).where(*held(by_database=by_database))
    return statement.values(plan=bindparam("new_plan")).returning(Operation)


@cache
def _finished(ending: frozenset[str], *, by_database: bool) -> ReturningUpdate[Operation]:
    """``served`` is what was wanted when it was claimed."""
    again = Operation.wanted > bindparam("served")
    now = clock.parameter(by_database=by_database)
    statement = _seen(by_database=by_database).values(
        state=case((again, OperationState.QUEUED), else_=OperationState.DONE),
        outcome=case((again, None), else_=bindparam("new_outcome", type_=Operation.outcome.type)),
        finished_at=case((again, None), else_=now),
        due_at=case((again, now), else_=Operation.due_at),
        attempts=case((again, 0), else_=Operation.attempts),
        finished_wanted=bindparam("served"),
        lease_owner=None,
        lease_until=None,
    )
    return statement.values(**{name: bindparam(f"new_{name}") for name in ending}).returning(Operation)


@cache
def _deferred(*, by_database: bool) -> ReturningUpdate[Operation]:
    statement = _seen(by_database=by_database).values(
        state=OperationState.WAITING,
        due_at=bindparam("new_due_at"),
        phase=bindparam("new_phase"),
        phase_params={},
        attempts=Operation.attempts - bindparam("given_back", type_=Integer()),
        lease_owner=None,
        lease_until=None,
    )
    return statement.returning(Operation)


def _seen(*, by_database: bool) -> Update:
    """A change that people can see."""
    return update(Operation).where(*held(by_database=by_database)).values(version=Operation.version + 1)


def _release_resources(session: Session, operation_id: int) -> None:
    rows_changed(session, _resources(), {"operation": operation_id})


@cache
def _resources() -> Delete:
    return delete(ResourceLease).where(ResourceLease.operation_id == bindparam("operation"))
