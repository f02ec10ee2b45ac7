"""SalesForm → Invoice (Intuit's Invoice page; article rows T-1, T-15, T-27).

A memo of ours is always sent, an empty one too: a sparse update keeps what it is not told, so a memo taken away in
the source would stay for ever. Fields that the rules do not fill are never sent: they belong to people there.
`Line` is replaced as a whole by QuickBooks, so all lines always travel.
"""

from decimal import Decimal
from typing import Any

from qbo_connector.mapping.address import address_body
from qbo_connector.mapping.sales_form import FormLine, SalesForm
from qbo_connector.mapping.symbols import ref
from qbo_connector.mapping.targets import filled_body

US_CODES = ("TAX", "NON")
SHIPPING_ITEM = "SHIPPING_ITEM_ID"


def invoice_body(form: SalesForm) -> dict[str, Any]:
    """The body of this invoice, without Id and SyncToken, which belong to the moment of sending."""
    body: dict[str, Any] = {
        "TxnDate": form.issue_date.isoformat(),
        "CustomerRef": ref(form.customer),
        "Line": _lines(form),
    }
    if form.private_note is not None:
        body["PrivateNote"] = form.private_note
    if form.customer_memo is not None:
        body["CustomerMemo"] = {"value": form.customer_memo}
    if form.number is not None:
        body["DocNumber"] = form.number
    if form.due_date:
        body["DueDate"] = form.due_date.isoformat()
    if form.location:
        body["DepartmentRef"] = ref(form.location)
    if form.tracking_class:
        body["ClassRef"] = ref(form.tracking_class)
    if form.deposit is not None:
        body["Deposit"] = form.deposit
    return body | _tax(form) | _contact(form) | _currency(form) | filled_body(form.mapped)


def _lines(form: SalesForm) -> list[dict[str, Any]]:
    lines = [_line(place, line) for place, line in enumerate(form.lines, start=1)]
    if form.shipping:
        detail = {"ItemRef": {"value": SHIPPING_ITEM}, **_tax_of(form.shipping_tax, form.shipping_gross)}
        lines.append({"Amount": form.shipping, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail})
    if form.discount:
        detail = {"PercentBased": False, **_tax_of(form.discount_tax, None)}
        if form.discount_account:
            detail["DiscountAccountRef"] = ref(form.discount_account)
        lines.append({"Amount": form.discount, "DetailType": "DiscountLineDetail", "DiscountLineDetail": detail})
    return lines


def _line(place: int, line: FormLine) -> dict[str, Any]:
    if line.item is None or line.priced is None:
        return {"LineNum": place, "Description": line.description, "DetailType": "DescriptionOnly"}
    detail: dict[str, Any] = {"ItemRef": ref(line.item), **_tax_of(line.tax, line.gross)}
    if line.priced.quantity is not None and line.priced.unit_price is not None:
        detail |= {"Qty": line.priced.quantity, "UnitPrice": line.priced.unit_price}
    if line.service_date:
        detail["ServiceDate"] = line.service_date.isoformat()
    if line.tracking_class:
        detail["ClassRef"] = ref(line.tracking_class)
    return {
        "LineNum": place,
        "Description": line.description,
        "Amount": line.priced.amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }


def _tax_of(tax: str | None, gross: Decimal | None) -> dict[str, Any]:
    """Code and, on forms whose prices include tax, the price with it: Amount itself is always net there."""
    detail: dict[str, Any] = {"TaxInclusiveAmt": gross} if gross is not None else {}
    if tax is not None:
        detail["TaxCodeRef"] = {"value": tax} if tax in US_CODES else ref(tax)
    return detail


def _tax(form: SalesForm) -> dict[str, Any]:
    body: dict[str, Any] = {}
    detail: dict[str, Any] = {"TxnTaxCodeRef": ref(form.tax_code)} if form.tax_code else {}
    if form.total_tax is not None:
        detail["TotalTax"] = form.total_tax
    if detail:
        body["TxnTaxDetail"] = detail
    if form.without_tax:
        body["GlobalTaxCalculation"] = "NotApplicable"
    elif form.prices_include_tax is not None:
        body["GlobalTaxCalculation"] = "TaxInclusive" if form.prices_include_tax else "TaxExcluded"
    return body


def _contact(form: SalesForm) -> dict[str, Any]:
    body: dict[str, Any] = {"BillEmail": {"Address": form.email}} if form.email else {}
    if form.billing_address:
        body["BillAddr"] = address_body(form.billing_address)
    if form.shipping_address:
        body["ShipAddr"] = address_body(form.shipping_address)
    return body


def _currency(form: SalesForm) -> dict[str, Any]:
    if form.currency is None:
        return {}
    rate = {"ExchangeRate": form.exchange_rate} if form.exchange_rate else {}
    return {"CurrencyRef": {"value": form.currency}, **rate}
