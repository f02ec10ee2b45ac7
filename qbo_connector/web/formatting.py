"""How values read on a page: money with its currency, times relative with the absolute beside them."""

from datetime import UTC, date, datetime
from decimal import Decimal

from qbo_connector.canonical.days import day_in_words
from qbo_connector.canonical.money import Money

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
JUST_NOW_S = 10
RELATIVE_DAYS = 30


def money(amount: Decimal | None, currency: str) -> str:
    """``USD 1,250.00``; an en dash where there is no amount."""
    if amount is None:
        return "–"
    return str(Money(amount=amount, currency=currency)) if currency else f"{amount:,}"


def figure(value: int) -> str:
    """A whole number with separators: ``12,400``."""
    return f"{value:,}"


def day(value: date | None) -> str:
    """``Oct 2, 2026``."""
    return day_in_words(value) if value else "–"


def absolute(value: datetime) -> str:
    """``Oct 2, 2026, 14:05 UTC``."""
    instant = value.astimezone(UTC)
    return f"{day(instant)}, {instant:%H:%M} UTC"


def relative(value: datetime, now: datetime) -> str:
    """``3 minutes ago``, ``in 2 hours``; a date when it is more than a month away."""
    seconds = round((now - value).total_seconds())
    distance = abs(seconds)
    if distance < JUST_NOW_S:
        return "just now"
    if distance >= RELATIVE_DAYS * DAY:
        return day(value.astimezone(UTC))
    words = _distance(distance)
    return f"{words} ago" if seconds > 0 else f"in {words}"


def duration(milliseconds: int | None) -> str:
    """``0.6 s``, ``340 ms``; empty when unknown."""
    if milliseconds is None:
        return ""
    return f"{milliseconds} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"  # noqa: PLR2004 - a second


def plural(count: int, one: str, many: str = "") -> str:
    """``1 invoice``, ``3 invoices``."""
    return f"{figure(count)} {one if count == 1 else many or one + 's'}"


def sentence_case(text: str) -> str:
    """The text with its first letter capitalised and underscores as spaces."""
    words = text.replace("_", " ")
    return words[:1].upper() + words[1:]


def initials(name: str) -> str:
    """Up to two letters for a person's badge."""
    words = [word for word in name.replace("@", " ").replace(".", " ").split() if word]
    return "".join(word[0] for word in words[:2]).upper() or "?"


def _distance(seconds: int) -> str:
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds >= unit:
            return plural(seconds // unit, name)
    return plural(seconds, "second")
