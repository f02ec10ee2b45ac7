"""The credit memo: a credit to a customer."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from qbo_connector.canonical.agreeing import ZERO, Named
from qbo_connector.canonical.application import AppliedTo
from qbo_connector.canonical.credit import Credit
from qbo_connector.canonical.parts import Status
from qbo_connector.canonical.payment_received import PaymentReceived
from qbo_connector.canonical.sales_document import SalesDocument


class CreditMemo(SalesDocument, Credit):
    """A credit to a customer. Amounts are positive and lower what the customer owes."""

    kind: Literal["credit_memo"] = "credit_memo"
    status: Status = Status.OPEN

    def amounts(self) -> Iterator[Named]:
        """Every amount of money it states."""
        yield from super().amounts()
        yield from self.amounts_applied()

    def settlement(self, on: date) -> PaymentReceived | None:
        """The payment of no money that applies it as its source says; None where nothing is applied."""
        if not self.applications:
            return None
        return PaymentReceived(
            external_id=f"{self.external_id}:applied",
            status=self.status if self.withdrawn else Status.PAID,
            issue_date=on,
            currency=self.currency,
            exchange_rate=self.exchange_rate,
            location=self.location,
            customer=self.customer,
            total=ZERO,
            applications=self.applications,
            credits=(self.drawn(AppliedTo.CREDIT_MEMO),),
        )
