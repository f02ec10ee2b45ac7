"""BillPayment → BillPayment (Intuit's BillPayment page)."""

from collections.abc import Mapping
from typing import Any

from qbo_connector.canonical.bill_payment import BillPayment
from qbo_connector.mapping.bill_payment import WAYS
from qbo_connector.mapping.reading.accounts import account_of
from qbo_connector.mapping.reading.books import Books
from qbo_connector.mapping.reading.fields import Fields
from qbo_connector.mapping.reading.parties import vendor_of
from qbo_connector.mapping.reading.settlements import settlement_fields

PAID_BY = {way.name: paid_by for paid_by, way in WAYS.items()}


def bill_payment_from(entity: Mapping[str, Any], books: Books) -> BillPayment:
    """A BillPayment of QuickBooks; one of no money applies vendor credits (B-8).

    Raises:
        DocumentInvalid: a field is missing or unreadable, or more is applied than there is.
    """
    fields = Fields.of(entity)
    paid_by = PAID_BY.get(fields.text("PayType"))
    if paid_by is None:
        raise fields.refuse("PayType")
    way = WAYS[paid_by]
    return BillPayment(
        **settlement_fields(fields, books, BillPayment.settles),
        vendor=vendor_of(fields),
        paid_by=paid_by,
        paid_from=account_of(fields.part(way.holder), way.reference),
    )
