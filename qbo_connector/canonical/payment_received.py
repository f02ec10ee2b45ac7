"""A customer's payment as a document of its own, applied to invoices or not yet."""

from typing import ClassVar, Literal

from qbo_connector.canonical.account import Account
from qbo_connector.canonical.application import AppliedTo
from qbo_connector.canonical.party import Party
from qbo_connector.canonical.settlement import Settlement


class PaymentReceived(Settlement):
    """Money from a customer; `Payment` is the share of it that one document tells of."""

    settles: ClassVar[frozenset[AppliedTo]] = frozenset(
        {
            AppliedTo.INVOICE,
            AppliedTo.JOURNAL_ENTRY,
            AppliedTo.EXPENSE,
            AppliedTo.CHECK,
            AppliedTo.CARD_CREDIT,
        }
    )
    draws_on: ClassVar[frozenset[AppliedTo]] = frozenset({AppliedTo.CREDIT_MEMO, AppliedTo.DEPOSIT})

    kind: Literal["payment"] = "payment"
    customer: Party
    deposit_to: Account | None = None
    """None leaves it among the funds not yet deposited; a clearing account, where the rules name one (B-6)."""
