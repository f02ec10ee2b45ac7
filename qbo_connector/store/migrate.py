"""Bringing a database to the newest schema, and asking whether it is there.

Alembic is imported where it is used: it takes a sixth of a process's start, and workers never need it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Connection, Engine, text

from qbo_connector import paths
from qbo_connector.store import engine as engines
from qbo_connector.store import tables
from qbo_connector.store.opening import make_folder

if TYPE_CHECKING:
    from alembic.config import Config

# ruff: noqa: PLC0415 - see above

# Any number will do, as long as nobody else takes this lock.
LOCK = 0x71626F


class Located(Protocol):
    """The settings, as far as migrations are concerned."""

    @property
    def database_url(self) -> str:
        """Where the database is."""


def upgrade(settings: Located) -> None:
    """Bring the database to the newest schema; does nothing to one that is there.

    Processes that start together wait for one another. All migrations succeed, or none is applied.
    """
    from alembic import command

    with _connected(settings.database_url) as connection:
        command.upgrade(_config(connection), "head")


def downgrade(settings: Located, revision: str) -> None:
    """Go back to a former schema; "base" empties the database."""
    from alembic import command

    with _connected(settings.database_url) as connection:
        command.downgrade(_config(connection), revision)


def newest() -> str:
    """The newest revision that this code knows."""
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory(str(paths.migrations())).get_current_head())


def present(engine: Engine) -> str | None:
    """The revision at which a database stands; None for an empty one."""
    from alembic.runtime.migration import MigrationContext

    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: Engine) -> bool:
    """Whether the database stands at the newest revision."""
    return present(engine) == newest()


def differences(engine: Engine) -> list[object]:
    """What the declared tables have that the database does not, or the other way round; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, tables.METADATA))


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    """One transaction for everything. SQLite can only rebuild tables while foreign keys are not enforced."""
    make_folder(url)
    engine = engines.create(url, foreign_keys=False)
    writers = engine.execution_options(**{engines.ACCESS: engines.WRITING})
    try:
        with writers.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            yield connection
    finally:
        engine.dispose()


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(paths.migrations()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
