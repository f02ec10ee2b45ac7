"""Who owes how much, and since when: customers to us, we to vendors."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from qbo_connector.simulator.company.company import Company, amount, name_of
from qbo_connector.simulator.reports.table import Column, Table
from qbo_connector.simulator.wire.numbers import ZERO, cents

_BUCKETS = ((0, "Current"), (30, "1 - 30"), (60, "31 - 60"), (90, "61 - 90"))
_OLDER = "91 and over"

Report = Callable[[Company, date, date], Table]


def aged(entity: str, party: str) -> Report:
    """Open documents of one kind by party and by how long they are overdue at the end of the period."""

    def report(company: Company, _begin: date, end: date) -> Table:
        titles = [title for _, title in _BUCKETS] + [_OLDER]
        owed: dict[str, list[Decimal]] = {}
        for document in company.table(entity).values():
            rest = amount(document, "Balance")
            if rest and document.body["TxnDate"] <= end.isoformat():
                overdue = (end - date.fromisoformat(document.body["DueDate"])).days
                sums = owed.setdefault(document.body[f"{party}Ref"]["name"], [ZERO] * len(titles))
                sums[_bucket(overdue)] += rest
        rows = [_row(name, sums) for name, sums in sorted(owed.items())]
        money = tuple(Column(title=title, kind="Money") for title in (*titles, "Total"))
        return Table(columns=(Column(title="", kind=party), *money), rows=tuple(rows))

    return report


def balances(party: str) -> Report:
    """What each customer owes, or each vendor is owed, now."""

    def report(company: Company, _begin: date, _end: date) -> Table:
        names = sorted(company.table(party).values(), key=name_of)
        owing = [record for record in names if amount(record, "Balance")]
        rows = [(name_of(record), _cell(amount(record, "Balance"))) for record in owing]
        columns = (Column(title="", kind=party), Column(title="Total", kind="Money"))
        return Table(columns=columns, rows=tuple(rows))

    return report


def _row(name: str, sums: list[Decimal]) -> tuple[str, ...]:
    return (name, *(_cell(part) for part in sums), _cell(sum(sums, ZERO)))


def _bucket(overdue: int) -> int:
    return next((n for n, (limit, _) in enumerate(_BUCKETS) if overdue <= limit), len(_BUCKETS))


def _cell(value: Decimal) -> str:
    return str(cents(value)) if value else ""
