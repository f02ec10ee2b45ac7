"""The installation itself: one row, made by the first migration's first user."""

import secrets
from datetime import datetime

from sqlalchemy import CheckConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store.clock import utc_now
from qbo_connector.store.dialects import insert_into
from qbo_connector.store.row import Row

ONLY = 1


class Installation(Row):
    """The one row. ``key`` tells this installation's request ids from those of every other."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=ONLY)
    key: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)


def key(session: Session) -> str:
    """The installation's key, drawn once; needs a writing transaction the first time."""
    query = select(Installation.key)
    known = session.scalar(query)
    if known is not None:
        return known
    fresh = insert_into(session, Installation).values(id=ONLY, key=secrets.token_hex(8))
    session.execute(fresh.on_conflict_do_nothing())
    return session.scalars(query).one()
