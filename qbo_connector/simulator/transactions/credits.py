"""Credits that QuickBooks applies by itself, where the company has that switched on (reference §6.4)."""

from collections.abc import Iterator
from decimal import Decimal

from qbo_connector.simulator.company.company import Company, amount
from qbo_connector.simulator.company.records import Body, Record
from qbo_connector.simulator.wire.numbers import ZERO, money


def credits_for(company: Company, invoice: Record) -> Body | None:
    """The payment of nothing that applies open credit memos to a new invoice; None if there are none."""
    if not company.setting("SalesFormsPrefs", "AutoApplyCredit"):
        return None
    lines: list[Body] = []
    applied = ZERO
    for memo, part in _parts(company, invoice):
        lines.append(_line("CreditMemo", memo, part))
        applied += part
    if not applied:
        return None
    customer = invoice.body["CustomerRef"]["value"]
    return {
        "CustomerRef": {"value": customer},
        "TotalAmt": 0,
        "Line": [_line("Invoice", invoice, applied), *lines],
    }


def _parts(company: Company, invoice: Record) -> Iterator[tuple[Record, Decimal]]:
    left = amount(invoice, "Balance")
    for memo in company.table("CreditMemo").values():
        same = memo.body.get("CustomerRef", {}).get("value") == invoice.body["CustomerRef"]["value"]
        part = min(left, amount(memo, "Balance")) if same else ZERO
        if part > 0:
            left -= part
            yield memo, part


def _line(kind: str, record: Record, part: Decimal) -> Body:
    return {"Amount": money(part), "LinkedTxn": [{"TxnId": record.id, "TxnType": kind}]}
