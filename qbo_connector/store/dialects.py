"""Statements whose spelling or result depends on the database: inserts of what may exist, rows changed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CursorResult, Executable, FromClause
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from qbo_connector.store.row import Row


def is_postgresql(session: Session) -> bool:
    """Whether the session speaks to PostgreSQL rather than SQLite."""
    return session.get_bind().dialect.name == "postgresql"


def insert_into(session: Session, table: type[Row]) -> postgresql.Insert | sqlite.Insert:
    """An insert with ``on_conflict_do_update`` and ``on_conflict_do_nothing``."""
    return insert_of(table, by_postgresql=is_postgresql(session))


def insert_of(table: type[Row] | FromClause, *, by_postgresql: bool) -> postgresql.Insert | sqlite.Insert:
    """The same for a statement that is put together once."""
    return postgresql.insert(table) if by_postgresql else sqlite.insert(table)  # type: ignore[arg-type]  # a mapped class's table is one


def rows_changed(session: Session, statement: Executable, parameters: Mapping[str, Any] | None = None) -> int:
    """Run an UPDATE or DELETE and say how many rows it touched."""
    options = {"synchronize_session": False}
    result: CursorResult[Any] = session.execute(statement, parameters, execution_options=options)  # type: ignore[assignment]  # an UPDATE or DELETE gives a cursor
    return result.rowcount
