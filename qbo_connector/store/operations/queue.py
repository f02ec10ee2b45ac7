"""The queries behind claiming: which operations are ready, and whose turn it is.

They are put together once for each lane, as putting them together takes longer than running them. Their one
parameter is ``present``, unless the database's own clock is meant.
"""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from qbo_connector.store import clock
from qbo_connector.store.connections import Connection, Turn
from qbo_connector.store.operations.row import Operation, is_open, is_probe
from qbo_connector.store.pairings import Pairing
from qbo_connector.store.sources import SourceAccount
from qbo_connector.store.states import ConnectionState, Lane, SourceAccountState


@cache
def turns(lane: Lane, *, by_database: bool) -> Select[int]:
    """The connections that have something ready in the lane, whoever waited longest first."""
    # A scalar subquery, as PostgreSQL would turn EXISTS into a join that reads the whole queue.
    something = _first(Operation.connection_id == Connection.id, *_ready(lane, by_database=by_database))
    return (
        select(Connection.id)
        .outerjoin(Turn, Turn.connection_id == Connection.id)
        .where(Connection.state == ConnectionState.ACTIVE, something.scalar_subquery().is_not(None))
        .order_by(Turn.claimed_at.asc().nulls_first(), Connection.id)
    )


@cache
def next_of_connection(lane: Lane, *, by_database: bool) -> Select[int]:
    """The first ready operation of a connection, which is a parameter too; held against other claimers.

    What another claimer is just looking at is passed over.
    """
    mine = Operation.connection_id == bindparam("connection_id")
    return _first(mine, *_ready(lane, by_database=by_database)).with_for_update(skip_locked=True)


@cache
def like(lane: Lane, *, by_database: bool) -> Select[int]:
    """The same for several at once: ``limit`` operations of one ``intent``."""
    mine = (Operation.connection_id == bindparam("connection_id"), Operation.intent == bindparam("intent"))
    several = _first(*mine, *_ready(lane, by_database=by_database)).limit(bindparam("limit", type_=Integer()))
    return several.with_for_update(skip_locked=True)


@cache
def probe(lane: Lane, *, by_database: bool) -> Select[int]:
    """The first ready probe of a connection that may not do anything else."""
    stopped = select(Connection.id).where(Connection.state.in_([ConnectionState.PAUSED, ConnectionState.EXPIRED]))
    about = (is_probe(Operation), Operation.connection_id.in_(stopped))
    return _first(*about, *_ready(lane, by_database=by_database))


@cache
def anything(lane: Lane, *, by_database: bool) -> Select[bool]:
    """Whether there is something of either kind."""
    kinds = (turns(lane, by_database=by_database).order_by(None), probe(lane, by_database=by_database))
    return select(or_(*(kind.exists() for kind in kinds)))


@cache
def held_probe(lane: Lane, *, by_database: bool) -> Select[int]:
    """The same, held against other claimers."""
    return probe(lane, by_database=by_database).with_for_update(skip_locked=True)


def _first(*conditions: ColumnElement[bool]) -> Select[int]:
    return select(Operation.id).where(*conditions).order_by(Operation.due_at, Operation.id).limit(1)


def _ready(lane: Lane, *, by_database: bool) -> tuple[ColumnElement[bool], ...]:
    present = clock.parameter(by_database=by_database)
    return (
        is_open(Operation),
        Operation.lane_rank == lane.rank,
        Operation.due_at <= present,
        or_(Operation.lease_until.is_(None), Operation.lease_until <= present),
        ~_behind_another(),
        or_(Operation.pairing_id.is_(None), Operation.pairing_id.not_in(_stopped_pairings())),
    )


def _behind_another() -> Any:
    older = aliased(Operation)
    return exists().where(older.record_id == Operation.record_id, older.id < Operation.id, is_open(older))


def _stopped_pairings() -> Select[int]:
    return (
        select(Pairing.id)
        .join(SourceAccount, SourceAccount.id == Pairing.source_account_id)
        .where(SourceAccount.state != SourceAccountState.ACTIVE)
    )
