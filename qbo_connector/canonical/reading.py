"""Reading values as sources write them. A value that cannot be read is refused by name, never guessed."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

from qbo_connector.errors import DocumentInvalid

LONGEST = 40
MOST_DIGITS = 20
"""Before and behind the point: what an `Amount` can hold."""

MOST_BITS = 4096
"""Python refuses to write out integers of thousands of digits."""

PLAIN = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?", re.ASCII)
"""A number as JSON and people write it; no grouping, no digits of other scripts."""


def read_decimal(value: object, field: str) -> Decimal:
    """An exact decimal from a string or an integer.

    Raises:
        DocumentInvalid: it is a float, empty, not a number, not finite or beyond every amount; names the field.
    """
    if not isinstance(value, str | int | Decimal) or isinstance(value, bool):
        raise DocumentInvalid(f"{field} is not an exact number", field=field, value=_short(value))
    if isinstance(value, str) and not PLAIN.fullmatch(value.strip()):
        raise DocumentInvalid(f"{field} is not a number", field=field, value=_short(value))
    number = Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        raise DocumentInvalid(f"{field} is beyond every amount", field=field, value=_short(value))
    return number


def read_date(value: object, field: str) -> date:
    """A calendar date from ISO 8601 (``2026-10-02``); it is never converted between time zones.

    Raises:
        DocumentInvalid: it cannot be read; names the field.
    """
    try:
        return date.fromisoformat(str(value))
    except ValueError as err:
        raise DocumentInvalid(f"{field} is not a date", field=field, value=_short(value)) from err


def read_instant(value: object, field: str) -> datetime:
    """An aware UTC instant from ISO 8601 with an offset or Z.

    Raises:
        DocumentInvalid: it cannot be read or has no offset; names the field.
    """
    try:
        instant = datetime.fromisoformat(str(value))
        in_utc = instant.astimezone(UTC)
    except (ValueError, OverflowError) as err:
        raise DocumentInvalid(f"{field} is not a time", field=field, value=_short(value)) from err
    if instant.tzinfo is None:
        raise DocumentInvalid(f"{field} has no time zone", field=field, value=_short(value))
    return in_utc


def _short(value: object) -> str:
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        return "a number of too many digits"
    text = "an empty value" if value in (None, "") else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
