"""The listening socket and its threads."""

import contextlib
import socket
import sys
import threading
from http.server import ThreadingHTTPServer
from typing import Any

from qbo_connector.simulator.http.connection import Answer, Connection


class LocalServer(ThreadingHTTPServer):
    """Serves 127.0.0.1 with one thread per connection, and can let go of all of them at once."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, *, port: int, answer: Answer) -> None:
        """Bind at once, so that the address is known before the first request.

        Raises:
            OSError: the port is taken.
        """
        super().__init__(("127.0.0.1", port), Connection)
        self.answer = answer
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), name="simulator", daemon=True)

    @property
    def base_url(self) -> str:
        """Where this server answers, without a trailing slash."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        """Begin to serve in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and cut every open connection, hanging ones too."""
        self.shutdown()
        self.server_close()
        self._thread.join()
        with self._guard:
            for connection in list(self._open):
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Note the connection, then serve it in a thread of its own."""
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection and close it."""
        with self._guard:
            self._open.discard(request)
        with contextlib.suppress(OSError):  # a reset connection is already closed
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what went wrong, except for broken connections: clients that die are part of the game."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)
