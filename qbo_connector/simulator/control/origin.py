"""Keeping other web sites away from the control plane of a server that listens on this machine."""

from urllib.parse import urlsplit

from qbo_connector.simulator.http.messages import Request

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_foreign(request: Request) -> bool:
    """Whether a browser sends this on behalf of another site, or under a name that was bent to this address."""
    host = request.headers.get("host", "")
    if urlsplit(f"//{host}").hostname not in LOOPBACK:
        return True
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != host
