"""What invoices, sales receipts and credit memos of QuickBooks have in common."""

from decimal import Decimal
from typing import Any

from qbo_connector.canonical.parts import Memos
from qbo_connector.mapping.reading.books import Books
from qbo_connector.mapping.reading.fields import ZERO, Fields
from qbo_connector.mapping.reading.heading import heading
from qbo_connector.mapping.reading.parties import customer_of
from qbo_connector.mapping.reading.sales_lines import SalesParts, sales_parts


def sales_fields(fields: Fields, books: Books) -> dict[str, Any]:
    """The fields of a canonical sales document.

    The customer's message becomes the note, the company's own memo the subject, as `plan` sends them.
    """
    tax = fields.part("TxnTaxDetail")
    total_tax = tax.money("TotalTax")
    parts, inclusive = _parts(fields, books)
    return {
        **heading(fields, books),
        "customer": customer_of(fields),
        "lines": parts.lines,
        "fees": parts.fees,
        "discount": parts.discount,
        "discount_amount": parts.discount_amount,
        "tax_name": tax.ref("TxnTaxCodeRef")[1],
        "tax_rate": _rate(tax),
        "tax_total": total_tax,
        "prices_include_tax": inclusive,
        "memos": _memos(fields),
    }


def _parts(fields: Fields, books: Books) -> tuple[SalesParts, bool]:
    """On inclusive forms the lines with their tax inside, where these come to the total.

    A discount below them is told without its tax; then the net lines and the tax are what adds up.
    """
    if fields.text("GlobalTaxCalculation") == "TaxInclusive":
        gross = sales_parts(fields.parts("Line"), books, gross=True)
        if gross.amount == fields.money("TotalAmt"):
            return gross, True
    return sales_parts(fields.parts("Line"), books, gross=False), False


def _rate(tax: Fields) -> Decimal | None:
    """The rate, where the document has only one."""
    rates = {line.part("TaxLineDetail").measure("TaxPercent") for line in tax.parts("TaxLine")}
    return rates.pop() if len(rates) == 1 else None


def _memos(fields: Fields) -> Memos:
    custom = [(field.text("Name"), field.text("StringValue")) for field in fields.parts("CustomField")]
    return Memos(
        subject=fields.text("PrivateNote"),
        note=fields.part("CustomerMemo").text("value", "customer memo"),
        custom=tuple((name, value) for name, value in custom if name and value),
    )


def used_of(fields: Fields, left: Decimal) -> Decimal:
    """What of the total is no longer left; never less than nothing."""
    return max(fields.money("TotalAmt") - left, ZERO)
