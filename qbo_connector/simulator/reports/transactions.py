"""Every document of a period in one list."""

from datetime import date

from qbo_connector.simulator.company.company import Company, amount
from qbo_connector.simulator.company.records import Record
from qbo_connector.simulator.reports.table import Column, Table
from qbo_connector.simulator.wire.numbers import cents

_COLUMNS = (
    Column(title="Date", kind="tx_date"),
    Column(title="Transaction Type", kind="txn_type"),
    Column(title="Num", kind="doc_num"),
    Column(title="Name", kind="name"),
    Column(title="Amount", kind="subt_nat_amount"),
)


def transaction_list(company: Company, begin: date, end: date) -> Table:
    """Documents from `begin` to `end`, oldest first."""
    records = [
        record for record in company.records() if record.kind.is_transaction and _within(record, begin, end)
    ]
    records.sort(key=lambda record: (record.body["TxnDate"], record.sequence))
    return Table(columns=_COLUMNS, rows=tuple(_row(record) for record in records))


def _within(record: Record, begin: date, end: date) -> bool:
    return begin.isoformat() <= str(record.body.get("TxnDate", "")) <= end.isoformat()


def _row(record: Record) -> tuple[str, ...]:
    body = record.body
    party = body.get("CustomerRef") or body.get("VendorRef") or {}
    total = amount(record, "TotalAmt") or amount(record, "Amount")
    return (
        body["TxnDate"],
        record.kind.title,
        body.get("DocNumber", ""),
        party.get("name", ""),
        str(cents(total)),
    )
