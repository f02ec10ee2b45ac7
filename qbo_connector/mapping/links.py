"""Which documents a payment settles or draws on (Intuit's Payment and BillPayment pages)."""

from collections.abc import Iterator, Mapping
from typing import Any

from qbo_connector.canonical.application import Application, AppliedTo
from qbo_connector.canonical.settlement import Settlement
from qbo_connector.mapping.naming import Naming
from qbo_connector.mapping.symbols import ref, resolved

TXN_TYPES = {
    AppliedTo.INVOICE: "Invoice",
    AppliedTo.CREDIT_MEMO: "CreditMemo",
    AppliedTo.BILL: "Bill",
    AppliedTo.VENDOR_CREDIT: "VendorCredit",
    AppliedTo.JOURNAL_ENTRY: "JournalEntry",
    AppliedTo.EXPENSE: "Expense",
    AppliedTo.CHECK: "Check",
    AppliedTo.CARD_CREDIT: "CreditCardCredit",
    AppliedTo.DEPOSIT: "Deposit",
}
TXN_ID = "TxnId"


def linked_lines(payment: Settlement, naming: Naming) -> list[dict[str, Any]]:
    """One line per document: first those that are settled, then the credits that are drawn on."""
    return [_line(part, naming) for part in (*payment.applications, *payment.credits)]


def _line(part: Application, naming: Naming) -> dict[str, Any]:
    link = {TXN_ID: ref(naming.document(part)), "TxnType": TXN_TYPES[part.kind]}
    return {"Amount": part.amount, "LinkedTxn": [link]}


def sendable(body: Any, ids: Mapping[str, str]) -> Any:
    """`symbols.resolved`, for bodies with links as well: QuickBooks wants the bare id there, not a reference.

    Raises:
        KeyError: a symbol has no id.
    """
    return _bare(resolved(body, ids))


def _bare(body: Any) -> Any:
    if isinstance(body, Mapping):
        return dict(_fields(body))
    return [_bare(part) for part in body] if isinstance(body, list) else body


def _fields(body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in body.items():
        yield name, value["value"] if name == TXN_ID and isinstance(value, Mapping) else _bare(value)
