"""What a payment or credit is applied to, and by how much."""

from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from qbo_connector.canonical.money import Amount
from qbo_connector.canonical.value import Value


class AppliedTo(StrEnum):
    """Kinds of documents that a payment settles or draws on."""

    INVOICE = "invoice"
    CREDIT_MEMO = "credit_memo"
    BILL = "bill"
    VENDOR_CREDIT = "vendor_credit"
    JOURNAL_ENTRY = "journal_entry"
    EXPENSE = "expense"
    CHECK = "check"
    CARD_CREDIT = "card_credit"
    DEPOSIT = "deposit"


class Application(Value):
    """A part of one document that is settled, or drawn on."""

    kind: AppliedTo
    external_id: str = Field(min_length=1, title="applied document")
    number: str = Field(default="", title="number of the applied document")
    amount: Amount = Field(gt=0, title="applied amount")


def applied(applications: tuple[Application, ...]) -> Decimal:
    """What they come to."""
    return sum((one.amount for one in applications), Decimal(0))
