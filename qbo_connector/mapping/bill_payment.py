"""BillPayment → BillPayment (Intuit's BillPayment page; article rows B-6 to B-8)."""

from dataclasses import dataclass
from typing import Any

from qbo_connector.canonical.bill_payment import BillPayment, PaidBy
from qbo_connector.canonical.company import Company
from qbo_connector.mapping import limits
from qbo_connector.mapping.heading import heading
from qbo_connector.mapping.links import linked_lines
from qbo_connector.mapping.naming import BANK_ACCOUNT, CARD_ACCOUNT, Naming
from qbo_connector.mapping.symbols import ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How QuickBooks calls a way of payment, and where it wants the account of it."""

    name: str
    holder: str
    reference: str
    account: str
    """What the rules put in place of an account that the source does not tell."""


WAYS = {
    PaidBy.CHECK: Way(name="Check", holder="CheckPayment", reference="BankAccountRef", account=BANK_ACCOUNT),
    PaidBy.CREDIT_CARD: Way(
        name="CreditCard", holder="CreditCardPayment", reference="CCAccountRef", account=CARD_ACCOUNT
    ),
}


def bill_payment_body(payment: BillPayment, naming: Naming, company: Company) -> dict[str, Any]:
    """The body of this payment. One of no money applies vendor credits to bills (B-8).

    QuickBooks has one field for the check's number or any other reference.
    """
    number = payment.number or payment.reference[-limits.DOC_NUMBER :]
    return {
        **heading(payment.but(number=number), naming, company),
        "VendorRef": ref(naming.party(payment.vendor)),
        "TotalAmt": payment.total,
        **_paid(payment, naming),
        "Line": linked_lines(payment, naming),
    }


def _paid(payment: BillPayment, naming: Naming) -> dict[str, Any]:
    way = WAYS[payment.paid_by]
    account = naming.account(payment.paid_from, way.account)
    return {"PayType": way.name, way.holder: {way.reference: ref(account)}}
