"""Payments received and made (reference §6.4, §6.5)."""

from decimal import Decimal

from qbo_connector.simulator.company.records import Body, Key, Record
from qbo_connector.simulator.faults import business, cannot_link, deposited, required
from qbo_connector.simulator.transactions.currency import set_currency, set_home_amounts
from qbo_connector.simulator.transactions.dates import date_document
from qbo_connector.simulator.transactions.numbering import number_purchase
from qbo_connector.simulator.transactions.settling import linked_amounts
from qbo_connector.simulator.wire.numbers import ZERO, decimal_of, money
from qbo_connector.simulator.writing.draft import Draft

_RECEIVABLE = frozenset({"Invoice", "JournalEntry", "Purchase"})
_PAYABLE = frozenset({"Bill", "JournalEntry"})


def complete_payment(draft: Draft) -> None:
    """Every rule of a customer's payment.

    Raises:
        IntuitFault: 620 for a document of another customer, 6000 for amounts that do not add up.
    """
    customer = draft.referred("CustomerRef", "Customer")
    set_currency(draft, customer.body if customer else None)
    date_document(draft)
    if not draft.us:
        draft.body.pop("TxnTaxDetail", None)
    total = decimal_of(draft.body.get("TotalAmt"))
    if total < 0:
        raise business("You must set a transaction amount.")
    charges, credits_ = _checked(draft, party="CustomerRef", charged=_RECEIVABLE)
    unapplied = total + credits_ - charges
    if unapplied < 0:
        raise business("The amount of the payment is less than the amounts applied to transactions.")
    draft.body["UnappliedAmt"] = money(unapplied)
    draft.body.setdefault("Line", [])
    draft.body["TotalAmt"] = money(total)
    if "DepositToAccountRef" not in draft.body:
        draft.body.update(_undeposited(draft))
    set_home_amounts(draft.company, draft.body)


def complete_bill_payment(draft: Draft) -> None:
    """Every rule of a payment to a vendor.

    Raises:
        IntuitFault: 2020 without an account to pay from, 620 or 6000 for the lines.
    """
    vendor = draft.referred("VendorRef", "Vendor")
    set_currency(draft, vendor.body if vendor else None)
    date_document(draft)
    number_purchase(draft)
    holder, account = _PAID_FROM.get(str(draft.body["PayType"]), ("CheckPayment", "BankAccountRef"))
    if account not in draft.body.get(holder, {}):
        raise required(f"{holder}.{account}")
    if draft.body["PayType"] == "Check":
        draft.body["CheckPayment"].setdefault("PrintStatus", "NotSet")
    charges, credits_ = _checked(draft, party="VendorRef", charged=_PAYABLE)
    if charges - credits_ > decimal_of(draft.body["TotalAmt"]):
        raise business("The amount of the payment is less than the amounts applied to transactions.")
    set_home_amounts(draft.company, draft.body)


def guard_deposited(record: Record) -> None:
    """Refuse to touch a payment or a sales receipt that lies in a deposit.

    Raises:
        IntuitFault: 6540.
    """
    if record.facts.get("deposit"):
        raise deposited()


_PAID_FROM = {"Check": ("CheckPayment", "BankAccountRef"), "CreditCard": ("CreditCardPayment", "CCAccountRef")}


def _undeposited(draft: Draft) -> Body:
    accounts = draft.company.table("Account").values()
    found = next((r for r in accounts if r.body.get("AccountSubType") == "UndepositedFunds"), None)
    return {"DepositToAccountRef": {"value": found.id}} if found else {}


def _checked(draft: Draft, *, party: str, charged: frozenset[str]) -> tuple[Decimal, Decimal]:
    """The sums applied to charges and taken from credits, once every link has proved right."""
    charges = credits_ = ZERO
    for key, applied in linked_amounts(draft.body).items():
        _check_link(draft, key, applied, party=party)
        if key[0] in charged:
            charges += applied
        else:
            credits_ += applied
    return charges, credits_


def _check_link(draft: Draft, key: Key, applied: Decimal, *, party: str) -> None:
    target = draft.company.find(*key)
    if target is None:
        raise cannot_link()
    owner = target.body.get(party, {}).get("value")
    if owner is not None and owner != draft.ref(party):
        raise cannot_link("Transactions to be linked must belong to the same customer or vendor.")
    own = draft.company.links.applied_by(draft.before.key, key) if draft.before else ZERO
    if "Balance" in target.body and applied > decimal_of(target.body["Balance"]) + own:
        raise business("You can't apply more than the open balance of the transaction.")
