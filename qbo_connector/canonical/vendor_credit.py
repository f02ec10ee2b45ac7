"""The vendor credit: what a vendor owes back."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from qbo_connector.canonical.account import Account
from qbo_connector.canonical.agreeing import ZERO, Named
from qbo_connector.canonical.application import AppliedTo
from qbo_connector.canonical.bill_payment import BillPayment
from qbo_connector.canonical.credit import Credit
from qbo_connector.canonical.parts import Status
from qbo_connector.canonical.purchase_document import PurchaseDocument


class VendorCredit(PurchaseDocument, Credit):
    """A credit of a vendor. Amounts are positive and lower what the vendor is owed."""

    kind: Literal["vendor_credit"] = "vendor_credit"
    status: Status = Status.OPEN

    def amounts(self) -> Iterator[Named]:
        """Every amount of money it states."""
        yield from super().amounts()
        yield from self.amounts_applied()

    def settlement(self, on: date, paid_from: Account | None = None) -> BillPayment | None:
        """The bill payment of no money that applies it as its source says (B-8); None where nothing is applied.

        QuickBooks asks even such a payment for the account it is paid from.
        """
        if not self.applications:
            return None
        return BillPayment(
            external_id=f"{self.external_id}:applied",
            status=self.status if self.withdrawn else Status.PAID,
            issue_date=on,
            currency=self.currency,
            exchange_rate=self.exchange_rate,
            location=self.location,
            vendor=self.vendor,
            paid_from=paid_from,
            total=ZERO,
            applications=self.applications,
            credits=(self.drawn(AppliedTo.VENDOR_CREDIT),),
        )
