"""Sales documents beside the invoice: the same customer, lines, discounts, fees and tax."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator

from qbo_connector.canonical.agreeing import ZERO, Named, check_total
from qbo_connector.canonical.booked import Booked
from qbo_connector.canonical.invoice import Invoice
from qbo_connector.canonical.line import Discount, Fee, Line
from qbo_connector.canonical.money import Amount
from qbo_connector.canonical.party import Party


class SalesDocument(Booked):
    """What a sales receipt and a credit memo have in common. Amounts are positive on both.

    Raises:
        DocumentInvalid: as an `Invoice`.
    """

    customer: Party
    lines: tuple[Line, ...] = ()
    discount: Discount | None = None
    discount_amount: Amount = Field(default=ZERO, ge=0, title="discount")
    fees: tuple[Fee, ...] = ()
    tax_name: str = ""
    tax_rate: Amount | None = None
    tax_total: Amount = Field(default=ZERO, title="tax")
    prices_include_tax: bool = False

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        check_total(self.currency, comes_to=self.comes_to, total=self.total)
        return self

    def amounts(self) -> Iterator[Named]:
        """Every amount of money it states."""
        yield from (("total", self.total), ("tax", self.tax_total), ("discount", self.discount_amount))
        for line in self.lines:
            yield from (("line amount", line.amount), ("line discount", line.discount_amount))
        yield from (("fee", fee.amount) for fee in self.fees)

    @property
    def comes_to(self) -> Decimal:
        """What lines, discounts, fees and tax add up to."""
        parts = [line.net for line in self.lines] + [fee.amount for fee in self.fees]
        tax = ZERO if self.prices_include_tax else self.tax_total
        return sum(parts, ZERO) - self.discount_amount + tax

    def as_invoice(self) -> Invoice:
        """Its content as an invoice, so that whatever decides on amounts, items and tax decides alike on all."""
        own = type(self).model_fields
        shared = {name: getattr(self, name) for name in Invoice.model_fields if name in own and name != "kind"}
        return Invoice(**shared)
