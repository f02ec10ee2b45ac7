"""CreditMemo → CreditMemo (Intuit's CreditMemo page)."""

from collections.abc import Mapping
from typing import Any

from qbo_connector.canonical.credit_memo import CreditMemo
from qbo_connector.mapping.reading.books import Books
from qbo_connector.mapping.reading.fields import Fields
from qbo_connector.mapping.reading.heading import left_of, paid_status
from qbo_connector.mapping.reading.sales_document import sales_fields, used_of


def credit_memo_from(entity: Mapping[str, Any], books: Books) -> CreditMemo:
    """A CreditMemo of QuickBooks, with the sum applied of it; to what, only the payments that apply it say.

    Raises:
        DocumentInvalid: a field is missing or unreadable, or the document does not add up.
    """
    fields = Fields.of(entity)
    shared = sales_fields(fields, books)
    if not shared["customer"].external_id:
        raise fields.refuse("CustomerRef")
    left = left_of(fields, "RemainingCredit" if fields.has("RemainingCredit") else "Balance")
    return CreditMemo(**shared, status=paid_status(fields), amount_applied=used_of(fields, left))
