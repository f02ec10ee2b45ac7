"""An API key lets a program act for an organization. Only its hash is kept: it is shown once."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store.clock import utc_now
from qbo_connector.store.loading import load_within, save
from qbo_connector.store.row import Row
from qbo_connector.store.types import Json

PREFIX = "qk_"
SHOWN = 11
NOTED_EVERY = timedelta(minutes=1)


class ApiKey(Row):
    """One key; ``prefix`` is what people recognise it by."""

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    name: Mapped[str]
    prefix: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(Json, default_factory=list, insert_default=list)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), default=None)
    created_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)
    last_used_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)


def issue(
    session: Session, organization_id: int, *, name: str, scopes: Sequence[str], created_by: int | None = None
) -> tuple[ApiKey, str]:
    """A new key and its secret, which cannot be had again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    row = ApiKey(
        organization_id=organization_id,
        name=name,
        prefix=secret[:SHOWN],
        hash=_digest(secret),
        scopes=list(scopes),
        created_by=created_by,
    )
    return save(session, row), secret


def find(session: Session, secret: str) -> ApiKey | None:
    """The key that is meant, unless it was revoked.

    The secret has 256 bits of chance in it, so a plain digest is safe and quick where a password's is neither.
    """
    return session.scalar(select(ApiKey).where(ApiKey.hash == _digest(secret), ApiKey.revoked_at.is_(None)))


def is_noted(key: ApiKey) -> bool:
    """Whether its use was noted not long ago, so that a busy program costs no write with every call."""
    return key.last_used_at is not None and utc_now() - key.last_used_at < NOTED_EVERY


def note_use(session: Session, api_key_id: int) -> None:
    """Remember that the key was used now."""
    row = session.get(ApiKey, api_key_id)
    if row is not None:
        row.last_used_at = utc_now()


def revoke(session: Session, organization_id: int, api_key_id: int) -> None:
    """Let the key open nothing any more.

    Raises:
        NotThere: if the organization has none of this id.
    """
    load_within(session, ApiKey, organization_id, api_key_id).revoked_at = utc_now()


def list_in(session: Session, organization_id: int) -> Sequence[ApiKey]:
    """All keys of an organization, newest first."""
    query = select(ApiKey).where(ApiKey.organization_id == organization_id)
    return session.scalars(query.order_by(ApiKey.id.desc())).all()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
