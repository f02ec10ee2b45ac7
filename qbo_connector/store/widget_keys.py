"""A widget key signs the tokens with which the widget is opened from a source system's pages."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store.clock import utc_now
from qbo_connector.store.dialects import insert_into, rows_changed
from qbo_connector.store.loading import load_within, save
from qbo_connector.store.row import Row, within
from qbo_connector.store.states import WidgetKeyState
from qbo_connector.store.types import EncryptedText, Json, closed

PREFIX = "wk_"


class WidgetKey(Row):
    """One key; ``origins`` are the pages that may embed the widget opened with it."""

    __tablename__ = "widget_keys"
    __table_args__ = (within("source_account_id", "source_accounts"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    source_account_id: Mapped[int]
    name: Mapped[str]
    secret: Mapped[str] = mapped_column(EncryptedText)
    origins: Mapped[list[str]] = mapped_column(Json, default_factory=list, insert_default=list)
    state: Mapped[WidgetKeyState] = mapped_column(closed(WidgetKeyState, "state"), default=WidgetKeyState.ACTIVE)
    created_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)
    last_used_at: Mapped[datetime | None] = mapped_column(default=None)


class UsedToken(Row):
    """A token that was used: each opens the widget once."""

    __tablename__ = "used_tokens"

    widget_key_id: Mapped[str] = mapped_column(ForeignKey("widget_keys.id"), primary_key=True)
    jti: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


def add(
    session: Session, organization_id: int, source_account_id: int, *, name: str, origins: Sequence[str]
) -> WidgetKey:
    """A new key with a secret of its own."""
    row = WidgetKey(
        id=PREFIX + secrets.token_hex(10),
        organization_id=organization_id,
        source_account_id=source_account_id,
        name=name,
        secret=secrets.token_urlsafe(32),
        origins=list(origins),
    )
    return save(session, row)


def find(session: Session, widget_key_id: str) -> WidgetKey | None:
    """The active key with this id."""
    query = select(WidgetKey).where(WidgetKey.id == widget_key_id, WidgetKey.state == WidgetKeyState.ACTIVE)
    return session.scalar(query)


def load_in(session: Session, organization_id: int, widget_key_id: str) -> WidgetKey:
    """Raises NotThere if the organization has none of this id."""
    return load_within(session, WidgetKey, organization_id, widget_key_id)


def list_in(session: Session, organization_id: int) -> Sequence[WidgetKey]:
    """All keys of an organization, by name."""
    query = select(WidgetKey).where(WidgetKey.organization_id == organization_id)
    return session.scalars(query.order_by(WidgetKey.name, WidgetKey.id)).all()


def use_token(session: Session, key: WidgetKey, *, jti: str, expires_at: datetime) -> bool:
    """Use a token up; False if it was used before."""
    statement = insert_into(session, UsedToken).values(widget_key_id=key.id, jti=jti, expires_at=expires_at)
    fresh = session.scalar(statement.on_conflict_do_nothing().returning(UsedToken.jti)) is not None
    if fresh:
        session.merge(key).last_used_at = utc_now()
    return fresh


def forget_expired_tokens(session: Session) -> int:
    """Drop used tokens that have expired by themselves."""
    return rows_changed(session, delete(UsedToken).where(UsedToken.expires_at <= utc_now()))
