"""The product's own processes, started as an installation starts them."""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from qbo_connector.assembly import vault_of
from qbo_connector.cli.demo.child import Child
from qbo_connector.config import Settings
from qbo_connector.config.settings import PREFIX
from qbo_connector.store import open_database
from qbo_connector.store.processes import Process

READY_S = 30.0


@contextmanager
def worker_of(settings: Settings, folder: Path, *options: str) -> Iterator[Child]:
    """A worker that listens; it ends with the block."""
    command = [sys.executable, "-m", "qbo_connector.cli", "worker", *options]
    child = Child.start("worker", command, log=folder / "worker.log", environ=environ_of(settings))
    try:
        _wait_until_listening(settings, child)
        yield child
    finally:
        child.stop()


def environ_of(settings: Settings) -> dict[str, str]:
    """Our environment with these settings in it."""
    told = {f"{PREFIX}{name.upper()}": _text(value) for name, value in settings}
    return {**os.environ, **{name: text for name, text in told.items() if text}}


def worker_pids(settings: Settings) -> Mapping[int, str]:
    """The workers that have entered themselves: process id and name."""
    database = open_database(settings.database_url, vault_of(settings))
    try:
        with database.reading() as session:
            return {row.pid: row.id for row in session.query(Process).filter(Process.kind == "worker")}
    finally:
        database.close()


def _wait_until_listening(settings: Settings, child: Child) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and child.is_alive:
        if worker_pids(settings):
            return
        time.sleep(0.05)
    raise AssertionError(f"the worker did not come up:\n{child.tail()}")


def _text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(_text(part) for part in value)
    return str(value)
