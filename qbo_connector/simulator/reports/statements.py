"""Profit and loss, summed from the documents."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from qbo_connector.simulator.company.company import Company, name_of
from qbo_connector.simulator.company.records import Body
from qbo_connector.simulator.reports.table import Column, Section, Table
from qbo_connector.simulator.wire.numbers import ZERO, cents, decimal_of

_SALES = {"Invoice": 1, "SalesReceipt": 1, "CreditMemo": -1, "RefundReceipt": -1}
_BUYING = {"Bill": 1, "Purchase": 1, "VendorCredit": -1}


def profit_and_loss(company: Company, begin: date, end: date) -> Table:
    """Income by the items' accounts, expenses by the lines' accounts, and what is left."""
    income = _sums(company, _SALES, begin, end)
    expenses = _sums(company, _BUYING, begin, end)
    earned, spent = sum(income.values(), ZERO), sum(expenses.values(), ZERO)
    left = str(cents(earned - spent))
    rows = (
        _section("Income", income, earned),
        Section(group="GrossProfit", head="", rows=(), summary=("Gross Profit", str(cents(earned)))),
        _section("Expenses", expenses, spent),
        Section(group="NetOperatingIncome", head="", rows=(), summary=("Net Operating Income", left)),
        Section(group="NetIncome", head="", rows=(), summary=("Net Income", left)),
    )
    columns = (Column(title="", kind="Account"), Column(title="Total", kind="Money"))
    return Table(columns=columns, rows=rows if income or expenses else ())


def _section(group: str, sums: dict[str, Decimal], total: Decimal) -> Section:
    rows = tuple((name, str(cents(value))) for name, value in sorted(sums.items()))
    return Section(group=group, head=group, rows=rows, summary=(f"Total {group}", str(cents(total))))


def _sums(company: Company, kinds: dict[str, int], begin: date, end: date) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for entity, sign in kinds.items():
        for record in company.table(entity).values():
            if begin.isoformat() <= record.body["TxnDate"] <= end.isoformat():
                for account, value in _postings(company, record.body):
                    sums[account] = sums.get(account, ZERO) + sign * value
    return {account: value for account, value in sums.items() if value}


def _postings(company: Company, body: Body) -> Iterator[tuple[str, Decimal]]:
    for line in body.get("Line", []):
        value = decimal_of(line.get("Amount"))
        detail = line.get(str(line.get("DetailType")), {})
        if "AccountRef" in detail:
            yield _account(company, detail["AccountRef"]["value"]), value
        elif line.get("DetailType") == "DiscountLineDetail":
            yield detail.get("DiscountAccountRef", {}).get("name", "Discounts given"), -value
        elif "ItemRef" in detail:
            item = company.find("Item", detail["ItemRef"]["value"])
            income = item.body.get("IncomeAccountRef", {}) if item else {}
            yield income.get("name", "Uncategorized Income"), value


def _account(company: Company, identifier: str) -> str:
    record = company.find("Account", identifier)
    return name_of(record) if record else ""
