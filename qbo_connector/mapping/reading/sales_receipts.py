"""SalesReceipt → SalesReceipt (Intuit's SalesReceipt page)."""

from collections.abc import Mapping
from typing import Any

from qbo_connector.canonical.parts import Status
from qbo_connector.canonical.sales_receipt import SalesReceipt
from qbo_connector.mapping.reading.accounts import account_of
from qbo_connector.mapping.reading.books import Books
from qbo_connector.mapping.reading.fields import Fields
from qbo_connector.mapping.reading.heading import is_voided
from qbo_connector.mapping.reading.sales_document import sales_fields


def sales_receipt_from(entity: Mapping[str, Any], books: Books) -> SalesReceipt:
    """A SalesReceipt of QuickBooks.

    Raises:
        DocumentInvalid: a field is missing or unreadable, or the document does not add up.
    """
    fields = Fields.of(entity)
    return SalesReceipt(
        **sales_fields(fields, books),
        status=Status.VOID if is_voided(fields) else Status.PAID,
        method=fields.ref("PaymentMethodRef")[1],
        reference=fields.text("PaymentRefNum"),
        deposit_to=account_of(fields, "DepositToAccountRef"),
    )
