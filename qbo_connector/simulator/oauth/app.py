"""The one developer app the simulator knows."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DeveloperApp:
    """Client id, secret and webhook verifier; the same on every run, so that settings can be written once."""

    client_id: str
    client_secret: str
    verifier_token: str


def the_app() -> DeveloperApp:
    """The app. Nothing here protects anything: the simulator listens on 127.0.0.1 alone."""
    return DeveloperApp(
        client_id=f"AB{_word('client id')[:48]}",
        client_secret=_word("client secret")[:40],
        verifier_token=_word("verifier")[:36],
    )


def _word(purpose: str) -> str:
    return hashlib.sha256(f"simulated app: {purpose}".encode()).hexdigest()
