"""``qbo-connector web``: the process that serves pages, API, widget and hooks."""

import signal
from types import FrameType
from typing import NoReturn

import click
from waitress.server import create_server

from qbo_connector import config
from qbo_connector.app import create_app
from qbo_connector.cli.logging_setup import start_logging
from qbo_connector.config import Settings
from qbo_connector.errors import ConfigurationError

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
