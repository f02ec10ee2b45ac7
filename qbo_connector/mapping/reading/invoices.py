"""Invoice → Invoice (Intuit's Invoice page)."""

from collections.abc import Mapping
from typing import Any

from qbo_connector.canonical.invoice import Invoice
from qbo_connector.mapping.reading.books import Books
from qbo_connector.mapping.reading.fields import Fields
from qbo_connector.mapping.reading.heading import left_of, paid_status
from qbo_connector.mapping.reading.sales_document import sales_fields, used_of


def invoice_from(entity: Mapping[str, Any], books: Books) -> Invoice:
    """An Invoice of QuickBooks. Its single payments stand in the documents that `links.linked` names.

    Raises:
        DocumentInvalid: a field is missing or unreadable, or the document does not add up.
    """
    fields = Fields.of(entity)
    shared = sales_fields(fields, books)
    if not shared["customer"].external_id:
        raise fields.refuse("CustomerRef")
    deposit = fields.money("Deposit")
    return Invoice(
        **shared,
        status=paid_status(fields),
        due_date=fields.day("DueDate"),
        deposit=deposit,
        amount_paid=used_of(fields, left_of(fields, "Balance") + deposit),
    )
