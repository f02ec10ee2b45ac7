"""``qbo-connector worker`` and ``scheduler``: the processes that work behind the pages."""

import click

from qbo_connector import config
from qbo_connector.assembly import build_services
from qbo_connector.cli.lanes import Lanes
from qbo_connector.cli.logging_setup import start_logging
from qbo_connector.jobs import scheduler as scheduling
from qbo_connector.jobs import worker as working
from qbo_connector.store.states import Lane


@click.command()
@click.option(
    "--lanes", type=Lanes(), default=tuple(Lane), help="which work to do, joined by commas; all by default"
)
@click.option("--processes", default=1, show_default=True, type=click.IntRange(min=1), help="how many at a time")
def worker(*, lanes: tuple[Lane, ...], processes: int) -> None:
    """Do the work that people, hooks and schedules ask for."""
    settings = config.load()
    start_logging(settings)
    working.run(settings, lanes, processes, build=build_services)


@click.command()
def scheduler() -> None:
    """Start what is due, and ring again for work whose doorbell was lost. One is enough; two do no harm."""
    settings = config.load()
    start_logging(settings)
    scheduling.run(build_services(settings))
