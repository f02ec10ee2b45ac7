"""The bill: what a vendor is owed."""

from collections.abc import Iterator
from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from qbo_connector.canonical.agreeing import ZERO, Named, check_due
from qbo_connector.canonical.money import Amount
from qbo_connector.canonical.parts import Payment
from qbo_connector.canonical.purchase_document import PurchaseDocument


class Bill(PurchaseDocument):
    """A vendor's bill as its source states it.

    Raises:
        DocumentInvalid: it is due before its date, or anything `PurchaseDocument` refuses.
    """

    kind: Literal["bill"] = "bill"
    due_date: date | None = Field(default=None, title="due date")
    amount_paid: Amount = Field(default=ZERO, title="amount paid")
    payments: tuple[Payment, ...] = ()

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        check_due(self.issue_date, self.due_date)
        return self

    def amounts(self) -> Iterator[Named]:
        """Every amount of money it states."""
        yield from super().amounts()
        yield "amount paid", self.amount_paid
        yield from (("payment", payment.amount) for payment in self.payments)
