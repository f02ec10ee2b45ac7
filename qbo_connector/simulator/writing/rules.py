"""Which rules an entity goes through: before it is stored, before it is touched, after it changed."""

from collections.abc import Callable

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body, Record
from qbo_connector.simulator.entities.kinds import EntityKind
from qbo_connector.simulator.faults import business
from qbo_connector.simulator.transactions.dates import guard_books
from qbo_connector.simulator.transactions.estimates import close_estimates
from qbo_connector.simulator.transactions.ledger import (
    complete_adjustment,
    complete_deposit,
    complete_journal_entry,
    complete_time_activity,
    complete_transfer,
    lock_deposited,
)
from qbo_connector.simulator.transactions.payments import complete_bill_payment, complete_payment, guard_deposited
from qbo_connector.simulator.transactions.purchases import complete_purchase
from qbo_connector.simulator.transactions.sales_form import complete_sales_form
from qbo_connector.simulator.transactions.settling import settle, unlink
from qbo_connector.simulator.transactions.stock import check_stock_dates, move_stock
from qbo_connector.simulator.writing.attachments import check_attachable_links, complete_attachable
from qbo_connector.simulator.writing.catalog import (
    complete_account,
    complete_currency,
    complete_exchange_rate,
    complete_item,
    complete_payment_method,
    complete_term,
)
from qbo_connector.simulator.writing.draft import Draft
from qbo_connector.simulator.writing.naming import complete_entry, complete_person, forbid_duplicate_name

Rule = Callable[[Draft], None]
Guard = Callable[[Company, Record], None]
After = Callable[[Company, Record, Body], None]

_RULES: dict[str, tuple[Rule, ...]] = {
    **dict.fromkeys(("Customer", "Vendor", "Employee"), (complete_person,)),
    **dict.fromkeys(("Class", "Department", "TaxCode", "JournalCode", "Budget"), (complete_entry,)),
    "Item": (complete_item, complete_entry),
    "Account": (complete_account, complete_entry),
    "Term": (complete_term, complete_entry),
    "PaymentMethod": (complete_payment_method, complete_entry),
    "TaxAgency": (forbid_duplicate_name,),
    "CompanyCurrency": (complete_currency, forbid_duplicate_name),
    "ExchangeRate": (complete_exchange_rate,),
    "Attachable": (complete_attachable, check_attachable_links),
    **dict.fromkeys(
        ("Invoice", "Estimate", "SalesReceipt", "CreditMemo", "RefundReceipt"),
        (complete_sales_form, check_stock_dates),
    ),
    **dict.fromkeys(("Bill", "VendorCredit", "Purchase", "PurchaseOrder"), (complete_purchase, check_stock_dates)),
    "Payment": (complete_payment,),
    "BillPayment": (complete_bill_payment,),
    "JournalEntry": (complete_journal_entry,),
    "Deposit": (complete_deposit,),
    "Transfer": (complete_transfer,),
    "CreditCardPayment": (complete_transfer,),
    "TimeActivity": (complete_time_activity,),
    "InventoryAdjustment": (complete_adjustment,),
}
_LOCKED_BY_DEPOSIT = frozenset({"Payment", "SalesReceipt"})
_AFTER: dict[str, tuple[After, ...]] = {
    "Deposit": (lock_deposited,),
    "InventoryAdjustment": (move_stock,),
    "Invoice": (settle, move_stock, close_estimates),
    **dict.fromkeys(("SalesReceipt", "CreditMemo", "RefundReceipt", "Bill", "Purchase"), (settle, move_stock)),
    **dict.fromkeys(("Payment", "BillPayment", "VendorCredit"), (settle,)),
}


def rules_of(kind: EntityKind) -> tuple[Rule, ...]:
    """What completes and checks a draft, in order."""
    return _RULES.get(kind.name, ())


def guard_change(company: Company, record: Record) -> None:
    """Refuse to touch what is locked.

    Raises:
        IntuitFault: 6210 in closed books, 6540 in a deposit.
    """
    guard_books(company, record)
    if record.kind.name in _LOCKED_BY_DEPOSIT:
        guard_deposited(record)


def guard_removal(company: Company, record: Record) -> None:
    """Refuse to delete or void what is locked, or what a payment settles.

    Raises:
        IntuitFault: as `guard_change`; 6000 for a document with a payment on it.
    """
    guard_change(company, record)
    if not company.links.sources_of(record.key):
        return
    if company.knobs.paid_invoice == "refuse":
        raise business("You can't delete or void a transaction with linked payments. Unlink the payments first.")
    unlink(company, record)


def follow_up(company: Company, record: Record, before: Body) -> None:
    """Set in motion what a stored change entails for other records."""
    for after in _AFTER.get(record.kind.name, ()):
        after(company, record, before)
