"""American sales tax: TAX or NON on the lines, one code for the whole form (reference §6.8).

Companies with automated sales tax let the ship-to address decide; others use the code they are sent.
Either way an explicit TotalTax is honoured and spread over the rates.
"""

from decimal import Decimal

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body
from qbo_connector.simulator.transactions.sales_lines import discount_of, subtotal_of
from qbo_connector.simulator.transactions.tax_rates import Rate, prorate, rates_of, tax_line, tax_on
from qbo_connector.simulator.wire.numbers import ZERO, cents, decimal_of, money
from qbo_connector.simulator.writing.draft import Draft


def tax_us(draft: Draft) -> Decimal:
    """Write TxnTaxDetail; returns the tax."""
    instruction = _instruction(draft)
    taxable = _taxable(draft)
    if not draft.company.setting("TaxPrefs", "UsingSalesTax") or not taxable:
        draft.body["TxnTaxDetail"] = {"TotalTax": 0}
        return ZERO
    code = _code(draft, instruction)
    rates = rates_of(draft.company, code) if code else []
    amounts = _amounts(rates, taxable, instruction.get("TotalTax"))
    total = sum(amounts, ZERO) if rates else cents(decimal_of(instruction.get("TotalTax")))
    detail: Body = {"TxnTaxCodeRef": {"value": code}} if code else {}
    detail["TotalTax"] = money(total)
    lines = [tax_line(rate, net=taxable, amount=tax) for rate, tax in zip(rates, amounts, strict=True)]
    draft.body["TxnTaxDetail"] = detail | ({"TaxLine": lines} if lines else {})
    return total


def _instruction(draft: Draft) -> Body:
    """What the client asked for: now, or earlier if this write leaves lines and tax alone."""
    if "TxnTaxDetail" in draft.sent:
        detail = draft.body["TxnTaxDetail"]
        draft.facts["tax"] = {name: detail[name] for name in ("TxnTaxCodeRef", "TotalTax") if name in detail}
    elif "Line" in draft.sent and not draft.creating:
        draft.facts["tax"] = {n: v for n, v in draft.facts.get("tax", {}).items() if n == "TxnTaxCodeRef"}
    instruction: Body = draft.facts.setdefault("tax", {})
    return instruction


def _code(draft: Draft, instruction: Body) -> str | None:
    if draft.company.setting("TaxPrefs", "PartnerTaxEnabled"):
        return _code_by_place(draft.company, draft.body)
    code: str | None = instruction.get("TxnTaxCodeRef", {}).get("value")
    return code


def _code_by_place(company: Company, body: Body) -> str | None:
    place = body.get("ShipAddr") or body.get("BillAddr") or {}
    state = place.get("CountrySubDivisionCode") or _home_state(company)
    for record in company.table("TaxCode").values():
        if record.body.get("Description") == f"Sales tax {state}":
            return record.id
    return None


def _home_state(company: Company) -> str:
    info = company.find("CompanyInfo", "1")
    address = info.body.get("CompanyAddr", {}) if info else {}
    return str(address.get("CountrySubDivisionCode", ""))


def _amounts(rates: list[Rate], taxable: Decimal, total: object) -> list[Decimal]:
    if total is None:
        return [tax_on(taxable, rate) for rate in rates]
    return prorate(cents(decimal_of(total)), rates)


def _taxable(draft: Draft) -> Decimal:
    """The taxed lines; with ApplyTaxAfterDiscount less their share of the discount."""
    lines = draft.body["Line"]
    base = sum((_taxed_amount(line) for line in lines), ZERO)
    discount = discount_of(lines)
    if not draft.body.get("ApplyTaxAfterDiscount") or not discount:
        return base
    return cents(base - discount * base / subtotal_of(lines))


def _taxed_amount(line: Body) -> Decimal:
    if line.get("DetailType") == "GroupLineDetail":
        return sum((_taxed_amount(member) for member in line["GroupLineDetail"].get("Line", [])), ZERO)
    code = line.get("SalesItemLineDetail", {}).get("TaxCodeRef", {}).get("value")
    return decimal_of(line.get("Amount")) if code == "TAX" else ZERO
