"""A second real implementation of the token store: one SQLite file, shared by processes."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from qbo_connector.errors import QboAuthorizationExpired
from qbo_connector.qbo.tokens import StoredTokens, TokenSet

TABLE = """
CREATE TABLE IF NOT EXISTS grants (
  connection_id TEXT PRIMARY KEY, version INTEGER, access_token TEXT, refresh_token TEXT, expires_in INTEGER,
  refresh_expires_in INTEGER, hard_expires_in INTEGER, granted_at TEXT, holder TEXT, held_until REAL
)
"""


class SqliteTokenStore:
    """Every method is one short transaction; nothing is held while Intuit is asked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._writing() as db:
            db.execute(TABLE)

    def put(self, connection_id: str, tokens: TokenSet) -> None:
        with self._writing() as db:
            db.execute("DELETE FROM grants WHERE connection_id = ?", (connection_id,))
            values = (connection_id, 1, *_values(tokens), None, 0.0)
            db.execute("INSERT INTO grants VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def load(self, connection_id: str) -> StoredTokens:
        with self._writing() as db:
            row = db.execute("SELECT * FROM grants WHERE connection_id = ?", (connection_id,)).fetchone()
        if row is None:
            raise QboAuthorizationExpired("no tokens")
        tokens = TokenSet(
            access_token=row[2],
            refresh_token=row[3],
            expires_in=row[4],
            refresh_expires_in=row[5],
            hard_expires_in=row[6],
            granted_at=datetime.fromisoformat(row[7]),
        )
        return StoredTokens(version=row[1], tokens=tokens)

    def save(self, connection_id: str, expected_version: int, tokens: TokenSet) -> bool:
        with self._writing() as db:
            done = db.execute(
                "UPDATE grants SET version = version + 1, access_token = ?, refresh_token = ?, expires_in = ?, "
                "refresh_expires_in = ?, hard_expires_in = ?, granted_at = ? "
                "WHERE connection_id = ? AND version = ?",
                (*_values(tokens), connection_id, expected_version),
            )
            return done.rowcount == 1

    def acquire_refresh(self, connection_id: str, holder: str, seconds: float) -> bool:
        now = time.time()
        with self._writing() as db:
            done = db.execute(
                "UPDATE grants SET holder = ?, held_until = ? WHERE connection_id = ? "
                "AND (holder IS NULL OR held_until < ?)",
                (holder, now + seconds, connection_id, now),
            )
            return done.rowcount == 1

    def release_refresh(self, connection_id: str, holder: str) -> None:
        with self._writing() as db:
            db.execute(
                "UPDATE grants SET holder = NULL WHERE connection_id = ? AND holder = ?", (connection_id, holder)
            )

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self._path, timeout=20, isolation_level=None)
        try:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")
        finally:
            db.close()


def _values(tokens: TokenSet) -> tuple[object, ...]:
    return (
        tokens.access_token,
        tokens.refresh_token,
        tokens.expires_in,
        tokens.refresh_expires_in,
        tokens.hard_expires_in,
        tokens.granted_at.isoformat(),
    )
