"""``qbo-connector settings``."""

import os

import click

from qbo_connector import config
from qbo_connector.cli.table import table


@click.command()
def settings() -> None:
    """Show every setting with its present value; secrets are masked."""
    rows = config.table(config.load())
    click.echo(table(("setting", "value", "meaning"), [(row.name, row.value, row.meaning) for row in rows]))
    for name in config.unknown_variables(os.environ):
        click.echo(f"{name} is set, but there is no such setting.", err=True)
