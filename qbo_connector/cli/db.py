"""``qbo-connector db``."""

import click

from qbo_connector import config
from qbo_connector.store import migrate


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the database to the newest schema. Safe to run at every start."""
    migrate.upgrade(config.load())
    click.echo("The database is up to date.")
