"""Comparing a field's value with what a query says, each kind in its own way."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from qbo_connector.simulator.clock import parse_moment
from qbo_connector.simulator.query.parser import validation_error
from qbo_connector.simulator.query.statement import Condition, Operator

Test = Callable[[Any], bool]
Reader = Callable[[Any], Any]


def test_of(condition: Condition, kind: str, *, today: str) -> Test:
    """A function that tells whether a stored value meets the condition.

    Raises:
        IntuitFault: 4001 for a value that cannot be compared with such a field.
    """
    values = [today if value.upper() == "CURRENT_DATE" else value for value in condition.values]
    if condition.operator is Operator.LIKE:
        return _like(values[0])
    reader: Reader = _READERS.get(kind, _text)
    try:
        wanted = [None if value.strip() == "" else reader(value) for value in values]
    except (ValueError, InvalidOperation):
        raise validation_error(f"Invalid value {values} for property '{condition.field}'") from None
    return _comparison(condition.operator, wanted, reader)


def _comparison(operator: Operator, wanted: list[Any], reader: Reader) -> Test:
    def read(value: Any) -> Any:
        return None if value is None else reader(value)

    first = wanted[0]
    match operator:
        case Operator.IN:
            return lambda value: read(value) in wanted
        case Operator.EQ:
            return lambda value: read(value) == first
        case Operator.NE:
            return lambda value: read(value) != first
        case _:
            return _ordered(operator, first, read)


def _ordered(operator: Operator, first: Any, read: Reader) -> Test:
    def test(value: Any) -> bool:
        found = read(value)
        if found is None or first is None:
            return False
        match operator:
            case Operator.LT:
                return bool(found < first)
            case Operator.GT:
                return bool(found > first)
            case Operator.LE:
                return bool(found <= first)
            case _:
                return bool(found >= first)

    return test


def _like(pattern: str) -> Test:
    """`%` stands for anything; nothing else is special."""
    expression = re.compile(".*".join(re.escape(part) for part in pattern.split("%")), re.IGNORECASE | re.DOTALL)
    return lambda value: value is not None and expression.fullmatch(str(value)) is not None


def _text(value: Any) -> str:
    return str(value).casefold()


def _number(value: Any) -> Decimal:
    return Decimal(str(value).strip())


def _truth(value: Any) -> bool:
    text = str(value).lower()
    if text not in {"true", "false"}:
        raise ValueError(text)
    return text == "true"


def _moment(value: Any) -> datetime:
    return parse_moment(str(value)).astimezone(UTC)


def _day(value: Any) -> str:
    return datetime.fromisoformat(str(value).strip()).date().isoformat()


_READERS: dict[str, Reader] = {
    "bool": _truth,
    "decimal": _number,
    "int": _number,
    "date": _day,
    "datetime": _moment,
}
