"""A step is one effect of an operation, kept with its exact bytes before it is sent.

planned → sent → answered → applied or refused; or abandoned before it was sent. A step that was sent and is not
settled yet is replayed or looked up before anything else is thought about.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NotRequired, TypedDict, Unpack

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    UniqueConstraint,
    Update,
    bindparam,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.dml import ReturningUpdate

from qbo_connector.store.clock import utc_now
from qbo_connector.store.dialects import rows_changed
from qbo_connector.store.failures import LeaseLost
from qbo_connector.store.loading import load as load_row
from qbo_connector.store.operations import Operation
from qbo_connector.store.row import Row, reachable_within, within
from qbo_connector.store.states import StepState
from qbo_connector.store.types import EncryptedBytes, Json, closed

UNSETTLED = text("state IN ('sent', 'answered')")


class Step(Row):
    """One effect.

    ``symbol`` is its name within the plan ("customer:acme"), ``binding_key`` what its series counts, ``wave`` when
    it goes. ``requestid`` is None for effects that QuickBooks cannot recognise; those have a guard of their own.
    ``fence`` is the one under which it may be written.
    """

    __tablename__ = "steps"
    __table_args__ = (
        reachable_within(),
        within("operation_id", "operations"),
        within("connection_id", "connections"),
        within("batch_id", "batches"),
        UniqueConstraint("connection_id", "requestid"),
        Index("ix_steps_operation", "operation_id", "ordinal"),
        Index("ix_steps_batch", "batch_id"),
        Index(
            "ix_steps_unsettled",
            "connection_id",
            "binding_key",
            sqlite_where=UNSETTLED,
            postgresql_where=UNSETTLED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    operation_id: Mapped[int]
    connection_id: Mapped[int]
    ordinal: Mapped[int]
    wave: Mapped[int] = mapped_column(default=0)
    symbol: Mapped[str] = mapped_column(default="")
    binding_key: Mapped[str] = mapped_column(default="")
    verb: Mapped[str]
    entity: Mapped[str]
    requestid: Mapped[str | None] = mapped_column(default=None)
    params: Mapped[dict[str, Any]] = mapped_column(Json, default_factory=dict, insert_default=dict)
    body: Mapped[bytes | None] = mapped_column(EncryptedBytes, default=None)
    state: Mapped[StepState] = mapped_column(closed(StepState, "state"), default=StepState.PLANNED)
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    batch_id: Mapped[int | None] = mapped_column(default=None)
    planned_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    status: Mapped[int | None] = mapped_column(default=None)
    answer: Mapped[bytes | None] = mapped_column(EncryptedBytes, default=None)
    fault_code: Mapped[str] = mapped_column(default="")
    intuit_tid: Mapped[str] = mapped_column(default="")


class StepAnswer(TypedDict):
    """What came back for a step."""

    status: int
    answer: bytes
    fault_code: NotRequired[str]
    intuit_tid: NotRequired[str]


def add_all(session: Session, steps: Sequence[Step]) -> Sequence[Step]:
    """Store steps before they are sent.

    Raises:
        sqlalchemy.exc.IntegrityError: if a request id was used before on the connection.
    """
    session.add_all(steps)
    session.flush()
    return steps


def load(session: Session, step_id: int) -> Step:
    """Raises NotThere if there is none."""
    return load_row(session, Step, step_id)


def list_of_operation(session: Session, operation_id: int) -> Sequence[Step]:
    """All steps of an operation, in order."""
    return session.scalars(_of_operation(), {"operation": operation_id}).all()


@cache
def _of_operation() -> Select[Step]:
    return select(Step).where(Step.operation_id == bindparam("operation")).order_by(Step.ordinal, Step.id)


def last_refused(session: Session, operation_id: int) -> Step | None:
    """What of an operation was refused last."""
    query = select(Step).where(Step.operation_id == operation_id, Step.state == StepState.REFUSED)
    return session.scalar(query.order_by(Step.id.desc()).limit(1))


def list_of_batch(session: Session, batch_id: int) -> Sequence[Step]:
    """The steps that went out in one batch, in order."""
    return session.scalars(select(Step).where(Step.batch_id == batch_id).order_by(Step.ordinal, Step.id)).all()


def list_applied(session: Session, connection_id: int, binding_key: str, *, limit: int) -> Sequence[Step]:
    """What was last done to one thing and stands, newest first."""
    query = select(Step).where(
        Step.connection_id == connection_id, Step.binding_key == binding_key, Step.state == StepState.APPLIED
    )
    return session.scalars(query.order_by(Step.id.desc()).limit(limit)).all()


def unsettled(session: Session, record_id: int) -> Sequence[Step]:
    """Sent but not settled steps of a record, over all its operations; oldest first."""
    return session.scalars(_unsettled_of_record(), {"record": record_id}).all()


@cache
def _unsettled_of_record() -> Select[Step]:
    """Every push begins with it."""
    query = _unsettled().join(Operation, Operation.id == Step.operation_id)
    return query.where(Operation.record_id == bindparam("record")).order_by(Step.id)


def unsettled_of(session: Session, connection_id: int, binding_keys: Sequence[str]) -> Sequence[Step]:
    """Sent but not settled steps about these things, whichever operation sent them; oldest first."""
    query = _unsettled().where(Step.connection_id == connection_id, Step.binding_key.in_(binding_keys))
    return session.scalars(query.order_by(Step.id)).all()


def entities_in_flight(session: Session, connection_id: int) -> frozenset[str]:
    """Lower-case names of what is being written to QuickBooks at this moment, or was when a worker died."""
    query = _unsettled().with_only_columns(Step.entity).where(Step.connection_id == connection_id)
    return frozenset(session.scalars(query.distinct()))


def adopt(session: Session, step_ids: Sequence[int], *, fence: int) -> int:
    """Take steps over from an earlier claim: from now on they may be written under this fence only."""
    return rows_changed(session, update(Step).where(Step.id.in_(step_ids)).values(fence=fence))


def record_sent(session: Session, step: Step) -> Step:
    """Note, before it leaves, that it leaves; also for a replay.

    Raises:
        LeaseLost: if the step was taken over by another claim, or is settled.
    """
    return _move(session, step, _left(), {"at": step.sent_at or utc_now()})


def record_answer(session: Session, step: Step, **answer: Unpack[StepAnswer]) -> Step:
    """Keep the answer before anything is made of it.

    Raises:
        LeaseLost: as in ``record_sent``.
    """
    values = {**answer, "state": StepState.ANSWERED, "answered_at": utc_now()}
    return _move(session, step, _standing(StepState.SENT).values(**values).returning(Step))


def mark_applied(session: Session, step: Step) -> Step:
    """Its answer stands in our tables now.

    Raises:
        LeaseLost: as in ``record_sent``.
    """
    return _move(session, step, _ended(StepState.APPLIED, StepState.SENT, StepState.ANSWERED))


def mark_refused(session: Session, step: Step) -> Step:
    """QuickBooks, or the source, refused it for good.

    Raises:
        LeaseLost: as in ``record_sent``.
    """
    return _move(session, step, _ended(StepState.REFUSED, StepState.SENT, StepState.ANSWERED))


def mark_abandoned(session: Session, step: Step) -> Step:
    """It never left, or was proved not to have arrived.

    Raises:
        LeaseLost: as in ``record_sent``.
    """
    return _move(session, step, _ended(StepState.ABANDONED, StepState.PLANNED, StepState.SENT))


def abandon_planned(session: Session, operation_id: int) -> Sequence[str]:
    """Drop what was planned and never sent, because the operation is planned anew.

    Returns the binding keys whose series must advance: their request ids are spent.
    """
    return _abandon(session, _of_operation_dropped(), {"operation": operation_id})


def abandon_planned_of(session: Session, connection_id: int, binding_keys: Sequence[str]) -> Sequence[str]:
    """The same for these things, whichever operation planned them; whoever asks holds their leases."""
    return _abandon(session, _of_things_dropped(), {"connection": connection_id, "keys": binding_keys})


def _abandon(session: Session, statement: ReturningUpdate[str], about: Mapping[str, Any]) -> Sequence[str]:
    return session.scalars(statement, about, execution_options={"synchronize_session": False}).all()


@cache
def _of_operation_dropped() -> ReturningUpdate[str]:
    return _dropped(Step.operation_id == bindparam("operation"))


@cache
def _of_things_dropped() -> ReturningUpdate[str]:
    these = Step.binding_key.in_(bindparam("keys", expanding=True))
    return _dropped(Step.connection_id == bindparam("connection"), these)


def _dropped(*about: ColumnElement[bool]) -> ReturningUpdate[str]:
    statement = update(Step).where(*about, Step.state == StepState.PLANNED)
    return statement.values(state=StepState.ABANDONED).returning(Step.binding_key)


def _unsettled() -> Select[Step]:
    states = [
        literal(state, Step.state.type, literal_execute=True) for state in (StepState.SENT, StepState.ANSWERED)
    ]
    return select(Step).where(Step.state.in_(states))


def _move(
    session: Session, step: Step, statement: ReturningUpdate[Step], values: Mapping[str, Any] | None = None
) -> Step:
    options = {"synchronize_session": False, "populate_existing": True}
    about = {"step": step.id, "under": step.fence, **(values or {})}
    moved = session.scalar(statement, about, execution_options=options)
    if moved is None:
        raise LeaseLost(f"step {step.id} is settled or was taken over from fence {step.fence}")
    return moved


@cache
def _left() -> ReturningUpdate[Step]:
    statement = _standing(StepState.PLANNED, StepState.SENT)
    counted = statement.values(state=StepState.SENT, attempts=Step.attempts + 1, sent_at=bindparam("at"))
    return counted.returning(Step)


@cache
def _ended(state: StepState, *allowed: StepState) -> ReturningUpdate[Step]:
    return _standing(*allowed).values(state=state).returning(Step)


def _standing(*states: StepState) -> Update:
    """A change of a step that stands so and is ours."""
    mine = (Step.id == bindparam("step"), Step.fence == bindparam("under"))
    return update(Step).where(*mine, Step.state.in_(states))
