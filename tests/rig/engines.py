"""One engine of each kind for all tests of a process, which opens the database of the present test.

An engine remembers the statements that it compiled; anew for every test, that is an eighth of what a test costs.
"""

import sqlite3
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import Engine, QueuePool, create_engine, make_url

from qbo_connector.store import Database, Vault, engine
from qbo_connector.store.types import entrust

SQLITE = "sqlite"
_present: dict[str, str] = {}


def opened(url: str, vault: Vault) -> Database:
    """The database at this address; whichever was opened before is closed."""
    kind = make_url(url).get_backend_name()
    shared = _engine(kind)
    shared.dispose()
    _present[kind] = url
    entrust(shared.dialect, vault)
    return Database(shared)


@cache
def _engine(kind: str) -> Engine:
    plain = "sqlite://" if kind == SQLITE else f"{engine.POSTGRESQL}://"
    made = create_engine(plain, creator=lambda: _connect(kind), poolclass=QueuePool, **engine.options(plain))
    engine.configure(made)
    return made


def _connect(kind: str) -> Any:
    url = _present[kind]
    if kind == SQLITE:
        return sqlite3.connect(make_url(url).database or "", check_same_thread=False)
    return psycopg.connect(url)
