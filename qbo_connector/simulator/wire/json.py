"""JSON as QuickBooks writes and reads it: exact decimals, `100.00` for money, `0` for nothing."""

import json
from decimal import Decimal
from json.encoder import encode_basestring  # QuickBooks writes UTF-8, not \\u escapes
from typing import Any


def dumps(value: Any) -> str:
    """Compact JSON. A Decimal is written with the digits it has; how many is decided where it is made."""
    out: list[str] = []
    _write(value, out.append)
    return "".join(out)


def loads(body: bytes) -> Any:
    """Read JSON with every fraction as Decimal.

    Raises:
        ValueError: not JSON, not UTF-8 (UnicodeDecodeError), or nested too deeply.
    """
    try:
        return json.loads(body.decode("utf-8"), parse_float=Decimal, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _write(value: Any, put: Any) -> None:
    if isinstance(value, str):
        put(encode_basestring(value))
    elif isinstance(value, dict):
        _write_object(value, put)
    elif isinstance(value, list | tuple):
        _write_array(value, put)
    else:
        put(scalar(value))


def _write_object(value: dict[str, Any], put: Any) -> None:
    lead = '{"'
    for name, member in value.items():
        put(f'{lead}{name}":')
        _write(member, put)
        lead = ',"'
    put("{}" if lead == '{"' else "}")


def _write_array(value: list[Any] | tuple[Any, ...], put: Any) -> None:
    lead = "["
    for member in value:
        put(lead)
        _write(member, put)
        lead = ","
    put("[]" if lead == "[" else "]")


def scalar(value: object) -> str:
    """The text of a number, a boolean or nothing."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if value is None:
        return "null"
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)
