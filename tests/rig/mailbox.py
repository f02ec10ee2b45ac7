"""An address to which QuickBooks posts its webhooks; a test delivers them to us, late, twice or never."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Letter = tuple[bytes, dict[str, str]]


class Mailbox:
    """What came in and was not taken out yet: body and headers."""

    def __init__(self) -> None:
        self._letters: list[Letter] = []
        self._lock = threading.Lock()
        self.url = ""

    def put(self, letter: Letter) -> None:
        with self._lock:
            self._letters.append(letter)

    def empty(self) -> list[Letter]:
        """Take out everything."""
        with self._lock:
            letters, self._letters = self._letters, []
        return letters


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A mailbox that is there as long as the block."""
    box = Mailbox()

    class Slot(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            box.put((self.rfile.read(int(self.headers["Content-Length"])), dict(self.headers)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_told: Any) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Slot) as server:
        box.url = f"http://127.0.0.1:{server.server_address[1]}/"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield box
        server.shutdown()
        thread.join()
