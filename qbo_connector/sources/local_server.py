"""Serves a WSGI application on this machine from a background thread; for sandboxes."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]


class LocalServer:
    """Binds 127.0.0.1 and is addressed as `localhost`: another *site* than the web's 127.0.0.1."""

    def __init__(self, application: WsgiApplication, *, port: int = 0) -> None:
        self._application = application
        self._port = port
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """``http://localhost:8021``, once started."""
        if self._server is None:
            raise RuntimeError("the server has not been started")
        return f"http://localhost:{self._server.server_port}"

    def start(self) -> str:
        """Serve until `stop`; answer the base address.

        Raises:
            OSError: the port is taken.
        """
        self._server = make_server(
            "127.0.0.1", self._port, self._application, threaded=True, request_handler=_QuietHandler
        )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self.base_url

    def stop(self) -> None:
        """Stop serving and wait for the thread."""
        server, thread = self._server, self._thread
        self._server = self._thread = None
        if server is None or thread is None:
            return
        server.shutdown()
        thread.join()
        server.server_close()


class _QuietHandler(WSGIRequestHandler):
    """Leaves standard error alone."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the signature of werkzeug
        """Log nothing: a sandbox is watched through its pages."""
