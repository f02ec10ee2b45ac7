"""Reading what a client sends into the wire's own form, or refusing it with Intuit's fault."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from qbo_connector.simulator.entities.kinds import EntityKind
from qbo_connector.simulator.entities.schema import FieldShape, Shape, shape_of, values_of
from qbo_connector.simulator.faults import IntuitFault, fault, invalid_enumeration, length
from qbo_connector.simulator.wire.numbers import as_written
from qbo_connector.simulator.wire.xmlin import XmlObject

_KNOWN_SHOWN = 60
_DEEPEST = 50
_LEAST, _MOST = -12, 15  # decimal exponents that QuickBooks' own columns can hold
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_EMAIL = re.compile(r"[^@\s,]+@[^@\s,]+\.[^@\s,.]+(\s*,\s*[^@\s,]+@[^@\s,]+\.[^@\s,.]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coerced:
    """A body in wire form, and the top-level fields that were sent empty (null or "")."""

    body: dict[str, Any]
    cleared: frozenset[str]


def coerce(kind: EntityKind, payload: object, *, extra: frozenset[str] = frozenset()) -> Coerced:
    """Read an entity. Empty texts, nulls and empty objects count as absent, as QuickBooks treats them.

    `extra` names fields beyond the schema, which are passed through as they are.

    Raises:
        IntuitFault: an unknown field, a bad value, a text too long.
    """
    if not isinstance(payload, dict):
        raise fault("2010", "Request has invalid or unsupported property", "The request body is not an object")
    known = type(payload)((name, value) for name, value in payload.items() if name not in extra)
    body = _Reader(kind).read(kind.type_name, known, path="")
    cleared = {name for name, value in known.items() if value is None or value == ""}
    body.update({name: payload[name] for name in extra if name in payload})
    return Coerced(body=body, cleared=frozenset(cleared))


class _Reader:
    """One pass over one payload; knows the entity's length limits."""

    def __init__(self, kind: EntityKind) -> None:
        self._limits = kind.limits

    def read(self, type_name: str, data: dict[str, Any], *, path: str) -> dict[str, Any]:
        shape = shape_of(type_name)
        unknown = next((name for name in data if name not in shape), None)
        if unknown is not None and not isinstance(data, XmlObject):
            raise _unknown_property(unknown, type_name, shape)
        out = {}
        for name, field in shape.items():
            if name in data:
                value = self._field(field, data[name], name=name, path=f"{path}{name}")
                if value is not None:
                    out[name] = value
        return out

    def _field(self, field: FieldShape, value: object, *, name: str, path: str) -> Any:
        if value is None or value == "":
            return None
        if not field.many:
            return self._value(field, value, name=name, path=path)
        members = value if isinstance(value, list) else [value]
        read = [self._value(field, member, name=name, path=path) for member in members]
        return [member for member in read if member is not None]

    def _value(self, field: FieldShape, value: Any, *, name: str, path: str) -> Any:
        if field.kind == "type":
            return self._object(field.target, self._members(field.target, value, path), path=path)
        if field.kind == "ref":
            return self._reference(value, path=path)
        if field.kind == "enum":
            return _enumeration(field.target, value, path)
        if field.kind == "any":
            return _checked_depth(value, path)
        if value is None or value == "":
            return None
        read = _SCALARS[field.kind](value, name)
        if field.kind == "text":
            self._check_length(read, path)
        return read

    def _members(self, type_name: str, value: Any, path: str) -> dict[str, Any]:
        """An object's members. XML writes a memo as bare text and an empty object as nothing at all."""
        if isinstance(value, str) and "value" in shape_of(type_name):
            return {"value": value}
        if not isinstance(value, dict):
            raise _bad_value(path, value)
        return value

    def _object(self, type_name: str, value: dict[str, Any], *, path: str) -> dict[str, Any] | None:
        read = self.read(type_name, value, path=f"{path}.")
        if path.endswith(("Email", "EmailCc", "EmailBcc", "EmailAddr")):
            _check_email(read.get("Address", ""), path)
        return read if read or type_name.endswith("Detail") else None

    def _reference(self, value: object, *, path: str) -> dict[str, Any] | None:
        if not isinstance(value, dict):
            value = {"value": value}
        identifier = value.get("value")
        if identifier is None or identifier == "":
            return None
        self._check_length(str(identifier), f"{path}.value")
        out = {"value": str(identifier)}
        for name in ("name", "type"):
            if value.get(name):
                out[name] = str(value[name])
        return out

    def _check_length(self, text: str, path: str) -> None:
        maximum = self._limits.get(path)
        if maximum is not None and len(text) > maximum:
            raise length(path.rpartition(".")[2], maximum=maximum, supplied=len(text))


def _unknown_property(name: str, type_name: str, shape: Shape) -> IntuitFault:
    shown = ", ".join(f'"{known}"' for known in list(shape)[:_KNOWN_SHOWN])
    tail = " [truncated]" if len(shape) > _KNOWN_SHOWN else ""
    return fault(
        "2010",
        "Request has invalid or unsupported property",
        f'Property Name:Unrecognized field "{name}" (class com.intuit.schema.finance.v3.{type_name}), '
        f"not marked as ignorable ({len(shape)} known properties: {shown}{tail}])\n specified is unsupported or "
        "invalid",
    )


def _checked_depth(value: Any, path: str, *, left: int = _DEEPEST) -> Any:
    """A free value as it is, unless it is nested so deeply that nobody could write it out again."""
    if left == 0:
        raise _bad_value(path, "(nested too deeply)")
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _checked_depth(member, path, left=left - 1)
    return value


def _bad_value(path: str, value: object) -> IntuitFault:
    return fault(
        "2010",
        "Request has invalid or unsupported property",
        f"Property Name:Can not deserialize value {value!r} of {path}\n specified is unsupported or invalid",
    )


def _unreadable(kind: str, value: object) -> IntuitFault:
    """A scalar of the wrong kind, in the words of Intuit's own JSON reader (mcohen01/node-quickbooks#39)."""
    return fault(
        "2010",
        "Request has invalid or unsupported property",
        f"Property Name:Can not construct instance of java.{kind} from String value '{value}': not a valid "
        "representation\n specified is unsupported or invalid",
    )


def _enumeration(enumeration: str, value: object, path: str) -> str:
    if str(value) not in values_of(enumeration):
        raise invalid_enumeration(str(value), path.rpartition(".")[2])
    return str(value)


def _check_email(address: str, path: str) -> None:
    if address and not _EMAIL.fullmatch(address.strip()):
        raise fault(
            "2210",
            "Invalid Email Address format",
            "Email Address does not conform to the syntax rules of RFC 822.",
            path,
        )


def _text(value: object, name: str) -> str:
    if isinstance(value, dict | list):
        raise _bad_value(name, value)
    return value if isinstance(value, str) else str(value)


def _bool(value: object, _name: str) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in {"true", "false"}:
        return str(value).lower() == "true"
    raise _unreadable("lang.Boolean", value)


def _decimal(value: object, name: str) -> Decimal | int:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise _unreadable("math.BigDecimal", value) from None
    if isinstance(value, bool) or not number.is_finite() or not _LEAST <= number.adjusted() <= _MOST:
        raise _unreadable("math.BigDecimal", value)
    return as_written(name, number)


def _int(value: object, name: str) -> int:
    number = _decimal(value, name)
    if number != int(number):
        raise _unreadable("math.BigDecimal", value)
    return int(number)


def _date(value: object, _name: str) -> str:
    text = str(value)
    try:
        found = _DATE.match(text)
        return date.fromisoformat(found.group()).isoformat() if found else date.fromisoformat(text).isoformat()
    except ValueError:
        raise _unreadable("util.Date", text) from None


def _datetime(value: object, _name: str) -> str:
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        raise _unreadable("util.Date", value) from None
    return str(value)


def _id(value: object, name: str) -> str:
    return _text(value, name)


_SCALARS: dict[str, Callable[[Any, str], Any]] = {
    "text": _text,
    "bool": _bool,
    "decimal": _decimal,
    "int": _int,
    "date": _date,
    "datetime": _datetime,
    "id": _id,
}
