"""``qbo-connector bench``: the measurements of a checkout."""

import subprocess
import sys

import click

from qbo_connector import paths
from qbo_connector.cli.exit_code import ExitCode


@click.command()
@click.pass_context
def bench(context: click.Context) -> None:
    """Measure what docs/performance.md claims, on this machine, and print the table."""
    checkout = paths.PACKAGE.parent
    if not (checkout / "benchmarks" / "__main__.py").is_file():
        raise click.UsageError("The benchmarks belong to a checkout; an installed package does not carry them.")
    ended = subprocess.run([sys.executable, "-m", "benchmarks"], cwd=checkout, check=False)
    context.exit(ExitCode.GOOD if ended.returncode == 0 else ExitCode.CHECK_FAILED)
