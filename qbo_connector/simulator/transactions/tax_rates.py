"""Tax codes and the rates behind them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body
from qbo_connector.simulator.wire.numbers import ZERO, cents, decimal_of, measure, money


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One rate of a code; `percent` 8 means 8 %."""

    id: str
    percent: Decimal


def rates_of(company: Company, code: str, *, sales: bool = True) -> list[Rate]:
    """The rates a tax code applies to sales (or purchases), in their order."""
    record = company.find("TaxCode", code)
    if record is None:
        return []
    rate_list = record.body.get("SalesTaxRateList" if sales else "PurchaseTaxRateList", {})
    return list(_rates(company, rate_list.get("TaxRateDetail", [])))


def total_percent(rates: list[Rate]) -> Decimal:
    """What a code's rates come to together."""
    return sum((rate.percent for rate in rates), ZERO)


def tax_on(net: Decimal, rate: Rate) -> Decimal:
    """The tax of one rate on a net amount, half-up to the cent."""
    return cents(net * rate.percent / 100)


def tax_line(rate: Rate, *, net: Decimal, amount: Decimal) -> Body:
    """A TaxLine as QuickBooks answers it."""
    return {
        "Amount": money(amount),
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": {
            "TaxRateRef": {"value": rate.id},
            "PercentBased": True,
            "TaxPercent": measure(rate.percent),
            "NetAmountTaxable": money(net),
        },
    }


def prorate(total: Decimal, rates: list[Rate]) -> list[Decimal]:
    """Spread a given tax over rates by their size; the last takes the odd cent."""
    whole = total_percent(rates)
    shares = [cents(total * rate.percent / whole) if whole else ZERO for rate in rates]
    if shares:
        shares[-1] = total - sum(shares[:-1], ZERO)
    return shares


def _rates(company: Company, entries: list[Body]) -> Iterator[Rate]:
    for entry in entries:
        record = company.find("TaxRate", str(entry["TaxRateRef"]["value"]))
        if record is not None:
            yield Rate(id=record.id, percent=decimal_of(record.body.get("RateValue")))
