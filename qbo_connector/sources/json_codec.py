"""JSON with exact numbers, both ways."""

import json
import re
from decimal import Decimal
from typing import Any, NoReturn
from uuid import uuid4


def decode(body: bytes) -> Any:
    """A value from JSON; numbers with a fraction are decimals.

    Raises:
        ValueError: it is no JSON, or holds NaN or an infinity.
        RecursionError: it is nested too deeply.
    """
    return json.loads(body, parse_float=Decimal, parse_constant=_refuse)


def encode(value: Any) -> bytes:
    """JSON of a value in which decimals are numbers with exactly their digits.

    Raises:
        TypeError: it holds something that JSON has no form for.
        ValueError: it holds NaN or an infinity.
    """
    mark = uuid4().hex

    def marked(part: object) -> str:
        if not isinstance(part, Decimal):
            raise TypeError(f"{type(part).__name__} has no form in JSON")
        if not part.is_finite():
            raise ValueError(f"{part} has no form in JSON")
        return f"{mark}{part:f}"

    text = json.dumps(value, default=marked, allow_nan=False, separators=(",", ":"))
    return re.sub(f'"{mark}([-0-9.]+)"', r"\1", text).encode()


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
