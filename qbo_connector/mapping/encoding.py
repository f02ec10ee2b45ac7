"""JSON for QuickBooks: amounts leave as exact numbers and come back as `Decimal`."""

from decimal import Decimal
from typing import Any

import simplejson


def encoded(body: Any) -> bytes:
    """UTF-8 JSON with exact numbers, never with an exponent; the same value always gives the same bytes.

    Raises:
        TypeError: it holds something that is no JSON.
    """
    text = simplejson.dumps(body, use_decimal=False, default=_number, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def _number(value: object) -> simplejson.RawJSON:
    if not isinstance(value, Decimal):
        msg = f"{type(value).__name__} is no JSON"
        raise TypeError(msg)
    return simplejson.RawJSON(f"{value:f}")


def decoded(raw: bytes | str) -> Any:
    """JSON with `Decimal` for every number that has a point or an exponent."""
    return simplejson.loads(raw, parse_float=Decimal)
