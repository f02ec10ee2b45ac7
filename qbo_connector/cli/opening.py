"""How a command reaches the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from qbo_connector.assembly import vault_of
from qbo_connector.config import Settings
from qbo_connector.errors import ConfigurationError
from qbo_connector.store import Database, migrate, open_database


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database, at the newest schema; closed at the end of the block.

    Raises:
        ConfigurationError: if its schema is another one.
    """
    database = open_database(settings.database_url, vault_of(settings))
    try:
        if not migrate.is_current(database.engine):
            raise ConfigurationError("The database is not at the newest schema. Run: qbo-connector db upgrade")
        yield database
    finally:
        database.close()
