"""Tax outside the United States: a real code on every line, summed per rate (reference §6.8)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from qbo_connector.simulator.company.records import Body
from qbo_connector.simulator.faults import business, fault
from qbo_connector.simulator.transactions.tax_rates import Rate, rates_of, tax_line, tax_on, total_percent
from qbo_connector.simulator.wire.numbers import ZERO, cents, decimal_of, money
from qbo_connector.simulator.writing.draft import Draft

_TAXED_DETAILS = (
    "SalesItemLineDetail",
    "AccountBasedExpenseLineDetail",
    "ItemBasedExpenseLineDetail",
    "DiscountLineDetail",
)


@dataclass(slots=True)
class _Sums:
    """Net amounts per rate, and the gross of inclusive lines."""

    net: dict[Rate, Decimal] = field(default_factory=dict)
    inclusive_tax: dict[Rate, Decimal] = field(default_factory=dict)

    def add(self, rates: list[Rate], net: Decimal, gross: Decimal | None) -> None:
        whole = total_percent(rates)
        for rate in rates:
            self.net[rate] = self.net.get(rate, ZERO) + net
            if gross is not None and whole:
                share = (gross - net) * rate.percent / whole
                self.inclusive_tax[rate] = self.inclusive_tax.get(rate, ZERO) + share


def tax_global(draft: Draft, *, sales: bool = True) -> Decimal:
    """Write TxnTaxDetail and, on inclusive forms, each line's gross; returns the tax.

    Raises:
        IntuitFault: 6000 for a line without a code, 6170 for tax on a form that has none.
    """
    mode = draft.body.setdefault("GlobalTaxCalculation", "TaxExcluded" if sales else "NotApplicable")
    if mode == "NotApplicable":
        _refuse_tax(draft)
        draft.body.pop("TxnTaxDetail", None)
        return ZERO
    sums = _Sums()
    for line, detail in _taxed_lines(draft.body["Line"]):
        rates = _rates_of_line(draft, line, detail, sales=sales)
        sums.add(rates, *_net_and_gross(line, detail, rates, inclusive=mode == "TaxInclusive"))
    given = _given_amounts(draft)
    lines = [
        tax_line(rate, net=net, amount=given.get(rate.id, _tax(sums, rate, net))) for rate, net in sums.net.items()
    ]
    total = sum((decimal_of(line["Amount"]) for line in lines), ZERO)
    draft.body["TxnTaxDetail"] = {"TotalTax": money(total), "TaxLine": lines} if lines else {"TotalTax": 0}
    return total


def _refuse_tax(draft: Draft) -> None:
    if "TxnTaxDetail" in draft.sent and decimal_of(draft.body["TxnTaxDetail"].get("TotalTax")):
        raise fault(
            "6170",
            "Invalid TxnTaxDetail",
            "TxnTaxDetail is not allowed when GlobalTaxCalculation is NotApplicable",
            "TxnTaxDetail",
        )


def _taxed_lines(lines: list[Body]) -> Iterator[tuple[Body, Body]]:
    for line in lines:
        if line.get("DetailType") == "GroupLineDetail":
            yield from _taxed_lines(line["GroupLineDetail"].get("Line", []))
            continue
        detail = line.get(str(line.get("DetailType")))
        if detail is not None and line.get("DetailType") in _TAXED_DETAILS:
            yield line, detail


def _rates_of_line(draft: Draft, line: Body, detail: Body, *, sales: bool) -> list[Rate]:
    code = detail.get("TaxCodeRef", {}).get("value")
    if code is not None and draft.company.find("TaxCode", code) is not None:
        return rates_of(draft.company, code, sales=sales)
    if line.get("DetailType") == "DiscountLineDetail":
        return []
    raise _missing_code(draft)


def _net_and_gross(
    line: Body, detail: Body, rates: list[Rate], *, inclusive: bool
) -> tuple[Decimal, Decimal | None]:
    """A line's net amount and, on inclusive forms, its gross, which is written into the line."""
    net = decimal_of(line.get("Amount"))
    if line.get("DetailType") == "DiscountLineDetail":
        return -net, None
    if not inclusive:
        return net, None
    gross = _gross(detail, net, rates)
    detail["TaxInclusiveAmt"] = money(gross)
    return net, gross


def _missing_code(draft: Draft) -> Exception:
    word = draft.company.region.tax_word
    return business(f"Make sure all your transactions have a {word} rate before you save.")


def _gross(detail: Body, net: Decimal, rates: list[Rate]) -> Decimal:
    given = decimal_of(detail.get("TaxInclusiveAmt"))
    return given or cents(net * (100 + total_percent(rates)) / 100)


def _tax(sums: _Sums, rate: Rate, net: Decimal) -> Decimal:
    if rate in sums.inclusive_tax:
        return cents(sums.inclusive_tax[rate])
    return tax_on(net, rate)


def _given_amounts(draft: Draft) -> dict[str, Decimal]:
    """Amounts per rate that the client insists on, as long as it resends them with the lines."""
    if "TxnTaxDetail" not in draft.sent:
        return {}
    lines = draft.body["TxnTaxDetail"].get("TaxLine", [])
    return {
        str(line["TaxLineDetail"]["TaxRateRef"]["value"]): decimal_of(line["Amount"])
        for line in lines
        if "Amount" in line and "TaxRateRef" in line.get("TaxLineDetail", {})
    }
