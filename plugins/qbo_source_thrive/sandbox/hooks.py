"""Signed change messages to whoever wants them, sent from a thread of their own, tried three times."""

import hashlib
import hmac
import json
import queue
import secrets
import threading
import time
import uuid
from datetime import UTC, datetime

import requests

from qbo_source_thrive.sandbox.records import Invoice
from qbo_source_thrive.sandbox.wire import stamp

TRIES = 3
PAUSE_S = 0.5
TIMEOUT_S = 5.0


class HookSender:
    """Sends nothing without a target."""

    def __init__(self, *, url: str, secret: str) -> None:
        self.url = url
        self.secret = secret
        self._waiting: queue.Queue[tuple[str, bytes] | None] = queue.Queue()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.answers: list[int] = []
        """The status of every attempt; 0 where nobody answered."""

    def start(self) -> None:
        """Begin sending."""
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Send what waits, without second tries, and end the thread."""
        if self._thread is not None:
            self._stopping.set()
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def announce(self, event: str, invoice: Invoice) -> None:
        """Queue a message about an invoice for the present target; one for an earlier target is dropped."""
        if not self.url:
            return
        body = {
            "id": f"evt_{uuid.uuid4().hex[:16]}",
            "type": event,
            "occurred_at": stamp(datetime.now(UTC)),
            "data": {"invoice_id": invoice.id},
        }
        self._waiting.put((self.url, json.dumps(body).encode()))

    def _work(self) -> None:
        while (waiting := self._waiting.get()) is not None:
            for _attempt in range(TRIES):
                if waiting[0] != self.url or self._send(*waiting) or self._stopping.wait(PAUSE_S):
                    break

    def _send(self, url: str, body: bytes) -> bool:
        headers = {"Content-Type": "application/json", "Thrive-Signature": sign(body, self.secret)}
        try:
            with requests.Session() as session:
                session.trust_env = False
                status = session.post(url, data=body, headers=headers, timeout=TIMEOUT_S).status_code
        except requests.RequestException:
            status = 0
        self.answers.append(status)
        return 200 <= status < 300  # noqa: PLR2004 - the range of success


def new_signing_secret() -> str:
    """As the vendor makes them."""
    return f"sign_{secrets.token_hex(24)}"


def sign(body: bytes, secret: str, *, at: int | None = None) -> str:
    """The value of the header ``Thrive-Signature``."""
    moment = str(int(time.time()) if at is None else at)
    digest = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"
