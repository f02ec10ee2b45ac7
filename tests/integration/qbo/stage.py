"""A server that says exactly what a test tells it to, over real sockets, and the parts that talk to it."""

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from qbo_connector.qbo.answers import Exchange
from qbo_connector.qbo.client import QboClient
from qbo_connector.qbo.transport import Pool

DAY = timedelta(days=1)
REALM = "4620816365012345"
TID = "1-5f732f5f-25dc0a1b"


@dataclass(frozen=True, kw_only=True)
class Heard:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


Act = Callable[[BaseHTTPRequestHandler], None]


class Script:
    """What the server answers, in order; the last act is repeated."""

    def __init__(self) -> None:
        self.acts: list[Act] = []
        self.heard: list[Heard] = []
        self.connections: set[Any] = set()
        self._lock = threading.Lock()

    def says(self, *acts: Act) -> None:
        self.acts = list(acts)

    def next(self, heard: Heard, connection: Any) -> Act:
        with self._lock:
            self.heard.append(heard)
            self.connections.add(connection)
            return self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]


def good(body: Any, **headers: str) -> Act:
    return answer(200, json.dumps(body), "application/json;charset=utf-8", **headers)


def fault(status: int, *codes: str, detail: str = "", key: str = "Fault") -> Act:
    errors = [{"Message": "Said", "Detail": detail, "code": code} for code in codes]
    return answer(status, json.dumps({key: {"Error": errors, "type": "ValidationFault"}}))


def answer(status: int, body: str | bytes, content_type: str = "application/json", **headers: str) -> Act:
    raw = body.encode() if isinstance(body, str) else body

    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", content_type)
        handler.send_header("Content-Length", str(len(raw)))
        handler.send_header("intuit_tid", TID)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(raw)

    return act


def reset(handler: BaseHTTPRequestHandler) -> None:
    """The connection breaks after the request was read."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def silent(handler: BaseHTTPRequestHandler) -> None:
    """No answer for longer than anybody waits."""
    time.sleep(1.0)
    handler.close_connection = True


def cut_short(handler: BaseHTTPRequestHandler) -> None:
    """Half an answer."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"Invoice": {"Id": "1"')
    handler.wfile.flush()
    handler.close_connection = True


def chunked(*pieces: bytes, ends: bool = True, **headers: str) -> Act:
    """An answer in chunks, with or without its end."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Transfer-Encoding", "chunked")
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        for piece in pieces:
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        handler.wfile.write(b"0\r\n\r\n" if ends else b"")
        handler.close_connection = not ends

    return act


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """One byte at a time, never silent long enough for a read time-out."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(20):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)
    handler.close_connection = True


@dataclass
class Server:
    """The scripted server."""

    base_url: str
    script: Script

    @property
    def heard(self) -> list[Heard]:
        return self.script.heard

    def says(self, *acts: Act) -> None:
        self.script.says(*acts)


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients hang up here on purpose."""


@contextmanager
def scripted() -> Iterator[Server]:
    script = Script()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            address = urlsplit(self.path)
            heard = Heard(
                method=self.command,
                path=address.path,
                query={name: values[0] for name, values in parse_qs(address.query).items()},
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(length),
            )
            script.next(heard, self.client_address)(self)

        do_POST = do_GET  # noqa: N815  the name that the standard library looks for

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    server = _Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Server(base_url=f"http://127.0.0.1:{server.server_address[1]}", script=script)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def impostor(folder: Path) -> Iterator[str]:
    """A host with a certificate that nobody signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(tz=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "impostor.pem"
    pem.write_bytes(
        certificate.public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        thread = threading.Thread(target=_shake_hands, args=(listening, context), daemon=True)
        thread.start()
        yield f"https://localhost:{listening.getsockname()[1]}"
        thread.join()


def _shake_hands(listening: socket.socket, context: ssl.SSLContext) -> None:
    with suppress(OSError):
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            context.wrap_socket(connection, server_side=True).close()


class CountedTokens:
    """Tokens from memory: every refusal brings the next one."""

    def __init__(self) -> None:
        self.number = 1
        self.refused: list[str] = []

    def access_token(self) -> str:
        return f"token-{self.number}"

    def refreshed_after_401(self, bad_token: str) -> str:
        self.refused.append(bad_token)
        self.number += 1
        return self.access_token()


@dataclass
class CountingMeter:
    """A read budget in memory, which counts by the evidence."""

    exchanges: list[Exchange]
    budget: int = 10**9

    @property
    def requests(self) -> int:
        return len(self.exchanges)

    @property
    def reads(self) -> int:
        return sum(exchange.reads for exchange in self.exchanges)

    def allow_read(self, connection_id: str) -> bool:
        return self.reads < self.budget


@dataclass
class Stage:
    """A client in front of the scripted server, with everything it left behind."""

    server: Server
    client: QboClient
    tokens: CountedTokens
    meter: CountingMeter
    exchanges: list[Exchange] = field(default_factory=list)

    def says(self, *acts: Act) -> None:
        self.server.says(*acts)

    @property
    def last(self) -> Heard:
        return self.server.heard[-1]


@contextmanager
def staged(server: Server, **more: Any) -> Iterator[Stage]:
    exchanges: list[Exchange] = []
    tokens, meter = CountedTokens(), CountingMeter(exchanges)
    client = QboClient(
        realm_id=REALM,
        base_url=server.base_url,
        tokens=tokens,
        on_exchange=exchanges.append,
        meter=meter,
        pool=Pool(connect_s=0.5, read_s=0.4, whole_s=0.8),
        **more,
    )
    try:
        yield Stage(server=server, client=client, tokens=tokens, meter=meter, exchanges=exchanges)
    finally:
        client.close()
