"""Quantity, price and amount of a line, so that fault 6070 cannot happen.

QuickBooks wants Amount to equal UnitPrice × Qty, rounded half up to the cent (fault 6070). A source that rounds
otherwise, or keeps more decimals, still gets its amount to the cent: quantity and price give way, not the amount.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from qbo_connector.canonical.line import Line
from qbo_connector.canonical.money import WIDE, round_money
from qbo_connector.mapping.limits import PRICE_DECIMALS

SMALLEST_PRICE = Decimal(1).scaleb(-PRICE_DECIMALS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What is sent. `quantity` and `unit_price` are None where only the amount can be sent exactly."""

    amount: Decimal
    quantity: Decimal | None
    unit_price: Decimal | None
    note: str = ""
    """What the description must add when quantity and price could not be sent."""

    @classmethod
    def once(cls, amount: Decimal) -> Self:
        """One piece at this price."""
        return cls(amount=amount, quantity=Decimal(1), unit_price=amount)


def priced(line: Line, amount: Decimal, currency: str) -> Priced:
    """Quantity and price for this amount; the amount is never touched."""
    if _agree(line.quantity, line.unit_price, amount, currency):
        return Priced(amount=amount, quantity=line.quantity, unit_price=line.unit_price)
    if line.quantity:
        price = WIDE.divide(amount, line.quantity).quantize(SMALLEST_PRICE, context=WIDE)
        if _agree(line.quantity, price, amount, currency):
            return Priced(amount=amount, quantity=line.quantity, unit_price=price.normalize())
    return Priced(amount=amount, quantity=None, unit_price=None, note=f"{line.quantity:f} × {line.unit_price:f}")


def _agree(quantity: Decimal, price: Decimal, amount: Decimal, currency: str) -> bool:
    few_decimals = price.quantize(SMALLEST_PRICE, context=WIDE) == price
    return few_decimals and round_money(WIDE.multiply(quantity, price), currency) == amount
