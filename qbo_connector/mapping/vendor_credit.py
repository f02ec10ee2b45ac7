"""VendorCredit → VendorCredit (Intuit's VendorCredit page; article row B-8).

Applying it is a document of its own, a bill payment of no money: `VendorCredit.settlement` through
`mapping.bill_payment`.
"""

from typing import Any

from qbo_connector.canonical.company import Company
from qbo_connector.canonical.vendor_credit import VendorCredit
from qbo_connector.mapping.naming import Naming
from qbo_connector.mapping.purchase_form import purchase_body


def vendor_credit_body(credit: VendorCredit, naming: Naming, company: Company) -> dict[str, Any]:
    """The body of this credit; amounts are positive, as on a bill."""
    return purchase_body(credit, naming, company)
