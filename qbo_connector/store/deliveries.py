"""A delivery is one thing that a webhook told us, kept before it is answered; our inbox."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NotRequired, Required, TypedDict, Unpack

from sqlalchemy import ForeignKey, Index, delete, func, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store.clock import utc_now
from qbo_connector.store.dialects import insert_into, rows_changed
from qbo_connector.store.row import Row
from qbo_connector.store.states import Channel, DeliveryState
from qbo_connector.store.types import EncryptedBytes, Json, closed

NEW = text("state = 'new'")


class Delivery(Row):
    """One notification. ``dedupe_key`` is the same whenever the same thing is told again."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_new", "connection_id", "id", sqlite_where=NEW, postgresql_where=NEW),
        Index("ix_deliveries_new_source", "source_account_id", "id", sqlite_where=NEW, postgresql_where=NEW),
        Index("ix_deliveries_received", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    channel: Mapped[Channel] = mapped_column(closed(Channel, "channel"))
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), default=None)
    connection_id: Mapped[int | None] = mapped_column(ForeignKey("connections.id"), default=None)
    source_account_id: Mapped[int | None] = mapped_column(ForeignKey("source_accounts.id"), default=None)
    raw: Mapped[bytes | None] = mapped_column(EncryptedBytes, default=None)
    headers: Mapped[dict[str, str]] = mapped_column(Json, default_factory=dict, insert_default=dict)
    received_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)
    state: Mapped[DeliveryState] = mapped_column(closed(DeliveryState, "state"), default=DeliveryState.NEW)
    entity: Mapped[str] = mapped_column(default="")
    qbo_id: Mapped[str] = mapped_column(default="")
    operation: Mapped[str] = mapped_column(default="")
    happened_at: Mapped[datetime | None] = mapped_column(default=None)
    handled_at: Mapped[datetime | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(default="")


class Received(TypedDict):
    """What came in. ``entity``, ``qbo_id`` and ``operation`` name what changed, ``happened_at`` when."""

    channel: Required[Channel]
    dedupe_key: Required[str]
    organization_id: NotRequired[int | None]
    connection_id: NotRequired[int | None]
    source_account_id: NotRequired[int | None]
    raw: NotRequired[bytes | None]
    headers: NotRequired[dict[str, str]]
    entity: NotRequired[str]
    qbo_id: NotRequired[str]
    operation: NotRequired[str]
    happened_at: NotRequired[datetime | None]


def receive(session: Session, **received: Unpack[Received]) -> Delivery | None:
    """Keep a delivery; None if the same one came before."""
    values: dict[str, Any] = dict(received)
    statement = insert_into(session, Delivery).values(**values)
    fresh = statement.on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(Delivery)
    return session.scalar(fresh)


def list_new(
    session: Session, *, connection_id: int | None = None, source_account_id: int | None = None, limit: int = 500
) -> Sequence[Delivery]:
    """What is still to be handled for a connection or a source account, oldest first."""
    new = Delivery.state == DeliveryState.NEW
    query = select(Delivery).where(
        new, Delivery.connection_id == connection_id, Delivery.source_account_id == source_account_id
    )
    return session.scalars(query.order_by(Delivery.id).limit(limit)).all()


def oldest_new(session: Session, connection_id: int) -> datetime | None:
    """Since when the oldest delivery of a connection has been waiting; None if none is."""
    query = select(func.min(Delivery.received_at)).where(
        Delivery.connection_id == connection_id, Delivery.state == DeliveryState.NEW
    )
    return session.scalar(query)


def list_waiting_connections(session: Session) -> Sequence[int]:
    """Connections for which something came in that is not handled yet."""
    query = select(Delivery.connection_id).where(
        Delivery.state == DeliveryState.NEW, Delivery.connection_id.is_not(None)
    )
    return [found for found in session.scalars(query.distinct()) if found is not None]


def mark(session: Session, delivery_ids: Sequence[int], state: DeliveryState, *, note: str = "") -> int:
    """Say what became of deliveries; those settled before stay as they are."""
    statement = update(Delivery).where(Delivery.id.in_(delivery_ids), Delivery.state == DeliveryState.NEW)
    return rows_changed(session, statement.values(state=state, note=note, handled_at=utc_now()))


def forget_before(session: Session, at: datetime) -> int:
    """Delete settled deliveries received before then; returns how many."""
    return rows_changed(
        session, delete(Delivery).where(Delivery.received_at < at, Delivery.state != DeliveryState.NEW)
    )
