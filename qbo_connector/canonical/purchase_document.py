"""Documents of vendors: what bills and vendor credits have in common."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator

from qbo_connector.canonical.agreeing import ZERO, Named, check_total
from qbo_connector.canonical.booked import Booked
from qbo_connector.canonical.expense_line import ExpenseLine
from qbo_connector.canonical.money import Amount
from qbo_connector.canonical.party import Party, PartyKind
from qbo_connector.errors import DocumentInvalid


def check_vendor(party: Party) -> None:
    """The party is a vendor.

    Raises:
        DocumentInvalid: it is a customer.
    """
    if party.kind is not PartyKind.VENDOR:
        raise DocumentInvalid(f"{party} is no vendor", field="vendor", value=str(party))


class PurchaseDocument(Booked):
    """What a vendor charges or credits. Amounts are positive on both.

    Raises:
        DocumentInvalid: the party is no vendor, or the lines and tax do not come to the total.
    """

    vendor: Party
    lines: tuple[ExpenseLine, ...] = ()
    tax_total: Amount = Field(default=ZERO, title="tax")
    prices_include_tax: bool = False

    @model_validator(mode="after")
    def _from_a_vendor(self) -> Self:
        check_vendor(self.vendor)
        return self

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        check_total(self.currency, comes_to=self.comes_to, total=self.total)
        return self

    def amounts(self) -> Iterator[Named]:
        """Every amount of money it states."""
        yield from (("total", self.total), ("tax", self.tax_total))
        for line in self.lines:
            yield from (("line amount", line.amount), ("line discount", line.discount_amount))

    @property
    def comes_to(self) -> Decimal:
        """What lines and tax add up to."""
        tax = ZERO if self.prices_include_tax else self.tax_total
        return sum((line.net for line in self.lines), ZERO) + tax
