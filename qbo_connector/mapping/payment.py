"""PaymentReceived → Payment (Intuit's Payment page; article rows H-26, C-6, C-11)."""

from typing import Any

from qbo_connector.canonical.company import Company
from qbo_connector.canonical.payment_received import PaymentReceived
from qbo_connector.mapping.heading import heading
from qbo_connector.mapping.links import linked_lines
from qbo_connector.mapping.naming import Naming
from qbo_connector.mapping.receiving import receiving
from qbo_connector.mapping.symbols import ref


def payment_body(payment: PaymentReceived, naming: Naming, company: Company) -> dict[str, Any]:
    """The body of this payment; what is not applied to any line stays with the customer as a credit.

    A payment of no money with a line for an invoice and one for a credit memo applies the credit.
    """
    return {
        **heading(payment, naming, company),
        "CustomerRef": ref(naming.party(payment.customer)),
        "TotalAmt": payment.total,
        "Line": linked_lines(payment, naming),
        **receiving(payment, naming),
    }
