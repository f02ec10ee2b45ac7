"""The index of every document number in a QuickBooks company, voided documents included."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store.dialects import insert_into, rows_changed
from qbo_connector.store.keys import number_key
from qbo_connector.store.row import Row

ROWS_AT_ONCE = 200


class DocumentNumber(Row):
    """The number of one document in QuickBooks."""

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
    """Take over the numbers of documents; ``entity`` is QuickBooks' name of their type, such as "Invoice"."""
    latest = {one.qbo_id: one for one in documents}
    # Everybody locks in the same order, so nobody waits in a circle.
    rows = [{"connection_id": connection_id, "type": entity, **_columns(latest[key])} for key in sorted(latest)]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        _upsert_rows(session, rows[start : start + ROWS_AT_ONCE])


def find_by_number(
    session: Session, connection_id: int, number: str, *, entity: str | None = None
) -> Sequence[DocumentNumber]:
    """Documents that bear this number in whatever case, of one type or of all."""
    query = select(DocumentNumber).where(
        DocumentNumber.connection_id == connection_id, DocumentNumber.number_key == number_key(number)
    )
    if entity is not None:
        query = query.where(DocumentNumber.type == entity)
    return session.scalars(query.order_by(DocumentNumber.type, DocumentNumber.qbo_id)).all()


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
    session.execute(
        statement.on_conflict_do_update(
            index_elements=list(key),
            set_={name: statement.excluded[name] for name in rows[0] if name not in key},
        )
    )
