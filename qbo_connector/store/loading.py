"""Loading what must exist, and never across organizations."""

from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from qbo_connector.store.failures import NotThere
from qbo_connector.store.row import Row

Found = TypeVar("Found", bound=Row)


def load(session: Session, table: type[Found], key: Any) -> Found:
    """The row with this primary key.

    Raises:
        NotThere: if there is none.
    """
    row = session.get(table, key)
    if row is None:
        raise NotThere(f"{table.__name__} {key} does not exist")
    return row


def load_within(session: Session, table: type[Found], organization_id: int, key: int | str) -> Found:
    """The row with this id, if it is the organization's.

    Raises:
        NotThere: if there is none there.
    """
    columns: Any = table
    owner: InstrumentedAttribute[int] = columns.organization_id
    row = session.scalar(select(table).where(columns.id == key, owner == organization_id))
    if row is None:
        raise NotThere(f"{table.__name__} {key} does not exist in organization {organization_id}")
    return row


def save(session: Session, row: Found) -> Found:
    """Insert the row, so that its id is known."""
    session.add(row)
    session.flush()
    return row
