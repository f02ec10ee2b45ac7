"""Payment → PaymentReceived (Intuit's Payment page; article rows P-2, P-3)."""

from collections.abc import Mapping
from typing import Any

from qbo_connector.canonical.payment_received import PaymentReceived
from qbo_connector.mapping.reading.accounts import account_of
from qbo_connector.mapping.reading.books import Books
from qbo_connector.mapping.reading.fields import Fields
from qbo_connector.mapping.reading.parties import customer_of
from qbo_connector.mapping.reading.settlements import settlement_fields


def payment_from(entity: Mapping[str, Any], books: Books) -> PaymentReceived:
    """A Payment of QuickBooks; one of no money that links an invoice and a credit memo applies the credit.

    Raises:
        DocumentInvalid: a field is missing or unreadable, or more is applied than there is.
    """
    fields = Fields.of(entity)
    customer = customer_of(fields)
    if not customer.external_id:
        raise fields.refuse("CustomerRef")
    return PaymentReceived(
        **settlement_fields(fields, books, PaymentReceived.settles),
        customer=customer,
        method=fields.ref("PaymentMethodRef")[1],
        reference=fields.text("PaymentRefNum"),
        deposit_to=account_of(fields, "DepositToAccountRef"),
    )
