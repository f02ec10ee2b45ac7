"""``qbo-connector web``, ``worker`` and ``scheduler``: the processes of an installation."""

import signal
from types import FrameType
from typing import NoReturn

import click
from waitress.server import create_server

from qbo_connector import config
from qbo_connector.app import build_services, create_app
from qbo_connector.cli.lanes import Lanes
from qbo_connector.cli.logging_setup import start_logging
from qbo_connector.config import Settings
from qbo_connector.errors import ConfigurationError
from qbo_connector.jobs import scheduler as scheduling
from qbo_connector.jobs import worker as working
from qbo_connector.store.states import Lane

PROXY_HEADERS = {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"}


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen at")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="port to listen at; 0 takes any free one",
)
@click.option(
    "--threads", default=16, show_default=True, help="requests served at a time; a waiting widget takes one"
)
def web(*, host: str, port: int, threads: int) -> None:
    """Serve the pages, the API, the widget and the hooks."""
    settings = config.load()
    start_logging(settings)
    try:
        server = create_server(
            create_app(settings), host=host, port=port, threads=threads, ident=None, **_behind_proxies(settings)
        )
    except OSError as err:
        raise ConfigurationError(f"Nothing can listen at {host}:{port} ({err.strerror}).") from err
    signal.signal(signal.SIGTERM, _leave)
    click.echo(f"Web: http://{host}:{server.effective_port}")
    server.run()


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


def _behind_proxies(settings: Settings) -> dict[str, object]:
    """Believe the forwarded address and scheme of that many proxies; of none, the headers are removed."""
    if settings.trusted_proxies == 0:
        return {}
    return {
        "trusted_proxy": "*",
        "trusted_proxy_count": settings.trusted_proxies,
        "trusted_proxy_headers": PROXY_HEADERS,
    }


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    """Let SIGTERM end the server in order, as Ctrl-C does."""
    raise SystemExit(0)
