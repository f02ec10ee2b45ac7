"""The activity is the history that people see: who or what did what, when. Appended, never changed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store.clock import utc_now
from qbo_connector.store.loading import save
from qbo_connector.store.row import Row, within
from qbo_connector.store.types import Json


class Activity(Row):
    """One entry. ``event`` is a code such as "record.synced", ``params`` its placeholders.

    ``operation_id`` is no foreign key: the history outlives the operation. A trigger of the database refuses
    changes.
    """

    __tablename__ = "activity"
    __table_args__ = (
        within("record_id", "records"),
        within("pairing_id", "pairings"),
        within("connection_id", "connections"),
        Index("ix_activity_record", "record_id", "id"),
        Index("ix_activity_organization", "organization_id", "id"),
        Index("ix_activity_operation", "operation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    event: Mapped[str]
    actor: Mapped[str]
    record_id: Mapped[int | None] = mapped_column(default=None)
    pairing_id: Mapped[int | None] = mapped_column(default=None)
    connection_id: Mapped[int | None] = mapped_column(default=None)
    operation_id: Mapped[int | None] = mapped_column(default=None)
    at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)
    params: Mapped[dict[str, str]] = mapped_column(Json, default_factory=dict, insert_default=dict)
    duration_ms: Mapped[int | None] = mapped_column(default=None)


def append(session: Session, entry: Activity) -> Activity:
    """Write an entry."""
    return save(session, entry)


def list_of_record(
    session: Session, record_id: int, *, before: int | None = None, limit: int = 50
) -> Sequence[Activity]:
    """A record's entries, newest first; ``before`` is the id of the last one shown."""
    return _page(session, Activity.record_id == record_id, before=before, limit=limit)


def list_in(
    session: Session, organization_id: int, *, before: int | None = None, limit: int = 50
) -> Sequence[Activity]:
    """An organization's entries, newest first; ``before`` is the id of the last one shown."""
    return _page(session, Activity.organization_id == organization_id, before=before, limit=limit)


def _page(session: Session, about: ColumnElement[bool], *, before: int | None, limit: int) -> Sequence[Activity]:
    query = select(Activity).where(about)
    if before is not None:
        query = query.where(Activity.id < before)
    return session.scalars(query.order_by(Activity.id.desc()).limit(limit)).all()
