"""Voiding: the document stays, worth nothing (reference §6.3)."""

from typing import Any

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body, Record
from qbo_connector.simulator.entities.kinds import EntityKind, Op
from qbo_connector.simulator.faults import system_failure, unsupported
from qbo_connector.simulator.writing.rules import follow_up, guard_removal
from qbo_connector.simulator.writing.save import check_subscription, check_token, current

_MARK = "Voided"
_LINES_GO = frozenset({"Payment", "BillPayment"})
_AMOUNTS = ("TotalAmt", "Balance", "HomeTotalAmt", "HomeBalance", "UnappliedAmt")


def void(company: Company, kind: EntityKind, payload: Any, *, by_include: bool) -> Record | None:
    """Void a document; None is QuickBooks' silent answer for journal entries, where nothing happens.

    Raises:
        IntuitFault: 500 where an entity has no void, 10000 in a 200 for bills, 610, 5010, 6000.
    """
    if not by_include:
        if kind.name == "JournalEntry":
            return None
        if kind.name == "Bill":
            raise system_failure("java.lang.UnsupportedOperationException", status=200)
    if (Op.VOID_INCLUDE if by_include else Op.VOID) not in kind.operations:
        raise unsupported("void")
    check_subscription(company)
    record = current(company, kind, payload)
    check_token(company, record, payload)
    guard_removal(company, record)
    before = record.body
    company.replace(record, _voided(kind, before), operation="Void")
    record.facts["tax"] = {}
    follow_up(company, record, before)
    return record


def _voided(kind: EntityKind, body: Body) -> Body:
    note = str(body.get("PrivateNote", ""))
    lines: list[Body] = [] if kind.name in _LINES_GO else [_emptied(line) for line in body.get("Line", [])]
    voided = {**body, "Line": lines, "PrivateNote": f"{_MARK} - {note}" if note else _MARK}
    voided.update({name: 0 for name in _AMOUNTS if name in body})
    if "TxnTaxDetail" in body:
        voided["TxnTaxDetail"] = {"TotalTax": 0}
    return voided


def _emptied(line: Body) -> Body:
    """A line worth 0; quantities go too, prices stay."""
    out = {**line, "Amount": 0} if "Amount" in line else dict(line)
    detail_type = str(line.get("DetailType"))
    detail = out.get(detail_type)
    if isinstance(detail, dict) and "Qty" in detail:
        out[detail_type] = {**detail, "Qty": 0}
    if detail_type == "GroupLineDetail" and isinstance(detail, dict):
        out[detail_type] = {**detail, "Line": [_emptied(member) for member in detail.get("Line", [])]}
    return out
