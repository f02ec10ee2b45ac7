"""Bill → Bill, VendorCredit → VendorCredit (Intuit's pages of both)."""

from collections.abc import Mapping
from typing import Any

from qbo_connector.canonical.bill import Bill
from qbo_connector.canonical.parts import Memos
from qbo_connector.canonical.vendor_credit import VendorCredit
from qbo_connector.mapping.reading.books import Books
from qbo_connector.mapping.reading.expense_lines import expense_lines_in, listed
from qbo_connector.mapping.reading.fields import Fields
from qbo_connector.mapping.reading.heading import heading, left_of, paid_status
from qbo_connector.mapping.reading.parties import vendor_of
from qbo_connector.mapping.reading.sales_document import used_of


def bill_from(entity: Mapping[str, Any], books: Books) -> Bill:
    """A Bill of QuickBooks. Its single payments stand in the documents that `links.linked` names.

    Raises:
        DocumentInvalid: a field is missing or unreadable, or the document does not add up.
    """
    fields = Fields.of(entity)
    return Bill(
        **_purchase(fields, books),
        due_date=fields.day("DueDate"),
        amount_paid=used_of(fields, left_of(fields, "Balance")),
    )


def vendor_credit_from(entity: Mapping[str, Any], books: Books) -> VendorCredit:
    """A VendorCredit of QuickBooks, with the sum applied of it; to what, only the bill payments say.

    Raises:
        DocumentInvalid: a field is missing or unreadable, or the document does not add up.
    """
    fields = Fields.of(entity)
    return VendorCredit(**_purchase(fields, books), amount_applied=used_of(fields, left_of(fields, "Balance")))


def _purchase(fields: Fields, books: Books) -> dict[str, Any]:
    return {
        **heading(fields, books),
        **_lines(fields, books),
        "status": paid_status(fields),
        "vendor": vendor_of(fields),
        "tax_total": fields.part("TxnTaxDetail").money("TotalTax"),
        "memos": Memos(note=fields.text("PrivateNote")),
    }


def _lines(fields: Fields, books: Books) -> dict[str, Any]:
    """On inclusive forms the lines with their tax inside, where these come to the total; else the net ones."""
    if fields.text("GlobalTaxCalculation") == "TaxInclusive":
        gross = expense_lines_in(fields, books, gross=True)
        if listed(gross) == fields.money("TotalAmt"):
            return {"lines": gross, "prices_include_tax": True}
    return {"lines": expense_lines_in(fields, books, gross=False), "prices_include_tax": False}
