"""A batch is one request with up to 30 items, kept with its exact bytes and settled whole."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store.clock import utc_now
from qbo_connector.store.loading import load as load_row
from qbo_connector.store.loading import save
from qbo_connector.store.row import Row, reachable_within, within
from qbo_connector.store.states import BatchState
from qbo_connector.store.types import EncryptedBytes, Json, closed


class Batch(Row):
    """One batch. ``bids`` are the items' ids in the order in which they were sent.

    ``operation_id`` is the operation that holds the lease while the batch is under way.
    """

    __tablename__ = "batches"
    __table_args__ = (
        reachable_within(),
        within("connection_id", "connections"),
        within("operation_id", "operations"),
        UniqueConstraint("connection_id", "requestid"),
        Index("ix_batches_state", "connection_id", "state"),
        Index("ix_batches_operation", "operation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    connection_id: Mapped[int]
    operation_id: Mapped[int | None] = mapped_column(default=None)
    requestid: Mapped[str]
    bids: Mapped[list[str]] = mapped_column(Json, default_factory=list, insert_default=list)
    body: Mapped[bytes] = mapped_column(EncryptedBytes)
    state: Mapped[BatchState] = mapped_column(closed(BatchState, "state"), default=BatchState.PLANNED)
    attempts: Mapped[int] = mapped_column(default=0)
    planned_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    status: Mapped[int | None] = mapped_column(default=None)
    answer: Mapped[bytes | None] = mapped_column(EncryptedBytes, default=None)


def add(session: Session, batch: Batch) -> Batch:
    """Store a batch before it is sent."""
    return save(session, batch)


def load(session: Session, batch_id: int) -> Batch:
    """Raises NotThere if there is none."""
    return load_row(session, Batch, batch_id)


def unsettled(session: Session, connection_id: int) -> Sequence[Batch]:
    """Batches that were sent and are not settled, oldest first."""
    query = select(Batch).where(
        Batch.connection_id == connection_id, Batch.state.in_([BatchState.SENT, BatchState.ANSWERED])
    )
    return session.scalars(query.order_by(Batch.id)).all()


def record_sent(session: Session, batch_id: int) -> None:
    """Note, before it leaves, that it leaves; also for a replay."""
    batch = load(session, batch_id)
    batch.state = BatchState.SENT
    batch.attempts += 1
    batch.sent_at = batch.sent_at or utc_now()
    session.flush()


def record_answer(session: Session, batch_id: int, *, status: int, answer: bytes) -> None:
    """Keep the answer before anything is made of it."""
    batch = load(session, batch_id)
    batch.state = BatchState.ANSWERED
    batch.status = status
    batch.answer = answer
    batch.answered_at = utc_now()
    session.flush()


def settle(session: Session, batch_id: int, state: BatchState = BatchState.SETTLED) -> None:
    """Every item's outcome is known; or the batch is given up."""
    load(session, batch_id).state = state
    session.flush()
