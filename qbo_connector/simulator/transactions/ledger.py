"""Journal entries, deposits, transfers: documents that move money between accounts."""

from decimal import Decimal

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body, Record
from qbo_connector.simulator.faults import business, fault, required
from qbo_connector.simulator.transactions.currency import set_currency, set_home_amounts
from qbo_connector.simulator.transactions.dates import date_document
from qbo_connector.simulator.transactions.lines import number_lines, total_of
from qbo_connector.simulator.transactions.numbering import number_purchase
from qbo_connector.simulator.transactions.settling import TXN_TYPES
from qbo_connector.simulator.wire.numbers import ZERO, decimal_of, money
from qbo_connector.simulator.writing.draft import Draft

_LEAST_LINES = 2


def complete_journal_entry(draft: Draft) -> None:
    """Debits equal credits, and receivables name their customer.

    Raises:
        IntuitFault: 6000 or 2300.
    """
    lines = draft.body["Line"]
    if len(lines) < _LEAST_LINES:
        raise business("Fill out at least two detail lines to continue.")
    sums = {"Debit": ZERO, "Credit": ZERO}
    for line in lines:
        _check_journal_line(draft, line)
        sums[line["JournalEntryLineDetail"]["PostingType"]] += decimal_of(line.get("Amount"))
    if sums["Debit"] != sums["Credit"]:
        raise fault("2300", "Debits and credits do not match", "The sum of debits must equal the sum of credits")
    set_currency(draft, None)
    date_document(draft)
    number_purchase(draft)
    draft.body["Line"] = number_lines(draft, lines)
    draft.body["TotalAmt"] = money(sums["Debit"])
    set_home_amounts(draft.company, draft.body)


def _check_journal_line(draft: Draft, line: Body) -> None:
    detail = line.get("JournalEntryLineDetail", {})
    for name in ("PostingType", "AccountRef"):
        if name not in detail:
            raise required(name)
    account = draft.company.find("Account", detail["AccountRef"]["value"])
    kind = account.body.get("AccountType") if account else ""
    if kind == "Accounts Receivable" and "EntityRef" not in detail.get("Entity", {}):
        raise business("When you use Accounts Receivable, you must choose a customer in the Name field.")
    if kind == "Accounts Payable" and "EntityRef" not in detail.get("Entity", {}):
        raise business("When you use Accounts Payable, you must choose a vendor in the Name field.")


def complete_deposit(draft: Draft) -> None:
    """Sum a deposit and check what it takes up.

    Raises:
        IntuitFault: 6000 for a payment that is already deposited.
    """
    set_currency(draft, None)
    date_document(draft)
    for line in draft.body["Line"]:
        for record in _deposited(draft.company, line):
            if record.facts.get("deposit") not in {None, draft.before.id if draft.before else None}:
                raise business("One of the payments has already been deposited.")
        if "LinkedTxn" not in line and "DepositLineDetail" not in line:
            raise required("DepositLineDetail")
    draft.body["Line"] = number_lines(draft, draft.body["Line"])
    draft.body["TotalAmt"] = money(total_of(draft.body["Line"]))
    set_home_amounts(draft.company, draft.body)


def lock_deposited(company: Company, record: Record, before: Body) -> None:
    """After a write: lock what lies in the deposit now and free what no longer does."""
    for line in before.get("Line", []):
        for payment in _deposited(company, line):
            payment.facts.pop("deposit", None)
    for line in record.body.get("Line", []):
        for payment in _deposited(company, line):
            payment.facts["deposit"] = record.id


def _deposited(company: Company, line: Body) -> list[Record]:
    keys = [
        (TXN_TYPES.get(link.get("TxnType", ""), ""), str(link.get("TxnId"))) for link in line.get("LinkedTxn", [])
    ]
    return [record for record in (company.find(*key) for key in keys) if record is not None]


def complete_transfer(draft: Draft) -> None:
    """A transfer or a credit card payment: an amount, two accounts, a date.

    Raises:
        IntuitFault: 6000 for nothing or from an account to itself.
    """
    if decimal_of(draft.body.get("Amount")) <= Decimal(0):
        raise business("You must set a transaction amount.")
    if draft.ref("FromAccountRef") and draft.ref("FromAccountRef") == draft.ref("ToAccountRef"):
        raise business("You can't transfer from an account to itself.")
    set_currency(draft, None)
    date_document(draft)


def complete_time_activity(draft: Draft) -> None:
    """Whose time it was, and when."""
    field = "VendorRef" if draft.body["NameOf"] == "Vendor" else "EmployeeRef"
    if field not in draft.body:
        raise required(field)
    draft.body.setdefault("TxnDate", draft.company.clock.today().isoformat())
    draft.body.setdefault("BillableStatus", "NotBillable")
    draft.body.setdefault("Taxable", False)
    draft.body.setdefault("HourlyRate", 0)


def complete_adjustment(draft: Draft) -> None:
    """Move the stock an inventory adjustment counts."""
    date_document(draft)
    for line in draft.body["Line"]:
        detail = line.get("ItemAdjustmentLineDetail", {})
        if "ItemRef" not in detail or "QtyDiff" not in detail:
            raise required("ItemAdjustmentLineDetail")
    draft.body["Line"] = number_lines(draft, draft.body["Line"])
