"""The one door to the database: a reading or a writing transaction, never one inside another."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from qbo_connector.store.engine import ACCESS, READING, WRITING
from qbo_connector.store.failures import TransactionOpen

Result = TypeVar("Result")

WRITE_ATTEMPTS = 6
PAUSE_S = 0.02
# PostgreSQL: serialization_failure, deadlock_detected, lock_not_available.
TRANSIENT_STATES = frozenset({"40001", "40P01", "55P03"})
# SQLite: SQLITE_BUSY and SQLITE_LOCKED, in the low byte of the extended code.
TRANSIENT_CODES = frozenset({5, 6})


class Database:
    """Opens transactions on one engine. Rows that were read stay usable after their transaction has ended."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._readers = engine.execution_options(**{ACCESS: READING}, **_snapshot(engine))
        self._writers = engine.execution_options(**{ACCESS: WRITING})
        self._thread = threading.local()

    @property
    def in_transaction(self) -> bool:
        """Whether this thread has a transaction open: then no HTTP may be spoken."""
        return bool(getattr(self._thread, "open", False))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A snapshot in which nothing can be written.

        Raises:
            TransactionOpen: if this thread has a transaction open already.
        """
        with self._alone(), Session(self._readers, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that commits at the end and rolls back on an exception. Open it late, keep it short.

        Raises:
            TransactionOpen: if this thread has a transaction open already.
        """
        with self._alone(), Session(self._writers, expire_on_commit=False) as session, session.begin():
            yield session

    def write(self, work: Callable[[Session], Result]) -> Result:
        """Do the work in a writing transaction; again, a few times, if the database only lost a race.

        ``work`` may run more than once, so it touches nothing but its session.
        """
        for attempt in range(1, WRITE_ATTEMPTS):
            try:
                return self._write_once(work)
            except DBAPIError as err:
                if not is_transient(err):
                    raise
            time.sleep(PAUSE_S * attempt * (1 + random.random()))  # noqa: S311 -- jitter, not a secret
        return self._write_once(work)

    def close(self) -> None:
        """Close the pooled connections."""
        self.engine.dispose()

    def _write_once(self, work: Callable[[Session], Result]) -> Result:
        with self.writing() as session:
            return work(session)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self.in_transaction:
            raise TransactionOpen("this thread has a transaction open already")
        self._thread.open = True
        try:
            yield
        finally:
            self._thread.open = False


def is_transient(err: DBAPIError) -> bool:
    """Whether the same transaction may well succeed when it is tried again."""
    code = getattr(err.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in TRANSIENT_CODES
    return getattr(err.orig, "sqlstate", None) in TRANSIENT_STATES


def is_passing(err: Exception) -> bool:
    """Whether the database only lost a race or its connection: nothing is wrong with what was to be written."""
    return isinstance(err, DBAPIError) and (err.connection_invalidated or is_transient(err))


def _snapshot(engine: Engine) -> dict[str, Any]:
    """SQLite reads from a snapshot by itself."""
    if engine.dialect.name != "postgresql":
        return {}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
