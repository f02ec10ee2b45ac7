"""Asking for an operation: what can melt into an open one melts, the rest queues behind it."""

from datetime import datetime
from functools import cache
from typing import Any, NotRequired, Required, TypedDict, Unpack

from sqlalchemy import Select, Update, bindparam, select, update
from sqlalchemy.orm import Session

from qbo_connector.store.clock import utc_now
from qbo_connector.store.dialects import insert_into, rows_changed
from qbo_connector.store.failures import NotThere
from qbo_connector.store.operations.row import Join, Operation, is_open
from qbo_connector.store.records import Record
from qbo_connector.store.states import Intent, Lane, OperationState


class Wish(TypedDict):
    """What is asked for.

    Args:
        asked_by: who, for the history: "user:7", "api:3", "schedule", "hook".
        due_at: not before then; without it, now.
        inputs: answers that go with it, such as a customer that was picked.
        expected_plan: fingerprint of the preview that was shown.
        idempotency_key: the same key in the same organization is the same operation, for ever.
    """

    organization_id: Required[int]
    connection_id: Required[int]
    intent: Required[Intent]
    lane: Required[Lane]
    asked_by: Required[str]
    pairing_id: NotRequired[int | None]
    record_id: NotRequired[int | None]
    run_id: NotRequired[int | None]
    due_at: NotRequired[datetime | None]
    inputs: NotRequired[dict[str, Any]]
    expected_plan: NotRequired[str | None]
    idempotency_key: NotRequired[str | None]


def request(session: Session, **wish: Unpack[Wish]) -> Operation:
    """Open an operation, or join the open push of the same record.

    A second push raises ``wanted``, takes over the newer inputs, and is due at the earlier time. Whatever else
    is open for the record comes up to the lane of the newcomer, which has to wait for it.

    Raises:
        NotThere: if the record is not the organization's.
    """
    record_id = wish.get("record_id")
    if record_id is not None:
        _hold_record(session, wish["organization_id"], record_id)
    known = find_by_key(session, wish["organization_id"], wish.get("idempotency_key"))
    if known is not None:
        return known
    if record_id is not None:
        _raise_lane(session, record_id, wish["lane"])
    open_push = _find_open_push(session, record_id) if wish["intent"] == Intent.PUSH else None
    return _join(session, open_push, wish) if open_push else _open(session, wish)


def find_by_key(session: Session, organization_id: int, idempotency_key: str | None) -> Operation | None:
    """The operation that a request with this key opened or joined."""
    if idempotency_key is None:
        return None
    about = {"organization": organization_id, "key": idempotency_key}
    return session.scalar(_opened_with(), about) or session.scalar(_joined_with(), about)


@cache
def _opened_with() -> Select[Operation]:
    mine = Operation.organization_id == bindparam("organization")
    return select(Operation).where(mine, Operation.idempotency_key == bindparam("key"))


@cache
def _joined_with() -> Select[Operation]:
    query = select(Operation).join(Join, Join.operation_id == Operation.id)
    mine = Join.organization_id == bindparam("organization")
    return query.where(mine, Join.idempotency_key == bindparam("key"))


def _hold_record(session: Session, organization_id: int, record_id: int) -> None:
    """One asker at a time for a record: so its operations become visible in the order of their ids."""
    if session.scalar(_record(), {"record": record_id, "organization": organization_id}) is None:
        raise NotThere(f"Record {record_id} does not exist in organization {organization_id}")


@cache
def _record() -> Select[int]:
    query = select(Record.id).where(
        Record.id == bindparam("record"), Record.organization_id == bindparam("organization")
    )
    return query.with_for_update(key_share=True)


def _raise_lane(session: Session, record_id: int, lane: Lane) -> None:
    rows_changed(session, _raised(lane), {"record": record_id})


@cache
def _raised(lane: Lane) -> Update:
    lower = (is_open(Operation), Operation.lane_rank > lane.rank)
    statement = update(Operation).where(Operation.record_id == bindparam("record"), *lower)
    return statement.values(lane=lane, lane_rank=lane.rank)


def _find_open_push(session: Session, record_id: int | None) -> Operation | None:
    """Held, so that it cannot end between being found and being joined."""
    return session.scalar(_open_push(), {"record": record_id})


@cache
def _open_push() -> Select[Operation]:
    query = select(Operation).where(
        Operation.record_id == bindparam("record"), Operation.intent == Intent.PUSH, is_open(Operation)
    )
    return query.with_for_update().execution_options(populate_existing=True)


def _join(session: Session, operation: Operation, wish: Wish) -> Operation:
    operation.wanted += 1
    operation.version += 1
    operation.due_at = min(operation.due_at, wish.get("due_at") or utc_now())
    operation.inputs = {**operation.inputs, **wish.get("inputs", {})}
    operation.expected_plan = wish.get("expected_plan") or operation.expected_plan
    operation.run_id = operation.run_id or wish.get("run_id")
    if wish["lane"] == Lane.INTERACTIVE:
        operation.attempts = 0
    if operation.state == OperationState.WAITING:
        operation.state = OperationState.QUEUED
    _remember_key(session, operation, wish.get("idempotency_key"))
    session.flush()
    return operation


def _remember_key(session: Session, operation: Operation, idempotency_key: str | None) -> None:
    if idempotency_key is None:
        return
    session.add(
        Join(
            organization_id=operation.organization_id,
            idempotency_key=idempotency_key,
            operation_id=operation.id,
        )
    )


def _open(session: Session, wish: Wish) -> Operation:
    values: dict[str, Any] = {**wish, "lane_rank": wish["lane"].rank, "due_at": wish.get("due_at") or utc_now()}
    statement = insert_into(session, Operation).values(**values)
    unless_known = statement.on_conflict_do_nothing(index_elements=["organization_id", "idempotency_key"])
    opened = session.scalar(unless_known.returning(Operation))
    known = opened or find_by_key(session, wish["organization_id"], wish.get("idempotency_key"))
    if known is None:
        raise NotThere("an operation with the same idempotency key vanished while it was asked for")
    return known
