"""One client connection: reads requests, writes answers, or lets the client hang."""

import contextlib
import socket
import struct
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from qbo_connector.simulator.http.messages import Delivery, Request, Response, json_response

HANG_S = 150.0  # longer than Intuit's own limit of 120 s
MAX_BODY = 110 * 1024 * 1024  # attachments may have 100 MB
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # linger on, for no time: close() then sends RST

Answer = Callable[[Request], Response]


class Connection(BaseHTTPRequestHandler):
    """Keep-alive HTTP/1.1 over one socket; `server.answer` does the thinking."""

    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = 65_536
    timeout = 300

    def do_GET(self) -> None:
        """Answer any method the same way; the routes tell them apart."""
        request = self._read()
        if request is None:
            return
        answer: Answer = self.server.answer  # type: ignore[attr-defined]  # set by LocalServer
        self._deliver(answer(request))

    def __getattr__(self, name: str) -> Any:
        """Every method goes the way of GET; the base class looks for `do_POST` and the like."""
        if name.startswith("do_"):
            return self.do_GET
        raise AttributeError(name)

    def _read(self) -> Request | None:
        body = self._read_body()
        if body is None:
            self.close_connection = True
            self._write(json_response({"error": "the body's length is missing or too great"}, status=413))
            return None
        parts = urlsplit(self.path)
        return Request(
            method=self.command,
            path=parts.path,
            query_string=parts.query,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )

    def _read_body(self) -> bytes | None:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._read_chunks()
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MAX_BODY:
            return None
        return self.rfile.read(int(length))

    def _read_chunks(self) -> bytes | None:
        body = bytearray()
        while True:
            try:
                size = int(self.rfile.readline(1024).split(b";")[0], 16)
            except ValueError:
                return None
            if size < 0 or len(body) + size > MAX_BODY:
                return None
            body += self.rfile.read(size)
            self.rfile.readline(1024)
            if size == 0:
                return bytes(body)

    def _deliver(self, response: Response) -> None:
        match response.delivery:
            case Delivery.ANSWER:
                with contextlib.suppress(ConnectionError):  # the client may have given up meanwhile
                    self._write(response)
            case Delivery.HANG:
                self._hang()
            case Delivery.RESET:
                self._reset()

    def _write(self, response: Response) -> None:
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
        self.wfile.flush()

    def _hang(self) -> None:
        """Say nothing until the client leaves, the server stops or `HANG_S` have passed; then reset."""
        until = time.monotonic() + HANG_S
        self.connection.settimeout(0.2)
        while time.monotonic() < until:
            try:
                if not self.connection.recv(4096):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        self._reset()

    def _reset(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class names it so
        """Stay silent: the request log is the simulator's own."""
