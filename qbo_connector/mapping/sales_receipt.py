"""SalesForm → SalesReceipt (Intuit's SalesReceipt page; article rows C-2, C-27)."""

from dataclasses import replace
from typing import Any

from qbo_connector.canonical.sales_receipt import SalesReceipt
from qbo_connector.mapping.invoice import invoice_body
from qbo_connector.mapping.naming import Naming
from qbo_connector.mapping.receiving import receiving
from qbo_connector.mapping.sales_form import SalesForm


def sales_receipt_body(form: SalesForm, receipt: SalesReceipt, naming: Naming) -> dict[str, Any]:
    """The form as a sale paid at once: never due, and to nobody in particular where it names no customer."""
    body = invoice_body(replace(form, due_date=None, deposit=None))
    if not form.customer:
        del body["CustomerRef"]
    return body | receiving(receipt, naming)
