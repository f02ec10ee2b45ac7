"""Starting and stopping a simulator."""

import signal
import sys
import threading
from types import FrameType, TracebackType
from typing import Self

from qbo_connector.simulator.http.messages import Request, Response
from qbo_connector.simulator.http.server import LocalServer
from qbo_connector.simulator.options import SimulatorOptions
from qbo_connector.simulator.routing import answer
from qbo_connector.simulator.statefile import StateKeeper, load_state
from qbo_connector.simulator.world import World


class Simulator:
    """A QuickBooks Online of one's own, on 127.0.0.1.

    Usable as a context manager; `start` returns the base URL under which everything hangs.
    """

    def __init__(self, options: SimulatorOptions | None = None) -> None:
        self.options = options or SimulatorOptions()
        self.world = World(self.options)
        self._server: LocalServer | None = None
        self._keeper: StateKeeper | None = None

    @property
    def base_url(self) -> str:
        """Where it answers, without a trailing slash.

        Raises:
            RuntimeError: it is not running.
        """
        if self._server is None:
            raise RuntimeError("the simulator is not running")
        return self._server.base_url

    def start(self) -> str:
        """Bind, plant the first company and serve in the background; returns the base URL.

        Raises:
            OSError: the port is taken.
            ValueError: an unknown region, seed or limits.
        """
        path = self.options.state_file
        if path is None or not load_state(self.world, path):
            self.world.reset(region=self.options.region, seed=self.options.seed)
        self._server = LocalServer(port=self.options.port, answer=self._answer)
        self.world.base_url = self._server.base_url
        self._server.start()
        if path is not None:
            self._keeper = StateKeeper(self.world, path)
            self._keeper.start()
        return self.base_url

    def stop(self) -> None:
        """Stop serving and cut every connection; a second call does nothing."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()
            if self._keeper is not None:
                self._keeper.stop()
        self.world.webhooks.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _answer(self, request: Request) -> Response:
        return answer(self.world, request)


def serve(options: SimulatorOptions) -> None:
    """Run a simulator until SIGINT or SIGTERM; for the command line.

    Raises:
        OSError: the port is taken.
    """
    ended = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    former = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with Simulator(options) as simulator:
            sys.stdout.write(f"QuickBooks simulator on {simulator.base_url}\n")
            sys.stdout.flush()
            ended.wait()
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
