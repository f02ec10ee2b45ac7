"""The few reports a connector reads (reference §3.4)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from qbo_connector.simulator.api.call import Call
from qbo_connector.simulator.clock import stamp
from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.faults import no_resource
from qbo_connector.simulator.reports.receivables import aged, balances
from qbo_connector.simulator.reports.sales import sales_by_customer, sales_by_item
from qbo_connector.simulator.reports.statements import profit_and_loss
from qbo_connector.simulator.reports.table import Column, Table
from qbo_connector.simulator.reports.transactions import transaction_list

Report = Callable[[Company, date, date], Table]

_REPORTS: dict[str, tuple[str, Report]] = {
    title.lower(): (title, report)
    for title, report in (
        ("ProfitAndLoss", profit_and_loss),
        ("AgedReceivables", aged("Invoice", "Customer")),
        ("AgedPayables", aged("Bill", "Vendor")),
        ("CustomerBalance", balances("Customer")),
        ("VendorBalance", balances("Vendor")),
        ("CustomerSales", sales_by_customer),
        ("ItemSales", sales_by_item),
        ("TransactionList", transaction_list),
    )
}
_ALWAYS_EMPTY = (
    "BalanceSheet", "ProfitAndLossDetail", "TrialBalance", "CashFlow", "InventoryValuationSummary",
    "CustomerIncome",
    "CustomerBalanceDetail", "AgedReceivableDetail", "VendorBalanceDetail", "AgedPayableDetail", "VendorExpenses",
    "GeneralLedger", "GeneralLedgerDetail", "DepartmentSales", "ClassSales", "TaxSummary", "JournalReport",
    "AccountList", "TransactionListByCustomer", "TransactionListByVendor", "TransactionListWithSplits",
)  # fmt: skip
"""Reports that need a general ledger, which the simulator has not got: answered as having no data."""


def run_report(company: Company, call: Call) -> dict[str, Any]:
    """One report over a period, by default this year so far.

    Raises:
        IntuitFault: 500, a report the simulator does not know.
    """
    name = call.segments[1].lower() if len(call.segments) > 1 else ""
    title, report = _REPORTS.get(name) or _empty(call, name)
    today = company.clock.today()
    begin = _day(call, "start_date", today.replace(month=1, day=1))
    end = _day(call, "end_date", today)
    table = report(company, begin, end)
    return {"Header": _header(company, title, begin, end, empty=not table.rows), **table.on_wire()}


def _empty(call: Call, name: str) -> tuple[str, Report]:
    title = next((title for title in _ALWAYS_EMPTY if title.lower() == name), None)
    if title is None:
        raise no_resource(call.request.path, host=call.host)
    columns = (Column(title="", kind="Account"), Column(title="Total", kind="Money"))
    return title, lambda _company, _begin, _end: Table(columns=columns)


def _day(call: Call, name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(call.request.query[name])
    except (KeyError, ValueError):
        return otherwise


def _header(company: Company, title: str, begin: date, end: date, *, empty: bool) -> dict[str, Any]:
    return {
        "Time": stamp(company.clock.now()),
        "ReportName": title,
        "ReportBasis": "Accrual",
        "StartPeriod": begin.isoformat(),
        "EndPeriod": end.isoformat(),
        "SummarizeColumnsBy": "Total",
        "Currency": company.region.currency,
        "Option": [
            {"Name": "AccountingStandard", "Value": "GAAP"},
            {"Name": "NoReportData", "Value": "true" if empty else "false"},
        ],
    }
