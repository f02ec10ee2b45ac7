"""The mirror: our local copy of the lists of a QuickBooks company, and how fresh each of them is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, bindparam, delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.canonical.keys import email_key, name_key
from qbo_connector.store.clock import utc_now
from qbo_connector.store.dialects import insert_into, rows_changed
from qbo_connector.store.row import Row, within
from qbo_connector.store.states import FeedState
from qbo_connector.store.types import Json, closed

ROWS_AT_ONCE = 200


class MirrorEntry(Row):
    """One object of a list. ``data`` is what QuickBooks said, amounts as text. The keys are normalised."""

    __tablename__ = "mirror_entries"
    __table_args__ = (
        within("connection_id", "connections"),
        UniqueConstraint("connection_id", "type", "qbo_id"),
        Index("ix_mirror_entries_name", "connection_id", "type", "name_key"),
        Index("ix_mirror_entries_full_name", "connection_id", "type", "full_name_key"),
        Index("ix_mirror_entries_email", "connection_id", "type", "email_key"),
        Index("ix_mirror_entries_sku", "connection_id", "type", "sku_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    connection_id: Mapped[int]
    type: Mapped[str]
    qbo_id: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    name_key: Mapped[str] = mapped_column(default="")
    full_name_key: Mapped[str] = mapped_column(default="")
    email_key: Mapped[str] = mapped_column(default="")
    sku_key: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    sync_token: Mapped[str] = mapped_column(default="")
    currency: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]] = mapped_column(Json, default_factory=dict, insert_default=dict)
    updated_at: Mapped[datetime | None] = mapped_column(default=None)
    seen_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)


class MirrorFeed(Row):
    """How fresh one list is.

    ``cursor`` is QuickBooks' time up to which changes are known, ``ran_at`` our time when the feed last completed,
    ``full_at`` when the whole list was last read, or counted and found whole. ``position`` is how far a load under
    way has come down from the newest change to the oldest: seconds since 1970, 0 at its beginning.
    """

    __tablename__ = "mirror_feeds"

    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"), primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[FeedState] = mapped_column(closed(FeedState, "state"), default=FeedState.NONE)
    cursor: Mapped[datetime | None] = mapped_column(default=None)
    ran_at: Mapped[datetime | None] = mapped_column(default=None)
    full_at: Mapped[datetime | None] = mapped_column(default=None)
    position: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorObject:
    """One object of a list as it was read. ``full_name`` holds the parents too: "Clothing:Mug"."""

    qbo_id: str
    name: str = ""
    full_name: str = ""
    email: str = ""
    sku: str = ""
    active: bool = True
    sync_token: str = ""
    currency: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    updated_at: datetime | None = None


def upsert(
    session: Session, connection_id: int, entity: str, objects: Sequence[MirrorObject], *, organization_id: int
) -> None:
    """Take over what was read; what is older than what we have is passed over.

    ``entity`` is QuickBooks' name of the list, such as "Customer".
    """
    owner = {
        "organization_id": organization_id,
        "connection_id": connection_id,
        "type": entity,
        "seen_at": utc_now(),
    }
    latest = {one.qbo_id: one for one in objects}
    # Everybody locks in the same order, so nobody waits in a circle.
    rows = [{**owner, **_columns(latest[qbo_id])} for qbo_id in sorted(latest)]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        _upsert_rows(session, rows[start : start + ROWS_AT_ONCE])


def forget(session: Session, connection_id: int, entity: str, qbo_id: str) -> bool:
    """Drop an entry that turned out wrong or was deleted; False if there was none."""
    statement = delete(MirrorEntry).where(
        MirrorEntry.connection_id == connection_id, MirrorEntry.type == entity, MirrorEntry.qbo_id == qbo_id
    )
    return rows_changed(session, statement) == 1


def forget_unseen(
    session: Session, connection_id: int, entity: str, *, seen: Collection[str], before: datetime
) -> int:
    """After the whole list was read: drop what was not in it and was not seen elsewhere since; returns how many.

    ``before`` is our time when the reading began.
    """
    query = select(MirrorEntry.qbo_id).where(
        MirrorEntry.connection_id == connection_id, MirrorEntry.type == entity, MirrorEntry.seen_at < before
    )
    gone = [qbo_id for qbo_id in session.scalars(query) if qbo_id not in seen]
    return sum(forget(session, connection_id, entity, qbo_id) for qbo_id in gone)


def count_until(session: Session, connection_id: int, entity: str, at: datetime) -> int:
    """How many entries are known that QuickBooks changed no later than then."""
    query = select(func.count()).where(
        MirrorEntry.connection_id == connection_id, MirrorEntry.type == entity, MirrorEntry.updated_at <= at
    )
    return session.scalars(query).one()


def find(session: Session, connection_id: int, entity: str, qbo_id: str) -> MirrorEntry | None:
    """The entry with QuickBooks' id."""
    return session.scalar(_by_id(), {"connection": connection_id, "list": entity, "qbo": qbo_id})


def list_by_ids(
    session: Session, connection_id: int, entity: str, qbo_ids: Sequence[str]
) -> Sequence[MirrorEntry]:
    """The entries with these ids, as they are by now."""
    found: list[MirrorEntry] = []
    for start in range(0, len(qbo_ids), ROWS_AT_ONCE):
        some = qbo_ids[start : start + ROWS_AT_ONCE]
        query = _of_list().where(MirrorEntry.qbo_id.in_(some)).execution_options(populate_existing=True)
        found += session.scalars(query, {"connection": connection_id, "list": entity})
    return found


def find_by_name(session: Session, connection_id: int, entity: str, name: str) -> Sequence[MirrorEntry]:
    """Entries of this name, or of this name with its parents; active ones first.

    Customers, vendors and employees share one space of names: ask for each of them.
    """
    return _matches(session, connection_id, entity, "name_key", "full_name_key", key=name_key(name))


def find_by_full_name(session: Session, connection_id: int, entity: str, name: str) -> Sequence[MirrorEntry]:
    """Entries whose name with its parents is this one ("Clothing:Mug"); active ones first."""
    return _by_key(session, connection_id, entity, "full_name_key", name_key(name))


def find_by_email(session: Session, connection_id: int, entity: str, email: str) -> Sequence[MirrorEntry]:
    """Entries with this e-mail address; active ones first."""
    return _by_key(session, connection_id, entity, "email_key", email_key(email))


def find_by_sku(session: Session, connection_id: int, entity: str, sku: str) -> Sequence[MirrorEntry]:
    """Entries with this SKU; active ones first."""
    return _by_key(session, connection_id, entity, "sku_key", name_key(sku))


def list_entries(
    session: Session, connection_id: int, entity: str, *, search: str = "", limit: int = 50
) -> Sequence[MirrorEntry]:
    """Active entries whose name contains the search, by name; for pickers."""
    query = _of_list().where(MirrorEntry.active)
    if search:
        query = query.where(MirrorEntry.name_key.contains(name_key(search), autoescape=True))
    shown = query.order_by(MirrorEntry.name_key, MirrorEntry.id).limit(limit)
    return session.scalars(shown, {"connection": connection_id, "list": entity}).all()


def list_all(session: Session, connection_id: int, entity: str) -> Sequence[MirrorEntry]:
    """The whole list, inactive entries too; for short lists such as tax codes and preferences."""
    query = _of_list().order_by(MirrorEntry.id)
    return session.scalars(query, {"connection": connection_id, "list": entity}).all()


def list_several(
    session: Session, connection_id: int, entities: Sequence[str]
) -> Mapping[str, Sequence[MirrorEntry]]:
    """The same for several lists in one look, each by its name; one that holds nothing is empty."""
    found: dict[str, list[MirrorEntry]] = {entity: [] for entity in entities}
    for entry in session.scalars(_in_lists(), {"connection": connection_id, "lists": list(entities)}):
        found[entry.type].append(entry)
    return found


def feed(session: Session, connection_id: int, entity: str) -> MirrorFeed:
    """How fresh the list is; a feed that never ran says NONE."""
    known = session.get(MirrorFeed, (connection_id, entity), populate_existing=True)
    return known or MirrorFeed(connection_id=connection_id, type=entity)


def feeds(session: Session, connection_id: int) -> dict[str, MirrorFeed]:
    """How fresh each list is that was ever loaded."""
    return {row.type: row for row in session.scalars(_feeds(), {"connection": connection_id})}


def save_feed(session: Session, row: MirrorFeed) -> None:
    """Remember how far the feed is."""
    values: dict[str, Any] = {
        "state": row.state,
        "cursor": row.cursor,
        "ran_at": row.ran_at,
        "full_at": row.full_at,
        "position": row.position,
    }
    statement = insert_into(session, MirrorFeed).values(connection_id=row.connection_id, type=row.type, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["connection_id", "type"], set_=values))


def _columns(one: MirrorObject) -> dict[str, Any]:
    return {
        "qbo_id": one.qbo_id,
        "name": one.name,
        "name_key": name_key(one.name),
        "full_name_key": name_key(one.full_name or one.name),
        "email_key": email_key(one.email),
        "sku_key": name_key(one.sku),
        "active": one.active,
        "sync_token": one.sync_token,
        "currency": one.currency,
        "data": one.data,
        "updated_at": one.updated_at,
    }


def _upsert_rows(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    statement = insert_into(session, MirrorEntry).values(rows)
    known = ("organization_id", "connection_id", "type", "qbo_id")
    not_older = or_(
        MirrorEntry.updated_at.is_(None),
        statement.excluded.updated_at.is_(None),
        statement.excluded.updated_at >= MirrorEntry.updated_at,
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["connection_id", "type", "qbo_id"],
            set_={name: statement.excluded[name] for name in rows[0] if name not in known},
            where=not_older,
        )
    )


def _by_key(session: Session, connection_id: int, entity: str, column: str, key: str) -> Sequence[MirrorEntry]:
    """An empty key matches nothing: entries without an e-mail address are not one another's."""
    return _matches(session, connection_id, entity, column, key=key) if key else []


def _matches(session: Session, connection_id: int, entity: str, *columns: str, key: str) -> Sequence[MirrorEntry]:
    about = {"connection": connection_id, "list": entity, "key": key}
    return session.scalars(_bearing(*columns), about).all()


@cache
def _bearing(*columns: str) -> Select[MirrorEntry]:
    """The entries that bear a key in one of these columns."""
    borne = or_(*(getattr(MirrorEntry, column) == bindparam("key") for column in columns))
    return _of_list().where(borne).order_by(MirrorEntry.active.desc(), MirrorEntry.id)


@cache
def _by_id() -> Select[MirrorEntry]:
    return _of_list().where(MirrorEntry.qbo_id == bindparam("qbo"))


@cache
def _in_lists() -> Select[MirrorEntry]:
    these = MirrorEntry.type.in_(bindparam("lists", expanding=True))
    mine = MirrorEntry.connection_id == bindparam("connection")
    return select(MirrorEntry).where(mine, these).order_by(MirrorEntry.id)


def _of_list() -> Select[MirrorEntry]:
    return select(MirrorEntry).where(
        MirrorEntry.connection_id == bindparam("connection"), MirrorEntry.type == bindparam("list")
    )


@cache
def _feeds() -> Select[MirrorFeed]:
    return select(MirrorFeed).where(MirrorFeed.connection_id == bindparam("connection"))
