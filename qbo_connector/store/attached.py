"""The database within a Flask application, through Flask-SQLAlchemy; only whoever serves pages loads it."""

from typing import TYPE_CHECKING

from flask_sqlalchemy import SQLAlchemy

from qbo_connector.store import engine as engines
from qbo_connector.store import tables
from qbo_connector.store.database import Database
from qbo_connector.store.opening import make_folder, opened
from qbo_connector.store.vault import Vault

if TYPE_CHECKING:
    from flask import Flask

# Rows derive from our own typed base; Flask-SQLAlchemy shares its metadata and gives the application its engine.
db = SQLAlchemy(metadata=tables.METADATA)


def attach(app: "Flask", url: str, vault: Vault) -> Database:
    """The database of a Flask application; ``db`` works within it from then on."""
    make_folder(url)
    app.config["SQLALCHEMY_DATABASE_URI"] = engines.address(url)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engines.options(url)
    db.init_app(app)
    with app.app_context():
        engines.configure(db.engine)
        return opened(db.engine, vault)
