"""``qbo-connector plugins``."""

import click

from qbo_connector import config
from qbo_connector.cli.exit_code import ExitCode
from qbo_connector.cli.table import table
from qbo_connector.sources.registry import Registry


@click.group()
def plugins() -> None:
    """Look at the source plugins, write one, check it."""


@plugins.command("list")
@click.pass_context
def list_plugins(context: click.Context) -> None:
    """Show every plugin found; ends with 1 if one cannot be used."""
    registry = Registry.load(config.load().addons_path)
    registry.load_all()
    rows = [
        (entry.key, entry.manifest.name, entry.manifest.version, entry.origin, entry.manifest.summary)
        for entry in registry.entries
    ]
    click.echo(table(("key", "name", "version", "origin", "summary"), rows))
    for problem in registry.problems:
        click.echo(problem.sentence, err=True)
    if registry.problems:
        context.exit(ExitCode.CHECK_FAILED)
