"""Bills, expenses, orders and vendor credits (reference §6.5)."""

from decimal import Decimal

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body
from qbo_connector.simulator.faults import business, fault, required
from qbo_connector.simulator.transactions.addresses import number_addresses
from qbo_connector.simulator.transactions.currency import set_currency, set_home_amounts
from qbo_connector.simulator.transactions.dates import date_document, date_due
from qbo_connector.simulator.transactions.lines import check_amount, in_line_order, number_lines, total_of
from qbo_connector.simulator.transactions.numbering import number_purchase
from qbo_connector.simulator.transactions.sales_form import check_tracking, keep_links
from qbo_connector.simulator.transactions.tax_global import tax_global
from qbo_connector.simulator.wire.numbers import ZERO, money
from qbo_connector.simulator.writing.draft import Draft

_DETAILS = {
    "AccountBasedExpenseLineDetail": "AccountRef",
    "ItemBasedExpenseLineDetail": "ItemRef",
}
_OPEN = frozenset({"Bill", "VendorCredit"})


def complete_purchase(draft: Draft) -> None:
    """Every rule of the buying side.

    Raises:
        IntuitFault: the first rule that refuses.
    """
    party = draft.referred("VendorRef", "Vendor")
    set_currency(draft, party.body if party else None)
    date_document(draft)
    if draft.kind.name == "Bill":
        date_due(draft)
    number_purchase(draft)
    check_tracking(draft)
    number_addresses(draft)
    _name_payables(draft)
    lines = [_expense_line(draft, line) for line in draft.body.get("Line", [])]
    draft.body["Line"] = number_lines(draft, lines)
    tax = ZERO if draft.us else tax_global(draft, sales=False)
    if draft.us:
        draft.body.pop("GlobalTaxCalculation", None)
        draft.body.pop("TxnTaxDetail", None)
    _total(draft, total_of(lines) + tax)


def _expense_line(draft: Draft, line: Body) -> Body:
    detail_type = str(line.get("DetailType", ""))
    if not detail_type:
        raise required("Line.DetailType")
    if detail_type not in _DETAILS:
        return in_line_order(line)
    detail = dict(line.get(detail_type, {}))
    if _DETAILS[detail_type] not in detail:
        raise fault(
            "6440", "Missing account or item", f"{_DETAILS[detail_type]} is missing on a split line", "Line"
        )
    amount = check_amount(line, detail)
    detail.setdefault("BillableStatus", "NotBillable")
    if draft.us:
        code = detail.get("TaxCodeRef", {}).get("value", "NON")
        detail["TaxCodeRef"] = {"value": code if code in {"TAX", "NON"} else "NON"}
    if detail["BillableStatus"] == "Billable" and "CustomerRef" not in detail:
        raise business("When you make a line billable, you must choose a customer.")
    return in_line_order({**line, "Amount": money(amount), detail_type: detail})


def _name_payables(draft: Draft) -> None:
    if "APAccountRef" in draft.body or draft.kind.name not in {"Bill", "VendorCredit", "PurchaseOrder"}:
        return
    account = _account_of(draft.company, "AccountsPayable")
    if account:
        draft.body["APAccountRef"] = account


def _account_of(company: Company, sub_type: str) -> Body | None:
    for record in company.table("Account").values():
        if record.body.get("AccountSubType") == sub_type and record.active:
            return {"value": record.id, "name": record.body["FullyQualifiedName"]}
    return None


def _total(draft: Draft, total: Decimal) -> None:
    draft.body["TotalAmt"] = money(total)
    if draft.kind.name in _OPEN:
        settled = draft.company.links.applied_to(draft.before.key) if draft.before else ZERO
        if total < settled:
            raise business("The total of the transaction cannot be less than what has been applied to it.")
        draft.body["Balance"] = money(total - settled)
        keep_links(draft)
    set_home_amounts(draft.company, draft.body)
