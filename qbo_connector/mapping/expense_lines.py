"""Lines of bills and vendor credits (Intuit's Bill page; fault 6440 for a line with neither item nor account)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qbo_connector.canonical.company import Company
from qbo_connector.canonical.expense_line import ExpenseLine
from qbo_connector.canonical.line import HUNDRED, LineKind
from qbo_connector.canonical.money import round_money
from qbo_connector.canonical.purchase_document import PurchaseDocument
from qbo_connector.mapping import limits
from qbo_connector.mapping.amounts import priced
from qbo_connector.mapping.naming import EXPENSE_ACCOUNT, PURCHASE_TAX_ACCOUNT, Naming
from qbo_connector.mapping.symbols import ref

ZERO = Decimal(0)
BY_ACCOUNT = "AccountBasedExpenseLineDetail"
BY_ITEM = "ItemBasedExpenseLineDetail"
TAX = "Sales tax"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Amounts:
    """What a line comes to; the gross only on forms whose prices include tax."""

    net: Decimal
    gross: Decimal | None


def expense_lines(document: PurchaseDocument, naming: Naming, company: Company) -> list[dict[str, Any]]:
    """Every line that costs something, numbered; texts have no place on these forms, see `texts`."""
    lines = list(_lines(document, naming, company))
    return [{"LineNum": place, **line} for place, line in enumerate(lines, start=1)]


def is_cost(company: Company) -> bool:
    """Whether tax on purchases is a cost like any other, since QuickBooks keeps no account of it."""
    return company.in_us or not company.sales_tax


def texts(document: PurchaseDocument) -> Iterator[str]:
    """Lines of text, which go into the note."""
    return (line.description for line in document.lines if line.kind is LineKind.TEXT)


def _lines(document: PurchaseDocument, naming: Naming, company: Company) -> Iterator[dict[str, Any]]:
    for line in document.lines:
        if line.kind is LineKind.ITEM:
            yield _line(line, _amounts(line, document, company), document.currency, naming, company)
    if is_cost(company) and document.tax_total and not document.prices_include_tax:
        detail = {"AccountRef": ref(PURCHASE_TAX_ACCOUNT)}
        yield {"Description": TAX, "Amount": document.tax_total, "DetailType": BY_ACCOUNT, BY_ACCOUNT: detail}


def _amounts(line: ExpenseLine, document: PurchaseDocument, company: Company) -> _Amounts:
    """Where tax is a cost the amount has it inside; elsewhere the net amount is told, and the gross beside it."""
    if not document.prices_include_tax or is_cost(company):
        return _Amounts(net=line.net, gross=None)
    return _Amounts(net=line.net - _tax_inside(line, document.currency), gross=line.net)


def _tax_inside(line: ExpenseLine, currency: str) -> Decimal:
    if line.tax is None:
        return ZERO
    if line.tax.amount is not None:
        return line.tax.amount
    rate = line.tax.rate or ZERO
    return round_money(line.net * rate / (HUNDRED + rate), currency)


def _line(line: ExpenseLine, amounts: _Amounts, currency: str, naming: Naming, company: Company) -> dict[str, Any]:
    note, kind, detail = _cost(line, amounts.net, currency, naming)
    detail |= _for_whom(line, naming, company) | _tax(line, amounts, naming, company)
    text = f"{line.description} ({note})".strip() if note else line.description
    return {
        "Description": limits.shortened(text, limits.DESCRIPTION),
        "Amount": amounts.net,
        "DetailType": kind,
        kind: detail,
    }


def _cost(line: ExpenseLine, net: Decimal, currency: str, naming: Naming) -> tuple[str, str, dict[str, Any]]:
    """What the description must add, the kind of line, and the item or account."""
    if line.item is None:
        account = naming.account(line.account, EXPENSE_ACCOUNT)
        several = line.quantity != 1 and line.unit_price
        note = f"{line.quantity:f} × {line.unit_price:f}" if several else ""
        return note, BY_ACCOUNT, {"AccountRef": ref(account)}
    price = priced(line, net, currency)
    detail: dict[str, Any] = {"ItemRef": ref(naming.item(line.item))}
    if price.quantity is not None and price.unit_price is not None:
        detail |= {"Qty": price.quantity, "UnitPrice": price.unit_price}
    return price.note, BY_ITEM, detail


def _for_whom(line: ExpenseLine, naming: Naming, company: Company) -> dict[str, Any]:
    detail: dict[str, Any] = {}
    if line.customer:
        detail["CustomerRef"] = ref(naming.party(line.customer))
        detail["BillableStatus"] = "Billable" if line.billable else "NotBillable"
    if line.class_name and company.track_classes:
        detail["ClassRef"] = ref(naming.class_(line.class_name))
    return detail


def _tax(line: ExpenseLine, amounts: _Amounts, naming: Naming, company: Company) -> dict[str, Any]:
    if is_cost(company):
        return {}
    inclusive = {} if amounts.gross is None else {"TaxInclusiveAmt": amounts.gross}
    return {"TaxCodeRef": ref(naming.tax(_tax_name(line))), **inclusive}


def _tax_name(line: ExpenseLine) -> str:
    if line.tax and line.tax.name:
        return line.tax.name
    if not line.taxed:
        return ""
    return f"{TAX} {line.tax.rate.normalize():f} %" if line.tax and line.tax.rate else TAX
