"""Starts the demo's processes, watches them, and ends every one of them, whatever happens."""

import signal
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from qbo_connector.cli.demo.child import Child
from qbo_connector.cli.demo.waiting import wait_for_answer

WATCH_S = 0.2
GRACE_S = 8.0


class ChildDied(Exception):
    """A process of the demo ended by itself. The message holds its last lines."""

    def __init__(self, child: Child) -> None:
        code = child.process.returncode
        super().__init__(
            f"{child.name} ended by itself with code {code}. Its last lines ({child.log}):\n{child.tail()}"
        )


class Supervisor:
    """A context: when it is left, no process it started is left either.

    None is ever restarted: a process that dies is a fault to look at, so it ends the whole.

    Args:
        folder: where each process's output goes, as ``NAME.log``.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._children: list[Child] = []
        self._asked_to_stop = threading.Event()

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pids(self) -> dict[str, int]:
        """The process ids by name."""
        return {child.name: child.pid for child in self._children}

    @property
    def is_stopping(self) -> bool:
        """Whether a signal asked for the end."""
        return self._asked_to_stop.is_set()

    def start(self, name: str, command: Sequence[str], *, environ: Mapping[str, str] | None = None) -> Child:
        """Start a process and watch it from now on."""
        child = Child.start(name, command, log=self._folder / f"{name}.log", environ=environ)
        self._children.append(child)
        return child

    def adopt(self, child: Child) -> None:
        """Watch, and end, a process that was started elsewhere."""
        self._children.append(child)

    def wait_for(self, url: str, *, within_s: float) -> None:
        """Wait until the address answers without an error.

        Raises:
            ChildDied: if a process died meanwhile.
            TimeoutError: if it takes longer.
        """
        wait_for_answer(url, within_s=within_s, meanwhile=self.check)

    def check(self) -> None:
        """Raise ChildDied for a process that ended by itself, KeyboardInterrupt if a signal asked for the end."""
        if self.is_stopping:
            raise KeyboardInterrupt
        for child in self._children:
            if not child.is_alive:
                raise ChildDied(child)

    def watch(self) -> None:
        """Return when a signal asks for the end.

        Raises:
            ChildDied: as soon as a process ends by itself.
        """
        while not self._asked_to_stop.wait(WATCH_S):
            self.check()

    def stop(self) -> None:
        """End all processes, the last started first."""
        while self._children:
            self._children.pop().stop(grace_s=GRACE_S)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_stop.set()
