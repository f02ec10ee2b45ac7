"""The id that makes a write happen once: of the intent, never of the attempt, never of the payload."""

import base64
import hashlib

LONGEST = 36
"""Intuit allows 50 characters on a single request and 36 on a batch; one length serves both."""


def requestid(installation: str, connection_id: str, binding_key: str, verb: str, series: int) -> str:
    """The ``requestid`` of one series of attempts: 32 letters and digits, the same in every process.

    ``series`` counts per binding and rises after each definite answer. No payload goes in: an invoice that
    goes A → B → A would repeat an id, QuickBooks would replay its first answer, and an update would be lost.
    """
    parts = (installation, connection_id, binding_key, verb, str(series))
    told_apart = "".join(f"{len(part)}:{part};" for part in parts)
    digest = hashlib.sha256(told_apart.encode()).digest()
    return base64.b32encode(digest[:20]).decode("ascii").lower()
