"""Intuit's discovery document: read once a day, and never in the way of anything.

Intuit asks apps to take the sign-in addresses from it. The library reads it anew, without a time-out, for
every object it makes.
"""

from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from qbo_connector.qbo.clock import Clock, utc_now
from qbo_connector.qbo.environment import Endpoints, Environment
from qbo_connector.qbo.transport import Pool, TransportFailed

FRESH_S = 24 * 3600.0
RETRY_S = 600.0
_KEYS = {
    "authorization": "authorization_endpoint",
    "token": "token_endpoint",
    "revocation": "revocation_endpoint",
    "issuer": "issuer",
    "jwks": "jwks_uri",
    "userinfo": "userinfo_endpoint",
}
_GOOD = 200


class Discovery:
    """The sign-in addresses of one environment; hard-coded ones while the document cannot be read."""

    def __init__(self, environment: Environment, *, pool: Pool, clock: Clock = utc_now) -> None:
        self._environment = environment
        self._pool = pool
        self._clock = clock
        self._lock = Lock()
        self._found = environment.endpoints
        self._fresh_until = 0.0

    def endpoints(self) -> Endpoints:
        """The addresses; reads the document if a day has passed (ten minutes after a failure)."""
        with self._lock:
            now = self._clock().timestamp()
            if now >= self._fresh_until:
                read = self._read()
                self._found = read or self._found
                self._fresh_until = now + (FRESH_S if read else RETRY_S)
            return self._found

    def close(self) -> None:
        """Close the connection."""
        self._pool.close()

    def _read(self) -> Endpoints | None:
        try:
            reply = self._pool.send("GET", self._environment.discovery_url, headers={"Accept": "application/json"})
            document = reply.json() if reply.status_code == _GOOD else None
        except (TransportFailed, ValueError):
            return None
        return self._checked(document) if isinstance(document, dict) else None

    def _checked(self, document: dict[str, Any]) -> Endpoints | None:
        """Only addresses that are as well protected as the one the document came from."""
        found = {name: document.get(key) for name, key in _KEYS.items()}
        scheme = urlsplit(self._environment.discovery_url).scheme
        if any(not isinstance(value, str) or urlsplit(value).scheme != scheme for value in found.values()):
            return None
        return Endpoints(**{name: str(value) for name, value in found.items()})
