"""What was sold: by customer, by item."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body
from qbo_connector.simulator.reports.table import Column, Table
from qbo_connector.simulator.wire.numbers import ZERO, cents, decimal_of

_SIGNS = {"Invoice": 1, "SalesReceipt": 1, "CreditMemo": -1, "RefundReceipt": -1}

Parts = Callable[[Body], Iterator[tuple[str, Decimal]]]


def sales_by_customer(company: Company, begin: date, end: date) -> Table:
    """Sales before tax, by customer."""
    return _table("Customer", _sums(company, begin, end, _by_customer))


def sales_by_item(company: Company, begin: date, end: date) -> Table:
    """Sales before tax and discounts, by item."""
    return _table("Item", _sums(company, begin, end, _by_item))


def _sums(company: Company, begin: date, end: date, parts: Parts) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for entity, sign in _SIGNS.items():
        for record in company.table(entity).values():
            if begin.isoformat() <= record.body["TxnDate"] <= end.isoformat():
                for name, value in parts(record.body):
                    sums[name] = sums.get(name, ZERO) + sign * value
    return sums


def _by_customer(body: Body) -> Iterator[tuple[str, Decimal]]:
    tax = decimal_of(body.get("TxnTaxDetail", {}).get("TotalTax"))
    yield body.get("CustomerRef", {}).get("name", "Not specified"), decimal_of(body["TotalAmt"]) - tax


def _by_item(body: Body) -> Iterator[tuple[str, Decimal]]:
    for line in body["Line"]:
        item = line.get("SalesItemLineDetail", {}).get("ItemRef")
        if item:
            yield item.get("name", item["value"]), decimal_of(line.get("Amount"))


def _table(kind: str, sums: dict[str, Decimal]) -> Table:
    rows = tuple((name, str(cents(value))) for name, value in sorted(sums.items()) if value)
    return Table(columns=(Column(title="", kind=kind), Column(title="Total", kind="Money")), rows=rows)
