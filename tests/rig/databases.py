"""Migrated databases by the dozen: migrations run once per test process, every test gets a copy."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qbo_connector import config
from qbo_connector.store import migrate
from tests.rig.postgres import PostgresServer


class SqliteTemplate:
    """A migrated SQLite file to copy."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "template.sqlite3"
        upgrade(f"sqlite:///{self._file}", folder)

    def copy(self, folder: Path) -> str:
        """The address of a fresh copy in ``folder``."""
        target = folder / "test.sqlite3"
        shutil.copy(self._file, target)
        return f"sqlite:///{target}"


class PostgresTemplate:
    """A migrated PostgreSQL database to clone."""

    def __init__(self, server: PostgresServer, folder: Path) -> None:
        self._server = server
        self._name = server.create()
        upgrade(server.url(self._name), folder)

    @contextmanager
    def copy(self) -> Iterator[str]:
        """The address of a fresh clone; it goes away with the block."""
        with self._server.database(template=self._name) as url:
            yield url


def upgrade(url: str, folder: Path) -> None:
    """Bring the database at ``url`` to the newest schema, as ``qbo-connector db upgrade`` does."""
    migrate.upgrade(config.load(data_dir=folder, database_url=url))
