"""The group of all commands."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from typing import Any

import click

from qbo_connector.cli.exit_code import ExitCode
from qbo_connector.errors import ConfigurationError

COMMANDS = {
    "bench": "qbo_connector.cli.bench:bench",
    "db": "qbo_connector.cli.db:db",
    "demo": "qbo_connector.cli.demo.command:demo",
    "doctor": "qbo_connector.cli.doctor:doctor",
    "keys": "qbo_connector.cli.keys:keys",
    "openapi": "qbo_connector.cli.openapi:openapi",
    "plugins": "qbo_connector.cli.plugins:plugins",
    "scheduler": "qbo_connector.cli.processes:scheduler",
    "settings": "qbo_connector.cli.settings:settings",
    "simulator": "qbo_connector.cli.simulator:simulator",
    "user": "qbo_connector.cli.user:user",
    "web": "qbo_connector.cli.web:web",
    "worker": "qbo_connector.cli.processes:worker",
}


@contextmanager
def undisturbed() -> Iterator[None]:
    """Leave the collector of garbage out while modules load.

    All of it stays, and to go through it again and again takes a third of the time. What was loaded is set aside
    for good, so that processes that are forked off share its memory.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class LazyGroup(click.Group):
    """Knows its commands by name, loads them when called, and says configuration errors in sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, sorted."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, loaded now."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        with undisturbed():
            command: click.Command = getattr(import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a configuration error is no bug and gets no traceback."""
        try:
            return super().invoke(ctx)
        except ConfigurationError as err:
            click.echo(f"Configuration: {err}", err=True)
            ctx.exit(ExitCode.CONFIGURATION)


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("qbo-connector"), prog_name="qbo-connector")
def main() -> None:
    """Keeps the invoices of any business system in step with QuickBooks Online.

    Settings come from the environment; `qbo-connector settings` shows them.
    Exit codes: 0 good, 1 a check failed, 2 usage, 3 configuration.
    """
