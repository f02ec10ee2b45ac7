"""The fields of one object of QuickBooks, read with suspicion."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from qbo_connector.canonical.money import WIDE
from qbo_connector.canonical.reading import read_date, read_decimal, read_instant
from qbo_connector.errors import DocumentInvalid
from qbo_connector.mapping.limits import shortened

ZERO = Decimal(0)
FINEST = Decimal("1e-8")
"""The finest measure an `Amount` can hold; QuickBooks divides prices out to more digits."""

SHOWN = 40
LONGEST_NUMBER = 10**20

WORDS = {
    "TxnDate": "date",
    "TotalAmt": "total",
    "TotalTax": "tax",
    "DocNumber": "number",
    "Qty": "quantity",
    "Id": "id",
    "TxnId": "linked document",
    "TxnType": "kind of the linked document",
    "DetailType": "kind of the line",
    "PayType": "way of payment",
}
"""How the screens call a field, where taking its name apart does not say it."""


@dataclass(frozen=True, slots=True)
class Fields:
    """An object. Absent, null and empty text are the same."""

    raw: Mapping[str, Any]

    @classmethod
    def of(cls, entity: object) -> "Fields":
        """Raises `DocumentInvalid` for anything but an object."""
        if not isinstance(entity, Mapping):
            raise _refused("answer", entity)
        return cls(entity)

    def has(self, name: str) -> bool:
        """Whether there is anything."""
        return self.raw.get(name) not in (None, "")

    def text(self, name: str, called: str = "") -> str:
        """Text or a whole number, as text. A refusal names the field as `called`, or by its own name."""
        called = called or words(name)
        match self.raw.get(name):
            case None:
                return ""
            case str() as text:
                return text.strip()
            case bool() as value:
                raise _refused(called, value)
            case int() as number if abs(number) < LONGEST_NUMBER:
                return str(number)
            case value:
                raise _refused(called, value)

    def flag(self, name: str) -> bool:
        """A truth value; absent is false. Intuit's XML-born clients write it as text."""
        match self.raw.get(name):
            case None | "" | False | "false":
                return False
            case True | "true":
                return True
            case value:
                raise _refused(words(name), value)

    def money(self, name: str) -> Decimal:
        """An exact amount; absent is 0."""
        return read_decimal(self.raw[name], words(name)) if self.has(name) else ZERO

    def measure(self, name: str) -> Decimal | None:
        """A quantity, price, percentage or rate, to eight decimals."""
        if not self.has(name):
            return None
        number = read_decimal(self.raw[name], words(name))
        return to_eight(number) if int(number.as_tuple().exponent) < FINEST.adjusted() else number

    def day(self, name: str) -> date | None:
        """A calendar date."""
        return read_date(self.raw[name], words(name)) if self.has(name) else None

    def moment(self, name: str) -> datetime | None:
        """An instant in UTC."""
        return read_instant(self.raw[name], words(name)) if self.has(name) else None

    def part(self, name: str) -> "Fields":
        """A nested object; absent is empty."""
        value = self.raw.get(name)
        if value is None:
            return Fields({})
        if not isinstance(value, Mapping):
            raise _refused(words(name), value)
        return Fields(value)

    def parts(self, name: str) -> Iterator["Fields"]:
        """A list of objects; absent is empty."""
        value = self.raw.get(name)
        if value is None:
            return
        if not isinstance(value, list | tuple):
            raise _refused(words(name), value)
        for member in value:
            if not isinstance(member, Mapping):
                raise _refused(words(name), member)
            yield Fields(member)

    def ref(self, name: str) -> tuple[str, str]:
        """Id and name of a reference, both empty where there is none."""
        target = self.part(name)
        return target.text("value", words(name)), target.text("name", words(name))

    def refuse(self, name: str) -> DocumentInvalid:
        """What to raise where the value of this field cannot be right."""
        return _refused(words(name), self.raw.get(name))


def words(name: str) -> str:
    """The field as the screens name it: ``UnitPrice`` is the unit price, ``VendorRef`` the vendor."""
    if name in WORDS:
        return WORDS[name]
    parts = re.findall(r"[A-Z]+[a-z]*", name.removesuffix("Ref").removesuffix("Amt"))
    return " ".join(parts).lower() or name


def to_eight(number: Decimal) -> Decimal:
    """Rounded half up to eight decimals."""
    return number.quantize(FINEST, context=WIDE)


def _refused(field: str, value: object) -> DocumentInvalid:
    """Of a value with an inside only the kind is told: it may be long, and it may be private."""
    shown = shortened(value, SHOWN) if isinstance(value, str) else type(value).__name__
    return DocumentInvalid(f"QuickBooks gave no readable {field}", field=field, value=shown)
