"""Opening the database by its address."""

from pathlib import Path

from sqlalchemy import Engine, make_url

from qbo_connector.store import engine as engines
from qbo_connector.store.database import Database
from qbo_connector.store.types import entrust
from qbo_connector.store.vault import Vault


def open_database(url: str, vault: Vault) -> Database:
    """The database at an address, for workers, commands and tests.

    Args:
        url: ``sqlite:///path`` or ``postgresql://…``. The folder of a SQLite file is made if it is missing.
        vault: for the encrypted columns.
    """
    make_folder(url)
    return opened(engines.create(url), vault)


def opened(engine: Engine, vault: Vault) -> Database:
    """The database behind an engine that is configured already."""
    entrust(engine.dialect, vault)
    return Database(engine)


def make_folder(url: str) -> None:
    """Make the folder of a SQLite file."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database not in {None, "", ":memory:"}:
        Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
