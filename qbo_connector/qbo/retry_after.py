"""Reads ``Retry-After``. Intuit documents none, gateways in front of it send one."""

from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

from qbo_connector.qbo.clock import utc_now

LONGEST_S = 3600.0


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from a number or a date, at most an hour; None where there is no such header."""
    given = headers.get("Retry-After", "").strip()
    if not given:
        return None
    seconds = float(given) if given.isdecimal() and len(given) < 10 else _until(given)  # noqa: PLR2004  no overflow
    return None if seconds is None else min(max(seconds, 0.0), LONGEST_S)


def _until(date: str) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - utc_now()).total_seconds()
