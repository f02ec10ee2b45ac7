"""Hooks that were refused because nobody could vouch for them: one small row for each source account at most."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store.dialects import insert_into, rows_changed
from qbo_connector.store.row import Row
from qbo_connector.store.types import Json


class HookRefusals(Row):
    """What is remembered of an account's refused hooks, until they are over.

    ``moments`` are the latest of them as ISO texts, the newest last; ``last_at`` is that one. ``believed_at`` is
    when a good one came after it. ``is_aside``: somebody does not want to be told of these any more.
    """

    __tablename__ = "hook_refusals"

    source_account_id: Mapped[int] = mapped_column(ForeignKey("source_accounts.id"), primary_key=True)
    moments: Mapped[list[str]] = mapped_column(Json, default_factory=list, insert_default=list)
    last_at: Mapped[datetime] = mapped_column(index=True)
    believed_at: Mapped[datetime | None] = mapped_column(default=None)
    is_aside: Mapped[bool] = mapped_column(default=False)

    def count_since(self, at: datetime) -> int:
        """How many of the moments lie after this one."""
        return sum(datetime.fromisoformat(moment) > at for moment in self.moments)

    def add(self, at: datetime, *, most: int) -> None:
        """One more, of which the latest are kept."""
        self.moments = [*self.moments, at.isoformat()][-most:]
        self.last_at, self.believed_at = at, None


def find(session: Session, source_account_id: int) -> HookRefusals | None:
    """What is remembered of an account; nothing as long as its hooks are good."""
    return session.get(HookRefusals, source_account_id)


def open_(session: Session, source_account_id: int, at: datetime) -> HookRefusals:
    """The account's row, made if there is none, and kept from others until the transaction ends."""
    first = {"source_account_id": source_account_id, "moments": [], "last_at": at, "is_aside": False}
    made = insert_into(session, HookRefusals).values(**first)
    kept = made.on_conflict_do_update(
        index_elements=["source_account_id"], set_={"source_account_id": source_account_id}
    )
    return session.scalars(kept.returning(HookRefusals), execution_options={"populate_existing": True}).one()


def forget(session: Session, source_account_id: int) -> None:
    """They are over."""
    rows_changed(session, delete(HookRefusals).where(HookRefusals.source_account_id == source_account_id))


def list_quiet(session: Session, *, since: datetime) -> Sequence[HookRefusals]:
    """Accounts of which none was refused after this moment."""
    query = select(HookRefusals).where(HookRefusals.last_at <= since)
    return session.scalars(query.order_by(HookRefusals.source_account_id)).all()
