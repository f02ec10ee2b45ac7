"""Time as this floor knows it: aware, UTC, and handed in, so that a test can hold it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present, aware and in UTC."""
    return datetime.now(tz=UTC)


def instant(value: object) -> datetime | None:
    """A stamp of QuickBooks as UTC, or None where it is missing or unreadable.

    QuickBooks writes ISO 8601 with a Pacific offset that changes with daylight saving, its sign-in layer
    writes milliseconds since 1970, and CloudEvents carry nine digits of a second.
    """
    if isinstance(value, bool) or value is None:
        return None
    try:
        if isinstance(value, int):
            return datetime.fromtimestamp(value / 1000, tz=UTC)
        moment = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        return None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return _in_utc(moment)


def _in_utc(moment: datetime) -> datetime | None:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None
