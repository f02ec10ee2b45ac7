"""What bills and vendor credits have in common on their way to QuickBooks.

Where QuickBooks knows no tax on purchases (in the US, and in companies that use none) it is a cost: one more line.
Elsewhere each line bears a real code and QuickBooks works the tax out (Intuit, Global tax).
"""

from typing import Any

from qbo_connector.canonical.company import Company
from qbo_connector.canonical.purchase_document import PurchaseDocument
from qbo_connector.mapping import limits
from qbo_connector.mapping.expense_lines import expense_lines, texts
from qbo_connector.mapping.heading import heading
from qbo_connector.mapping.naming import Naming
from qbo_connector.mapping.symbols import ref


def purchase_body(document: PurchaseDocument, naming: Naming, company: Company) -> dict[str, Any]:
    """Heading, vendor, lines and the way of tax. `VendorRef` is wanted on every update, a sparse one too."""
    head = heading(document, naming, company)
    note = "\n".join(part for part in (head["PrivateNote"], *texts(document)) if part)
    return {
        **head,
        "PrivateNote": limits.shortened(note, limits.PRIVATE_NOTE),
        "VendorRef": ref(naming.party(document.vendor)),
        "Line": expense_lines(document, naming, company),
        **_way_of_tax(document, company),
    }


def _way_of_tax(document: PurchaseDocument, company: Company) -> dict[str, str]:
    if company.in_us:
        return {}
    if not company.sales_tax:
        return {"GlobalTaxCalculation": "NotApplicable"}
    return {"GlobalTaxCalculation": "TaxInclusive" if document.prices_include_tax else "TaxExcluded"}
