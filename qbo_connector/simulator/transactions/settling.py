"""Both sides of a link: what a payment settles shows it, and has less left to pay."""

from decimal import Decimal

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body, Key, Record
from qbo_connector.simulator.transactions.balances import move_balance
from qbo_connector.simulator.transactions.currency import set_home_amounts
from qbo_connector.simulator.wire.numbers import ZERO, decimal_of, money

TXN_TYPES = {
    "Invoice": "Invoice",
    "CreditMemo": "CreditMemo",
    "Payment": "Payment",
    "Bill": "Bill",
    "VendorCredit": "VendorCredit",
    "JournalEntry": "JournalEntry",
    "SalesReceipt": "SalesReceipt",
    "Expense": "Purchase",
    "Check": "Purchase",
    "CreditCardCredit": "Purchase",
    "ReceivePayment": "Payment",
    "BillPaymentCheck": "BillPayment",
    "Estimate": "Estimate",
    "PurchaseOrder": "PurchaseOrder",
    "Deposit": "Deposit",
    "RefundReceipt": "RefundReceipt",
    "TimeActivity": "TimeActivity",
    "ReimburseCharge": "ReimburseCharge",
}
_SETTLED_BY_LINES = frozenset({"Payment", "BillPayment"})


def linked_amounts(body: Body) -> dict[Key, Decimal]:
    """What a payment's lines apply to which documents."""
    amounts: dict[Key, Decimal] = {}
    for line in body.get("Line", []):
        for link in line.get("LinkedTxn", []):
            key = (TXN_TYPES.get(link.get("TxnType", ""), ""), str(link.get("TxnId", "")))
            amounts[key] = amounts.get(key, ZERO) + decimal_of(line.get("Amount"))
    return amounts


def settle(company: Company, record: Record, before: Body) -> None:
    """After a write: carry links and balances to everything the document touches."""
    if record.kind.name in _SETTLED_BY_LINES:
        for target in company.links.replace(record.key, linked_amounts(record.body)):
            document = company.find(*target)
            if document is not None:
                _refresh(company, document, by=record)
    move_balance(company, record, before)


def unlink(company: Company, document: Record) -> None:
    """Take a document out of everything that settles it; the money stays on the payments, unapplied."""
    for key in company.links.sources_of(document.key):
        source = company.find(*key)
        if source is None:
            continue
        before = source.body
        freed = company.links.applied_by(key, document.key)
        lines = [line for line in before.get("Line", []) if document.key not in linked_amounts({"Line": [line]})]
        body = {**before, "Line": lines}
        if "UnappliedAmt" in before:
            body["UnappliedAmt"] = money(decimal_of(before["UnappliedAmt"]) + freed)
        company.replace(source, body)
        settle(company, source, before)


def _refresh(company: Company, document: Record, *, by: Record) -> None:
    """Recompute what is left to pay and who paid."""
    before = dict(document.body)
    body = dict(document.body)
    if "Balance" in body:
        rest = (
            decimal_of(body["TotalAmt"]) - company.links.applied_to(document.key) - decimal_of(body.get("Deposit"))
        )
        body["Balance"] = money(rest)
        if "RemainingCredit" in body:
            body["RemainingCredit"] = money(rest)
        set_home_amounts(company, body)
    body["LinkedTxn"] = _links_without(body, by) + _links_from(company, document, by)
    if company.knobs.bump_invoice_on_payment:
        company.replace(document, body)
    else:
        document.body = body
        company.touch(document)
        company.tell(document, "Update")
    move_balance(company, document, before)


def _links_without(body: Body, source: Record) -> list[Body]:
    own = {(source.id, link_type(source))}
    return [link for link in body.get("LinkedTxn", []) if (link["TxnId"], link["TxnType"]) not in own]


def _links_from(company: Company, document: Record, source: Record) -> list[Body]:
    if source.key not in company.links.sources_of(document.key):
        return []
    return [{"TxnId": source.id, "TxnType": link_type(source)}]


def link_type(record: Record) -> str:
    """What a document is called in a LinkedTxn."""
    if record.kind.name == "BillPayment":
        return "BillPaymentCheck" if record.body.get("PayType") == "Check" else "BillPaymentCreditCard"
    return record.kind.name
