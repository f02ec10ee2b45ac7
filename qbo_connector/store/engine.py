"""Engines for SQLite files and PostgreSQL, set up so that transactions mean the same on both.

SQLite: WAL; one writer at a time takes its lock when it begins (``BEGIN IMMEDIATE``), readers are kept from
writing. Python's sqlite3 would begin transactions by itself, late and deferred, so that is switched off.
"""

import os
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError

ACCESS = "qbo_access"
READING = "reading"
WRITING = "writing"
BUSY_TIMEOUT_MS = 20_000
POSTGRESQL = "postgresql+psycopg"


def address(url: str) -> URL:
    """Where the database is; a plain ``postgresql://`` address gets the driver we ship."""
    parsed = make_url(url)
    return parsed.set(drivername=POSTGRESQL) if parsed.drivername in {"postgresql", "postgres"} else parsed


def options(url: str) -> dict[str, Any]:
    """What ``create_engine`` is told.

    Errors name no values, which may be a customer's. A server's connections are tried before use: servers restart.
    """
    return {"hide_parameters": True, "pool_pre_ping": address(url).get_backend_name() != "sqlite"}


def create(url: str, *, foreign_keys: bool = True) -> Engine:
    """A configured engine of our own."""
    engine = create_engine(address(url), **options(url))
    configure(engine, foreign_keys=foreign_keys)
    return engine


def configure(engine: Engine, *, foreign_keys: bool = True) -> None:
    """Set up an engine made elsewhere, such as Flask-SQLAlchemy's; before its first connection.

    Args:
        engine: of SQLite or PostgreSQL.
        foreign_keys: False lets SQLite rebuild tables in a migration; PostgreSQL does not need it.
    """
    event.listen(engine, "connect", _remember_process)
    event.listen(engine, "checkout", _refuse_inherited)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_pragmas(foreign_keys=foreign_keys))
        event.listen(engine, "begin", _sqlite_begin)


def _sqlite_pragmas(*, foreign_keys: bool) -> Any:
    def set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")

    return set_pragmas


def _sqlite_begin(connection: Connection) -> None:
    access = connection.get_execution_options().get(ACCESS)
    _allow_writing(connection, allowed=access != READING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if access == WRITING else "BEGIN")


def _allow_writing(connection: Connection, *, allowed: bool) -> None:
    """A connection stays as it was told last, so it is told only where that changes."""
    if connection.info.get(WRITING) is not allowed:
        raw: Any = connection.connection.dbapi_connection
        raw.execute(f"PRAGMA query_only = {'OFF' if allowed else 'ON'}")
        connection.info[WRITING] = allowed


def _remember_process(_connection: Any, record: Any) -> None:
    record.info["pid"] = os.getpid()


def _refuse_inherited(_connection: Any, record: Any, proxy: Any) -> None:
    """A forked worker must not use its parent's connection: both would talk over one socket or one lock."""
    if record.info["pid"] == os.getpid():
        return
    record.dbapi_connection = proxy.dbapi_connection = None
    raise DisconnectionError("the connection belongs to another process")
