"""Opening the database: by address anywhere, or through Flask-SQLAlchemy within an application."""

from pathlib import Path
from typing import TYPE_CHECKING

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, make_url

from qbo_connector.store import engine as engines
from qbo_connector.store import tables
from qbo_connector.store.database import Database
from qbo_connector.store.types import entrust
from qbo_connector.store.vault import Vault

if TYPE_CHECKING:
    from flask import Flask

# Rows derive from our own typed base; Flask-SQLAlchemy shares its metadata and gives the application its engine.
db = SQLAlchemy(metadata=tables.METADATA)


def open_database(url: str, vault: Vault) -> Database:
    """The database at an address, for workers, commands and tests.

    Args:
        url: ``sqlite:///path`` or ``postgresql://…``. The folder of a SQLite file is made if it is missing.
        vault: for the encrypted columns.
    """
    make_folder(url)
    return _opened(engines.create(url), vault)


def attach(app: "Flask", url: str, vault: Vault) -> Database:
    """The database of a Flask application; ``db`` works within it from then on."""
    make_folder(url)
    app.config["SQLALCHEMY_DATABASE_URI"] = engines.address(url)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engines.options(url)
    db.init_app(app)
    with app.app_context():
        engines.configure(db.engine)
        return _opened(db.engine, vault)


def _opened(engine: Engine, vault: Vault) -> Database:
    entrust(engine.dialect, vault)
    return Database(engine)


def make_folder(url: str) -> None:
    """Make the folder of a SQLite file."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database not in {None, "", ":memory:"}:
        Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
