"""Bill → Bill (Intuit's Bill page; article rows B-4, B-5, B-19)."""

from typing import Any

from qbo_connector.canonical.bill import Bill
from qbo_connector.canonical.company import Company
from qbo_connector.mapping.naming import Naming
from qbo_connector.mapping.purchase_form import purchase_body


def bill_body(bill: Bill, naming: Naming, company: Company) -> dict[str, Any]:
    """The body of this bill. Without a due date QuickBooks works one out from the vendor's terms."""
    due = {"DueDate": bill.due_date.isoformat()} if bill.due_date else {}
    return purchase_body(bill, naming, company) | due
