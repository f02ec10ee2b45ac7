"""The index of every document number in a QuickBooks company, voided documents included."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, bindparam, delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.canonical.keys import number_key
from qbo_connector.store.dialects import insert_into, rows_changed
from qbo_connector.store.row import Row

ROWS_AT_ONCE = 200


class DocumentNumber(Row):
    """The number of one document in QuickBooks; those without one are known too, so that they can be counted."""

    __tablename__ = "numbers"
    __table_args__ = (Index("ix_numbers_key", "connection_id", "number_key"),)

    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"), primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(primary_key=True)
    qbo_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]
    number_key: Mapped[str]
    party_qbo_id: Mapped[str] = mapped_column(default="")
    party_name: Mapped[str] = mapped_column(default="")
    total: Mapped[Decimal | None] = mapped_column(default=None)
    voided: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime | None] = mapped_column(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A document as it was read."""

    qbo_id: str
    number: str
    party_qbo_id: str = ""
    party_name: str = ""
    total: Decimal | None = None
    voided: bool = False
    updated_at: datetime | None = None


def upsert(session: Session, connection_id: int, entity: str, documents: Sequence[Numbered]) -> None:
    """Take over what was read; what is older than what we have is passed over.

    ``entity`` is QuickBooks' name of the documents' type, such as "Invoice".
    """
    latest = {one.qbo_id: one for one in documents}
    # Everybody locks in the same order, so nobody waits in a circle.
    rows = [{"connection_id": connection_id, "type": entity, **_columns(latest[key])} for key in sorted(latest)]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        _upsert_rows(session, rows[start : start + ROWS_AT_ONCE])


def find_by_number(
    session: Session, connection_id: int, number: str, *, entity: str | None = None
) -> Sequence[DocumentNumber]:
    """Documents that bear this number in whatever case, of one type or of all; no number is nobody's."""
    if not number_key(number):
        return []
    about = {"connection": connection_id, "key": number_key(number)} | ({"only": entity} if entity else {})
    return session.scalars(_by_number(of_one_type=entity is not None), about).all()


@cache
def _by_number(*, of_one_type: bool) -> Select[DocumentNumber]:
    query = select(DocumentNumber).where(
        DocumentNumber.connection_id == bindparam("connection"), DocumentNumber.number_key == bindparam("key")
    )
    wanted = query.where(DocumentNumber.type == bindparam("only")) if of_one_type else query
    return wanted.order_by(DocumentNumber.type, DocumentNumber.qbo_id)


def find(session: Session, connection_id: int, entity: str, qbo_id: str) -> DocumentNumber | None:
    """One document, by its id."""
    return session.get(DocumentNumber, (connection_id, entity, qbo_id))


def forget(session: Session, connection_id: int, entity: str, qbo_id: str) -> bool:
    """Drop a deleted document, whose number is free again; False if it was not known."""
    statement = delete(DocumentNumber).where(
        DocumentNumber.connection_id == connection_id,
        DocumentNumber.type == entity,
        DocumentNumber.qbo_id == qbo_id,
    )
    return rows_changed(session, statement) == 1


def list_unseen(
    session: Session, connection_id: int, entity: str, *, seen: Collection[str], until: datetime
) -> Sequence[str]:
    """After all documents of a type were read: ids of those that were not among them.

    ``until`` is QuickBooks' clock when the reading began; what changed later need not have been read.
    """
    query = select(DocumentNumber.qbo_id).where(*_changed_until(connection_id, entity, until))
    return [qbo_id for qbo_id in session.scalars(query) if qbo_id not in seen]


def count_until(session: Session, connection_id: int, entity: str, at: datetime) -> int:
    """How many documents are known that QuickBooks changed no later than then."""
    query = select(func.count()).select_from(DocumentNumber)
    return session.scalars(query.where(*_changed_until(connection_id, entity, at))).one()


def _changed_until(connection_id: int, entity: str, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        DocumentNumber.connection_id == connection_id,
        DocumentNumber.type == entity,
        DocumentNumber.updated_at <= at,
    )


def _columns(one: Numbered) -> dict[str, Any]:
    return {
        "qbo_id": one.qbo_id,
        "number": one.number,
        "number_key": number_key(one.number),
        "party_qbo_id": one.party_qbo_id,
        "party_name": one.party_name,
        "total": one.total,
        "voided": one.voided,
        "updated_at": one.updated_at,
    }


def _upsert_rows(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    statement = insert_into(session, DocumentNumber).values(rows)
    key = ("connection_id", "type", "qbo_id")
    not_older = or_(
        DocumentNumber.updated_at.is_(None),
        statement.excluded.updated_at.is_(None),
        statement.excluded.updated_at >= DocumentNumber.updated_at,
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=list(key),
            set_={name: statement.excluded[name] for name in rows[0] if name not in key},
            where=not_older,
        )
    )
