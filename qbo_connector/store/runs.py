"""A run is a group of operations started together: Sync now, a schedule, a backfill."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store.clock import utc_now
from qbo_connector.store.loading import load as load_row
from qbo_connector.store.loading import load_within, save
from qbo_connector.store.operations import Operation, is_open
from qbo_connector.store.row import Row, reachable_within, within
from qbo_connector.store.states import Outcome, RunState
from qbo_connector.store.types import Json, closed


class Run(Row):
    """One run. ``total`` is what it set out to do; ``done`` and ``counts`` are written when it ends."""

    __tablename__ = "runs"
    __table_args__ = (
        reachable_within(),
        within("pairing_id", "pairings"),
        Index("ix_runs_pairing", "pairing_id", "id"),
        Index("ix_runs_organization", "organization_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    pairing_id: Mapped[int | None] = mapped_column(default=None)
    kind: Mapped[str]
    state: Mapped[RunState] = mapped_column(closed(RunState, "state"), default=RunState.COLLECTING)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(Json, default_factory=dict, insert_default=dict)
    cursor: Mapped[str] = mapped_column(default="")
    asked_by: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is, counted from its operations."""

    total: int
    done: int
    outcomes: dict[Outcome, int]


def add(session: Session, run: Run) -> Run:
    """Start a run."""
    return save(session, run)


def load(session: Session, run_id: int) -> Run:
    """Raises NotThere if there is none."""
    return load_row(session, Run, run_id)


def load_in(session: Session, organization_id: int, run_id: int) -> Run:
    """Raises NotThere if the organization has none of this id."""
    return load_within(session, Run, organization_id, run_id)


def find_open(session: Session, pairing_id: int, kind: str) -> Run | None:
    """The run of this kind that is under way for a pairing: who asks again joins it."""
    query = select(Run).where(
        Run.pairing_id == pairing_id, Run.kind == kind, Run.state.in_([RunState.COLLECTING, RunState.RUNNING])
    )
    return session.scalars(query.order_by(Run.id.desc()).limit(1)).first()


def list_in(session: Session, organization_id: int, *, limit: int = 50) -> Sequence[Run]:
    """The organization's runs, newest first."""
    query = select(Run).where(Run.organization_id == organization_id)
    return session.scalars(query.order_by(Run.id.desc()).limit(limit)).all()


def list_open(session: Session, organization_id: int | None = None) -> Sequence[Run]:
    """Runs under way, of one organization or of all."""
    query = select(Run).where(Run.state.in_([RunState.COLLECTING, RunState.RUNNING]))
    if organization_id is not None:
        query = query.where(Run.organization_id == organization_id)
    return session.scalars(query.order_by(Run.id)).all()


def progress(session: Session, run_id: int) -> Progress:
    """How far it is now."""
    query = select(Operation.outcome, func.count()).where(Operation.run_id == run_id).group_by(Operation.outcome)
    counts: dict[Outcome | None, int] = dict(session.execute(query).all())
    outcomes = {outcome: count for outcome, count in counts.items() if outcome is not None}
    return Progress(total=sum(counts.values()), done=sum(outcomes.values()), outcomes=outcomes)


def has_open_operations(session: Session, run_id: int) -> bool:
    """Whether something of it is still to be done."""
    query = select(Operation.id).where(Operation.run_id == run_id, is_open(Operation)).limit(1)
    return session.scalar(query) is not None


def close(session: Session, run_id: int, state: RunState = RunState.DONE) -> Run:
    """End the run with its figures."""
    reached = progress(session, run_id)
    run = load(session, run_id)
    run.state = state
    run.done = reached.done
    run.counts = {**run.counts, **{str(outcome): count for outcome, count in reached.outcomes.items()}}
    run.finished_at = utc_now()
    session.flush()
    return run
