"""Checks of the database: whether it answers, and whether its schema fits the program."""

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from qbo_connector.config import Settings
from qbo_connector.store import migrate
from qbo_connector.store.database import Database
from qbo_connector.store.opening import open_database
from qbo_connector.store.vault import Vault
from qbo_connector.sync.doctor.check import Check, bad, good
from qbo_connector.sync.doctor.life import check_life


def check_database(settings: Settings) -> Iterator[Check]:
    """The database, and what it tells about the processes."""
    database = open_database(
        settings.database_url, Vault([key.get_secret_value() for key in settings.encryption_keys])
    )
    try:
        yield from _look(database, settings)
    except SQLAlchemyError as err:
        yield bad(
            "database", f"The database does not answer ({_reason(err)}).", "Start it, or correct QBO_DATABASE_URL."
        )
    finally:
        database.close()


def _look(database: Database, settings: Settings) -> Iterator[Check]:
    present = migrate.present(database.engine)
    if present != migrate.newest():
        yield bad(
            "database",
            f"The database is at schema {present or 'none'}, and the program needs {migrate.newest()}.",
            "Run: qbo-connector db upgrade",
        )
        return
    yield good("database", f"The {database.engine.dialect.name} database is at the newest schema.")
    with database.reading() as session:
        yield from check_life(session, settings)


def _reason(err: SQLAlchemyError) -> str:
    """The driver's first line, which names no password."""
    lines = str(getattr(err, "orig", err)).strip().splitlines()
    return lines[0] if lines else type(err).__name__
