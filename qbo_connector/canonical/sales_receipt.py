"""The sales receipt: sold and paid at once (C-2)."""

from typing import Literal

from pydantic import Field

from qbo_connector.canonical.account import Account
from qbo_connector.canonical.parts import Status
from qbo_connector.canonical.party import Party
from qbo_connector.canonical.sales_document import SalesDocument


class SalesReceipt(SalesDocument):
    """A sale whose money is already in. The customer may be nobody in particular."""

    kind: Literal["sales_receipt"] = "sales_receipt"
    status: Status = Status.PAID
    customer: Party = Party()
    method: str = Field(default="", title="payment method")
    reference: str = Field(default="", title="payment reference")
    deposit_to: Account | None = None
    """None leaves it among the funds not yet deposited."""
