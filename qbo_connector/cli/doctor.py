"""``qbo-connector doctor``."""

import click

from qbo_connector import config
from qbo_connector.cli.exit_code import ExitCode
from qbo_connector.sync.doctor import examine
from qbo_connector.sync.doctor.check import State

SHOWN = {State.GOOD: "good", State.WARNING: "warning", State.BAD: "BAD"}


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Say what is wrong with this installation, in sentences; ends with 1 if anything is."""
    checks = list(examine(config.load()))
    for check in checks:
        click.echo(f"{SHOWN[check.state]:8} {check.subject:10} {check.sentence}")
        if check.remedy:
            click.echo(f"{'':20}{check.remedy}")
    if any(check.state is State.BAD for check in checks):
        context.exit(ExitCode.CHECK_FAILED)
