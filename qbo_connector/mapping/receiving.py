"""How money came in: method, reference and account of payments and sales receipts (Intuit's pages of both)."""

from typing import Any

from qbo_connector.canonical.payment_received import PaymentReceived
from qbo_connector.canonical.sales_receipt import SalesReceipt
from qbo_connector.mapping.naming import Naming
from qbo_connector.mapping.symbols import ref

REFERENCE = 21
"""Longest PaymentRefNum; documented for sales receipts, taken to hold for payments."""


def receiving(document: PaymentReceived | SalesReceipt, naming: Naming) -> dict[str, Any]:
    """Only what the source tells. Without an account the money goes to Undeposited Funds.

    Of a reference that is too long the end is kept, which tells apart what a processor numbers.
    """
    body: dict[str, Any] = {}
    if document.reference:
        body["PaymentRefNum"] = document.reference[-REFERENCE:]
    if document.method:
        body["PaymentMethodRef"] = ref(naming.method(document.method))
    if document.deposit_to:
        body["DepositToAccountRef"] = ref(naming.account(document.deposit_to, ""))
    return body
