"""An exchange is evidence: one request that left, and what came back. Appended, never changed.

The only unfenced writing there is: it keeps what a late worker learned, for settling to read.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store.dialects import rows_changed
from qbo_connector.store.loading import save
from qbo_connector.store.operations import Operation
from qbo_connector.store.row import Row, within
from qbo_connector.store.types import EncryptedBytes

FORGET_AT_ONCE = 1000


class Exchange(Row):
    """One request and its answer. A trigger of the database refuses changes to it.

    ``operation_id`` and ``step_id`` are no foreign keys: evidence may outlive them. The encrypted bodies alone
    can be rewritten, so that keys can be rotated.
    """

    __tablename__ = "exchanges"
    __table_args__ = (
        within("connection_id", "connections"),
        Index("ix_exchanges_operation", "operation_id"),
        Index("ix_exchanges_requestid", "connection_id", "requestid"),
        Index("ix_exchanges_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    connection_id: Mapped[int]
    operation_id: Mapped[int | None] = mapped_column(default=None)
    step_id: Mapped[int | None] = mapped_column(default=None)
    at: Mapped[datetime]
    method: Mapped[str]
    path: Mapped[str]
    entity: Mapped[str] = mapped_column(default="")
    requestid: Mapped[str] = mapped_column(default="")
    status: Mapped[int | None] = mapped_column(default=None)
    intuit_tid: Mapped[str] = mapped_column(default="")
    duration_ms: Mapped[int] = mapped_column(default=0)
    metered: Mapped[bool] = mapped_column(default=False)
    request_body: Mapped[bytes | None] = mapped_column(EncryptedBytes, default=None)
    response_body: Mapped[bytes | None] = mapped_column(EncryptedBytes, default=None)
    error: Mapped[str] = mapped_column(default="")


def append(session: Session, exchange: Exchange) -> Exchange:
    """Keep the evidence."""
    return save(session, exchange)


def list_of_operation(session: Session, operation_id: int) -> Sequence[Exchange]:
    """What was said for an operation, in order."""
    query = select(Exchange).where(Exchange.operation_id == operation_id)
    return session.scalars(query.order_by(Exchange.id)).all()


def list_of_requestid(session: Session, connection_id: int, requestid: str) -> Sequence[Exchange]:
    """Every time this request id was used, in order; for settling."""
    query = select(Exchange).where(Exchange.connection_id == connection_id, Exchange.requestid == requestid)
    return session.scalars(query.order_by(Exchange.id)).all()


def count_reads_by_intent(session: Session, connection_ids: Sequence[int], since: datetime) -> dict[str, int]:
    """Metered reads since then by what they were made for; the empty name stands for pages and sign-ins."""
    query = (
        select(Operation.intent, func.count())
        .select_from(Exchange)
        .outerjoin(Operation, Operation.id == Exchange.operation_id)
        .where(Exchange.connection_id.in_(connection_ids), Exchange.at >= since, Exchange.metered)
        .group_by(Operation.intent)
    )
    return {str(intent or ""): count for intent, count in session.execute(query)}


def forget_before(session: Session, at: datetime, *, limit: int = FORGET_AT_ONCE) -> int:
    """Delete old evidence, a limited number at once; returns how many."""
    oldest = select(Exchange.id).where(Exchange.at < at).order_by(Exchange.at).limit(limit)
    return rows_changed(session, delete(Exchange).where(Exchange.id.in_(oldest)))
