"""Bytes of an answer to text and JSON: exact numbers, and nothing a hostile answer can break out of."""

import json
import re
from decimal import Decimal
from typing import Any

_CHARSET = re.compile(r"charset=\"?([A-Za-z0-9._-]{1,40})", re.IGNORECASE)


def text_of(body: bytes, content_type: str = "") -> str:
    """The text of an answer: UTF-8, else the charset it claims, else Latin-1, which always fits.

    Companies in the US are kept in the range of ISO 8859-1, and not every layer in front of QuickBooks
    answers in UTF-8.
    """
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    claimed = _CHARSET.search(content_type)
    try:
        return body.decode(claimed.group(1)) if claimed else body.decode("latin-1")
    except (LookupError, UnicodeDecodeError):
        return body.decode("latin-1")


def decoded(text: str) -> Any:
    """JSON with every fraction as ``Decimal`` and every whole number as ``int``.

    Raises:
        ValueError: for anything that is no JSON, NaN and Infinity included.
    """
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except RecursionError as err:
        raise ValueError("nested too deeply") from err


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")
