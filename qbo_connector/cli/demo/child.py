"""One child process: tied to us, its output in a file, ended politely and then firmly."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

TETHER = Path(__file__).with_name("tether.py")
TAIL_BYTES = 8_192


class Child:
    """A running command. It leads a process group of its own, so that its own children end with it."""

    def __init__(self, *, name: str, log: Path, process: "subprocess.Popen[bytes]") -> None:
        self.name = name
        self.log = log
        self.process = process
        self._is_buried = False

    @classmethod
    def start(
        cls,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        environ: Mapping[str, str] | None = None,
        user: int | None = None,
    ) -> Self:
        """Start the command with its output appended to ``log``.

        Args:
            name: what people call it.
            command: program and arguments.
            log: file for its output.
            environ: its environment; ours unless given.
            user: numeric id of the user it shall run as; only root may ask for that.
        """
        launcher = [sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), "-" if user is None else str(user)]
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - the command is our own, and no shell reads it
                [*launcher, *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(os.environ if environ is None else environ),
                start_new_session=True,
            )
        return cls(name=name, log=log, process=process)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def stop(self, *, grace_s: float = 5, signal_number: int = signal.SIGTERM) -> None:
        """End it and whatever it started: a request first, after ``grace_s`` seconds by force.

        Once is enough, and only once is safe: later its number may belong to somebody else.
        """
        if self._is_buried:
            return
        self._is_buried = True
        if self.is_alive:
            self.process.send_signal(signal_number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(grace_s)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()

    def tail(self) -> str:
        """The last lines it wrote."""
        with self.log.open("rb") as file:
            file.seek(max(0, self.log.stat().st_size - TAIL_BYTES))
            return file.read().decode(errors="replace").strip()
