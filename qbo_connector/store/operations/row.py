"""The table of operations: one durable intent each, claimed by lease; our outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, ForeignKeyConstraint, Index, literal, text
from sqlalchemy.orm import Mapped, mapped_column

from qbo_connector.store.clock import utc_now
from qbo_connector.store.row import Row, reachable_within, within
from qbo_connector.store.states import Intent, Lane, OperationState, Outcome
from qbo_connector.store.types import EncryptedText, Json, closed

OPEN = text("state <> 'done'")
OPEN_PUSH = text("intent = 'push' AND state <> 'done'")
OPEN_PROBE = text("intent = 'probe' AND state <> 'done'")


class Operation(Row):
    """Something to be done once, whatever dies meanwhile.

    ``wanted`` counts how often "push the latest" was asked, ``finished_wanted`` how much of that is served.
    ``fence`` rises with each claim: an effect under an older fence is refused. ``lease_until`` is None while
    nobody works on it. ``version`` rises with each change that people can see. ``attempts`` counts claims since
    it was asked for or since a person asked again. ``plan`` is JSON text.

    ``finding_id`` points at the finding that stopped it.
    """

    __tablename__ = "operations"
    __table_args__ = (
        reachable_within(),
        within("connection_id", "connections"),
        within("pairing_id", "pairings"),
        within("record_id", "records"),
        within("run_id", "runs"),
        within("finding_id", "findings"),
        Index(
            "uq_operations_open_push", "record_id", unique=True, sqlite_where=OPEN_PUSH, postgresql_where=OPEN_PUSH
        ),
        Index("uq_operations_idempotency_key", "organization_id", "idempotency_key", unique=True),
        Index(
            "ix_operations_ready",
            "connection_id",
            "lane_rank",
            "due_at",
            "id",
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("ix_operations_open_of_record", "record_id", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_operations_open_probe", "connection_id", sqlite_where=OPEN_PROBE, postgresql_where=OPEN_PROBE),
        Index("ix_operations_record", "record_id", "id"),
        Index("ix_operations_run", "run_id", "state", "outcome"),
        Index("ix_operations_lease_owner", "lease_owner"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    connection_id: Mapped[int]
    pairing_id: Mapped[int | None] = mapped_column(default=None)
    record_id: Mapped[int | None] = mapped_column(default=None)
    run_id: Mapped[int | None] = mapped_column(default=None)
    intent: Mapped[Intent] = mapped_column(closed(Intent, "intent"))
    lane: Mapped[Lane] = mapped_column(closed(Lane, "lane"))
    lane_rank: Mapped[int]
    state: Mapped[OperationState] = mapped_column(closed(OperationState, "state"), default=OperationState.QUEUED)
    due_at: Mapped[datetime]
    wanted: Mapped[int] = mapped_column(default=1)
    finished_wanted: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(default=None)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    fence: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    phase: Mapped[str] = mapped_column(default="")
    phase_params: Mapped[dict[str, str]] = mapped_column(Json, default_factory=dict, insert_default=dict)
    version: Mapped[int] = mapped_column(default=1)
    outcome: Mapped[Outcome | None] = mapped_column(closed(Outcome, "outcome"), default=None)
    finding_id: Mapped[int | None] = mapped_column(default=None)
    expected_plan: Mapped[str | None] = mapped_column(default=None)
    inputs: Mapped[dict[str, Any]] = mapped_column(Json, default_factory=dict, insert_default=dict)
    idempotency_key: Mapped[str | None] = mapped_column(default=None)
    plan: Mapped[str | None] = mapped_column(EncryptedText, default=None)
    error: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    asked_by: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)


class Join(Row):
    """An idempotency key whose request melted into an operation that was open already."""

    __tablename__ = "operation_joins"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id", "operation_id"], ["operations.organization_id", "operations.id"]),
    )

    organization_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    idempotency_key: Mapped[str] = mapped_column(primary_key=True)
    operation_id: Mapped[int]
    joined_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)


def is_open(operation: type[Operation]) -> ColumnElement[bool]:
    """Not done. Spelt out in the SQL, so that the partial indexes on open operations are used."""
    done = literal(OperationState.DONE, Operation.state.type, literal_execute=True)
    return operation.state != done


def is_probe(operation: type[Operation]) -> ColumnElement[bool]:
    """Asks whether a stopped connection works again; spelt out for the same reason."""
    return operation.intent == literal(Intent.PROBE, Operation.intent.type, literal_execute=True)
