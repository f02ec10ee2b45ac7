"""The lines of a sales form (reference §6.2)."""

from decimal import Decimal

from qbo_connector.simulator.company.company import reference_to
from qbo_connector.simulator.company.records import Body, Record
from qbo_connector.simulator.faults import business, fault, required
from qbo_connector.simulator.transactions.groups import expand
from qbo_connector.simulator.transactions.lines import check_amount, in_line_order, number_lines, total_of
from qbo_connector.simulator.wire.numbers import ZERO, cents, decimal_of, measure, money
from qbo_connector.simulator.writing.draft import Draft

_COUNTED = frozenset({"SalesItemLineDetail", "GroupLineDetail"})
_SUBTOTAL_MARK = "Subtotal:"
_MAX_TAXABLE_LINES = 750


def complete_lines(draft: Draft) -> None:
    """Check the lines of the draft and bring them into the form in which QuickBooks answers them.

    Raises:
        IntuitFault: the first line that is not right.
    """
    lines = [line for line in draft.body.get("Line", []) if line.get("DetailType") != "SubTotalLineDetail"]
    items = [_item_line(draft, line) for line in lines if line.get("DetailType") != "DiscountLineDetail"]
    discounts = [line for line in lines if line.get("DetailType") == "DiscountLineDetail"]
    if not items:
        raise required("Line")
    numbered = _with_inline_subtotals(number_lines(draft, items))
    subtotal = subtotal_of(numbered)
    trailer: Body = {"Amount": money(subtotal), "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
    draft.body["Line"] = [*numbered, trailer, *_discount(draft, discounts, subtotal)]
    if len(numbered) > _MAX_TAXABLE_LINES and any(_is_taxed(line) for line in numbered):
        raise business(f"A transaction with sales tax cannot have more than {_MAX_TAXABLE_LINES} lines.")


def subtotal_of(lines: list[Body]) -> Decimal:
    """What the items and groups come to."""
    return total_of(line for line in lines if line.get("DetailType") in _COUNTED)


def discount_of(lines: list[Body]) -> Decimal:
    """What the discount line takes off."""
    return total_of(line for line in lines if line.get("DetailType") == "DiscountLineDetail")


def _item_line(draft: Draft, line: Body) -> Body:
    match line.get("DetailType"):
        case "SalesItemLineDetail":
            return _sales_item(draft, line)
        case "GroupLineDetail":
            return expand(draft, line)
        case "DescriptionOnly":
            return {
                **{n: v for n, v in line.items() if n != "Amount"},
                "DescriptionLineDetail": _description(line),
            }
        case None:
            raise required("Line.DetailType")
        case other:
            raise business(f"The line type {other} is not supported on this form.")


def _description(line: Body) -> Body:
    detail: Body = line.get("DescriptionLineDetail", {})
    return detail


def _sales_item(draft: Draft, line: Body) -> Body:
    detail = dict(line.get("SalesItemLineDetail", {}))
    if draft.us or draft.body.get("GlobalTaxCalculation") != "TaxInclusive":
        detail.pop("TaxInclusiveAmt", None)
    line = _net_from_gross(draft, line, detail)
    amount = check_amount(line, detail)
    item = draft.company.find("Item", str(detail.get("ItemRef", {}).get("value", "")))
    if item is None and "ItemRef" not in detail:
        item = _first_service(draft)
        detail["ItemRef"] = reference_to(item) if item else {"value": "1"}
    for measured in ("Qty", "UnitPrice"):
        if not detail.get(measured):
            detail.pop(measured, None)
    if draft.us:
        detail["TaxCodeRef"] = _us_code(draft, detail, item)
    ordered = {name: detail[name] for name in _DETAIL_ORDER if name in detail}
    return in_line_order({**line, "Amount": money(amount), "SalesItemLineDetail": {**detail, **ordered} | {}})


def _net_from_gross(draft: Draft, line: Body, detail: Body) -> Body:
    """An inclusive line may come with its gross alone."""
    if "Amount" in line or "TaxInclusiveAmt" not in detail:
        return line
    rate = Decimal(0)
    code = draft.company.find("TaxCode", str(detail.get("TaxCodeRef", {}).get("value", "")))
    if code is not None:
        from_code = code.body.get("SalesTaxRateList", {}).get("TaxRateDetail", [])
        rates = [draft.company.find("TaxRate", entry["TaxRateRef"]["value"]) for entry in from_code]
        rate = sum((decimal_of(found.body["RateValue"]) for found in rates if found), ZERO)
    gross = decimal_of(detail["TaxInclusiveAmt"])
    return {**line, "Amount": cents(gross * 100 / (100 + rate))}


_DETAIL_ORDER = ("ItemRef", "ClassRef", "UnitPrice", "Qty", "TaxCodeRef", "ServiceDate", "TaxInclusiveAmt")


def _first_service(draft: Draft) -> Record | None:
    services = (r for r in draft.company.table("Item").values() if r.active and r.body.get("Type") == "Service")
    return next(services, None)


def _us_code(draft: Draft, detail: Body, item: Record | None) -> Body:
    """TAX or NON; left out, a taxable item sold to a taxable customer is taxed."""
    code = detail.get("TaxCodeRef", {}).get("value")
    if code in {"TAX", "NON"}:
        return {"value": code}
    if code is not None:
        raise fault(
            "6100",
            "Invalid Line TaxCode in the request",
            "Line TaxCode should be either TAX or NON for the US companies",
            "",
        )
    customer = draft.referred("CustomerRef", "Customer")
    taxed = item is not None and item.body.get("Taxable") and (not customer or customer.body.get("Taxable", True))
    return {"value": "TAX" if taxed else "NON"}


def _is_taxed(line: Body) -> bool:
    return bool(line.get("SalesItemLineDetail", {}).get("TaxCodeRef", {}).get("value", "NON") != "NON")


def _with_inline_subtotals(lines: list[Body]) -> list[Body]:
    """Read a description that says `Subtotal:` as the sum of the lines since the last one."""
    out: list[Body] = []
    running = ZERO
    for line in lines:
        text = str(line.get("Description", ""))
        if line["DetailType"] == "DescriptionOnly" and text.startswith(_SUBTOTAL_MARK):
            out.append({**line, "Description": f"{_SUBTOTAL_MARK} {cents(running)}"})
            running = ZERO
            continue
        if line["DetailType"] in _COUNTED:
            running += decimal_of(line.get("Amount"))
        out.append(line)
    return out


def _discount(draft: Draft, lines: list[Body], subtotal: Decimal) -> list[Body]:
    """The one discount line a form may have, with its amount worked out."""
    if not lines:
        return []
    if len(lines) > 1:
        raise business("You can have only one discount line per transaction.")
    if draft.company.setting("SalesFormsPrefs", "AllowDiscount") is False:
        raise business("The discount feature is turned off for this company.")
    line = lines[0]
    detail = dict(line.get("DiscountLineDetail", {}))
    amount = _discount_amount(line, detail, subtotal)
    if amount > subtotal:
        raise business("The discount amount can't be greater than the subtotal.")
    account = next((r for r in draft.company.table("Account").values() if _is_discount_account(r)), None)
    if "DiscountAccountRef" not in detail and account:
        detail["DiscountAccountRef"] = reference_to(account)
    detail.setdefault("PercentBased", False)
    kept = {name: value for name, value in line.items() if name not in {"Id", "LineNum", "Amount"}}
    return [in_line_order({**kept, "Amount": money(amount), "DiscountLineDetail": detail})]


def _discount_amount(line: Body, detail: Body, subtotal: Decimal) -> Decimal:
    if detail.get("PercentBased") and "DiscountPercent" in detail:
        detail["DiscountPercent"] = measure(decimal_of(detail["DiscountPercent"]))
        return cents(subtotal * decimal_of(detail["DiscountPercent"]) / 100)
    if "Amount" not in line:
        raise fault(
            "6090",
            "Invalid Discount Line",
            "A discount line needs either an Amount or a DiscountPercent with PercentBased",
            "Line",
        )
    return decimal_of(line["Amount"])


def _is_discount_account(record: Record) -> bool:
    return record.body.get("AccountSubType") == "DiscountsRefundsGiven" and record.active
