"""``qbo-connector demo``: the whole product on this machine, with nothing to set up and nothing left behind."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from qbo_connector.cli.demo.raising import raise_curtain
from qbo_connector.cli.demo.running import FILE_NAME, RunningDemo
from qbo_connector.cli.demo.servers import ValkeyServer
from qbo_connector.cli.demo.stage import demo_folder, set_stage
from qbo_connector.cli.demo.story import play
from qbo_connector.cli.demo.supervisor import ChildDied, Supervisor
from qbo_connector.cli.exit_code import ExitCode
from qbo_connector.sources.registry import PluginEntry, Registry

PORT = 8000


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"port of the pages ({PORT}); 0 takes free ports for everything",
)
@click.option("--check", is_flag=True, help="run the demo's story without a person, and end")
@click.option("--source", "keys", multiple=True, metavar="KEY", help="only these source systems")
@click.pass_context
def demo(context: click.Context, *, port: int | None, check: bool, keys: tuple[str, ...]) -> None:
    """Run everything on this machine: a practice company, source systems, the product."""
    chosen = (0 if check else PORT) if port is None else port
    entries = _choose(Registry.load(_addons()).entries, keys)
    with demo_folder(temporary=check) as folder:
        context.exit(_perform(folder, entries, port=chosen, check=check))


def _perform(folder: Path, entries: Sequence[PluginEntry], *, port: int, check: bool) -> ExitCode:
    stage = set_stage(
        folder,
        {entry.key: entry.manifest.sandbox_port for entry in entries},
        port=port,
        limits="x5" if check else "on",
    )
    valkey = ValkeyServer(folder / "valkey")
    try:
        with Supervisor(folder) as supervisor:
            running = raise_curtain(supervisor, valkey, stage, entries)
            if check:
                return ExitCode.GOOD if play(running) else ExitCode.CHECK_FAILED
            _announce(running, folder)
            supervisor.watch()
    except (ChildDied, TimeoutError) as err:
        click.echo(str(err), err=True)
        return ExitCode.CHECK_FAILED
    except KeyboardInterrupt:
        click.echo("Stopped before everything was up.", err=True)
    finally:
        valkey.stop()
    return ExitCode.GOOD


def _choose(entries: Sequence[PluginEntry], keys: Sequence[str]) -> list[PluginEntry]:
    with_sandbox = {entry.key: entry for entry in entries if entry.has_sandbox}
    if unknown := [key for key in keys if key not in with_sandbox]:
        raise click.UsageError(f"No source {unknown[0]} to demonstrate. There are: {', '.join(with_sandbox)}.")
    return [with_sandbox[key] for key in keys or with_sandbox]


def _announce(running: RunningDemo, folder: Path) -> None:
    click.echo(f"Product      {running.web}")
    click.echo(f"QuickBooks   {running.simulator}   (simulated)")
    for key, url in running.sources.items():
        click.echo(f"{key:12} {url}")
    click.echo(f"Sign in with {running.sign_in.email} and {running.sign_in.password}")
    click.echo(
        f"Addresses and keys for scripts: {folder / FILE_NAME}. Logs are beside it. Ctrl-C ends everything."
    )


def _addons() -> list[Path]:
    return [Path(folder) for folder in os.environ.get("QBO_ADDONS_PATH", "").split(os.pathsep) if folder]
