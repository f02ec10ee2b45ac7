"""A payment to a vendor, with what it settles and the vendor credits it draws on (B-8)."""

from enum import StrEnum
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from qbo_connector.canonical.account import Account
from qbo_connector.canonical.application import AppliedTo
from qbo_connector.canonical.party import Party
from qbo_connector.canonical.purchase_document import check_vendor
from qbo_connector.canonical.settlement import Settlement


class PaidBy(StrEnum):
    """How a vendor is paid; QuickBooks knows these two, and a transfer is booked as a check."""

    CHECK = "check"
    CREDIT_CARD = "credit_card"


class BillPayment(Settlement):
    """Money to a vendor. `number` is the check's or the payment's own."""

    settles: ClassVar[frozenset[AppliedTo]] = frozenset({AppliedTo.BILL, AppliedTo.JOURNAL_ENTRY})
    draws_on: ClassVar[frozenset[AppliedTo]] = frozenset(
        {
            AppliedTo.VENDOR_CREDIT,
            AppliedTo.DEPOSIT,
            AppliedTo.EXPENSE,
            AppliedTo.CHECK,
            AppliedTo.CARD_CREDIT,
        }
    )

    kind: Literal["bill_payment"] = "bill_payment"
    vendor: Party
    paid_by: PaidBy = Field(default=PaidBy.CHECK, title="way of payment")
    paid_from: Account | None = None
    """The bank or card account; None leaves it to the rules."""

    @model_validator(mode="after")
    def _to_a_vendor(self) -> Self:
        check_vendor(self.vendor)
        return self
