"""Claiming operations: by lane, by turn of the connections, in the order of each record; and holding on to them.

Time is the database's (see ``store.clock``). An operation is free while it has no lease or its lease has run out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol, Self, TypeVar

from sqlalchemy import ScalarResult, Select, bindparam, delete, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from qbo_connector.store import clock
from qbo_connector.store.connections import take_turn
from qbo_connector.store.dialects import is_postgresql, rows_changed
from qbo_connector.store.failures import NotThere
from qbo_connector.store.leases import ResourceLease
from qbo_connector.store.operations import queue
from qbo_connector.store.operations.holding import about, held
from qbo_connector.store.operations.row import Operation, is_open
from qbo_connector.store.states import Lane, OperationState

Asked_co = TypeVar("Asked_co", covariant=True)


class Query(Protocol[Asked_co]):
    """One of the queue's."""

    def __call__(self, lane: Lane, *, by_database: bool) -> Select[Asked_co]:
        """The query for a lane."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The present for a query: the database's own, where ``at`` is None, or a given one."""

    at: datetime | None

    @classmethod
    def of(cls, session: Session, now: datetime | None) -> Self:
        """The database's own on PostgreSQL, unless another is given."""
        return cls(at=now if is_postgresql(session) else now or clock.utc_now())

    def ask(
        self, session: Session, query: Query[Asked_co], lane: Lane, **parameters: object
    ) -> ScalarResult[Asked_co]:
        """Run one of the queue's queries."""
        by_database = self.at is None
        present = {} if by_database else {"present": self.at}
        return session.scalars(query(lane, by_database=by_database), {**present, **parameters})


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimer:
    """Who claims, for how long, and when."""

    owner: str
    lease_s: float
    moment: Moment


def claim(
    session: Session, *, lanes: Iterable[Lane], owner: str, lease_s: float, now: datetime | None = None
) -> Operation | None:
    """Take the next operation that is due, under a new fence; None if there is none.

    The highest lane goes first; within it, the connection whose turn is longest ago. An operation waits while an
    older one of its record is open, while its connection is not active, and while its source account is not.
    A probe needs no active connection: it finds out whether there is one again.
    """
    moment = Moment.of(session, now)
    for lane in sorted(set(lanes), key=lambda lane: lane.rank):
        found = _by_turn(session, lane, moment) or moment.ask(session, queue.held_probe, lane).first()
        if found is not None:
            (taken,) = _take(session, [found], Claimer(owner=owner, lease_s=lease_s, moment=moment))
            return taken
    return None


def claim_more(session: Session, first: Operation, *, limit: int, lease_s: float) -> Sequence[Operation]:
    """Further operations like one that was just claimed, for a batch: same connection, lane and intent.

    They get the owner of the first one, and each a fence of its own. In the order in which they were due.
    """
    moment = Moment.of(session, None)
    alike = {"connection_id": first.connection_id, "intent": first.intent, "limit": limit}
    found = moment.ask(session, queue.like, first.lane, **alike).all()
    return _take(session, found, Claimer(owner=first.lease_owner or "", lease_s=lease_s, moment=moment))


def claim_own(session: Session, operation: Operation, *, owner: str, lease_s: float) -> Operation:
    """Take an operation that was opened in this very transaction, so that nobody else can have taken it."""
    (taken,) = _take(
        session, [operation.id], Claimer(owner=owner, lease_s=lease_s, moment=Moment.of(session, None))
    )
    return taken


def renew(session: Session, operation_id: int, fence: int, owner: str, lease_s: float) -> bool:
    """Prolong the lease, and those on resources with it; False if it is no longer ours."""
    until = clock.after(session, lease_s)
    mine = update(Operation).where(*held(by_database=is_postgresql(session)), Operation.lease_owner == owner)
    known = about(session, operation_id, fence)
    if rows_changed(session, mine.values(lease_until=until), known) == 0:
        return False
    resources = update(ResourceLease).where(ResourceLease.operation_id == operation_id)
    rows_changed(session, resources.values(until=until))
    return True


def release_owner(session: Session, owner: str) -> int:
    """Free at once everything that a dead worker held; returns how many operations."""
    theirs = select(Operation.id).where(Operation.lease_owner == owner, is_open(Operation))
    ids = session.scalars(theirs.with_for_update()).all()
    return _free(session, ids, fence_step=0) if ids else 0


def break_lease(session: Session, organization_id: int, operation_id: int) -> None:
    """Take an open operation away from whoever holds it, for an operator; their effects are refused from now on.

    Raises:
        NotThere: if the organization has no such open operation.
    """
    query = select(Operation.id).where(
        Operation.id == operation_id, Operation.organization_id == organization_id, is_open(Operation)
    )
    ids = session.scalars(query.with_for_update()).all()
    if _free(session, ids, fence_step=1) == 0:
        raise NotThere(f"Operation {operation_id} is not open in organization {organization_id}")


def due_lanes(session: Session, now: datetime | None = None) -> tuple[Lane, ...]:
    """The lanes in which something could be claimed: whose doorbells the sweep rings."""
    return tuple(lane for lane in Lane if is_due(session, lane, now))


def is_due(session: Session, lane: Lane, now: datetime | None = None) -> bool:
    """Whether something could be claimed in this lane."""
    return bool(Moment.of(session, now).ask(session, queue.anything, lane).one())


def abandoned(session: Session, now: datetime | None = None) -> Sequence[Operation]:
    """Operations whose lease ran out before they were finished."""
    query = select(Operation).where(is_open(Operation), Operation.lease_until <= clock.now(session, now))
    return session.scalars(query.order_by(Operation.id)).all()


def _by_turn(session: Session, lane: Lane, moment: Moment) -> int | None:
    for connection_id in moment.ask(session, queue.turns, lane).all():
        mine = {"connection_id": connection_id}
        found = moment.ask(session, queue.next_of_connection, lane, **mine).first()
        if found is not None:
            take_turn(session, connection_id, moment.at)
            return found
    return None


def _take(session: Session, operation_ids: Sequence[int], claimer: Claimer) -> Sequence[Operation]:
    at = claimer.moment.at
    values = {
        "operations": operation_ids,
        "owner": claimer.owner,
        **clock.present(session, at),
        **clock.until(session, claimer.lease_s, at),
    }
    options = {"synchronize_session": False, "populate_existing": True}
    statement = _taken(by_database=at is None)
    taken = {row.id: row for row in session.scalars(statement, values, execution_options=options)}
    return [taken[operation_id] for operation_id in operation_ids]


@cache
def _taken(*, by_database: bool) -> ReturningUpdate[Operation]:
    statement = update(Operation).where(Operation.id.in_(bindparam("operations", expanding=True)))
    return statement.values(
        state=OperationState.RUNNING,
        lease_owner=bindparam("owner"),
        lease_until=clock.later(by_database=by_database),
        fence=Operation.fence + 1,
        attempts=Operation.attempts + 1,
        version=Operation.version + 1,
        started_at=clock.parameter(by_database=by_database),
    ).returning(Operation)


def _free(session: Session, ids: Sequence[int], *, fence_step: int) -> int:
    rows_changed(session, delete(ResourceLease).where(ResourceLease.operation_id.in_(ids)))
    statement = update(Operation).where(Operation.id.in_(ids))
    return rows_changed(
        session,
        statement.values(
            state=OperationState.QUEUED,
            lease_owner=None,
            lease_until=None,
            fence=Operation.fence + fence_step,
            version=Operation.version + 1,
        ),
    )
