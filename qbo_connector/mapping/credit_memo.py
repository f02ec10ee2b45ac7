"""SalesForm → CreditMemo (Intuit's CreditMemo page).

Applying it is a document of its own, a payment of no money: `CreditMemo.settlement` through `mapping.payment`.
"""

from dataclasses import replace
from typing import Any

from qbo_connector.mapping.invoice import invoice_body
from qbo_connector.mapping.sales_form import SalesForm


def credit_memo_body(form: SalesForm) -> dict[str, Any]:
    """The form as a credit. Its amounts are positive, as on an invoice; it is never due and takes no deposit."""
    return invoice_body(replace(form, due_date=None, deposit=None))
