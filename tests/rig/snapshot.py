"""Every row of every table, to see what a piece of work changed."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import text

from qbo_connector.store.database import Database
from qbo_connector.store.tables import METADATA

Row = tuple[Any, ...]
Snapshot = Mapping[str, Collection[Row]]


def take(database: Database, *, without: Collection[str] = ()) -> Snapshot:
    """Rows as the database holds them, encrypted values as they are."""
    names = [table.name for table in METADATA.sorted_tables if table.name not in without]
    with database.reading() as session:
        return {name: _rows(session, name) for name in names}


def changed(before: Snapshot, after: Snapshot) -> dict[str, list[tuple[Row, ...]]]:
    """By table, the rows that went and those that came."""
    return {
        name: [tuple(set(before[name]) - set(after[name])), tuple(set(after[name]) - set(before[name]))]
        for name in before
        if set(before[name]) != set(after[name])
    }


def _rows(session: Any, name: str) -> Collection[Row]:
    return frozenset(tuple(map(_plain, row)) for row in session.execute(text(f'SELECT * FROM "{name}"')))  # noqa: S608 - names of our own tables


def _plain(value: Any) -> Any:
    return repr(value) if isinstance(value, dict | list) else value
