"""BillPayment → BillPayment (Intuit's BillPayment page; article rows B-6 to B-8)."""

from typing import Any, assert_never

from qbo_connector.canonical.bill_payment import BillPayment, PaidBy
from qbo_connector.canonical.company import Company
from qbo_connector.mapping import limits
from qbo_connector.mapping.heading import heading
from qbo_connector.mapping.links import linked_lines
from qbo_connector.mapping.naming import BANK_ACCOUNT, CARD_ACCOUNT, Naming
from qbo_connector.mapping.symbols import ref


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
    match payment.paid_by:
        case PaidBy.CHECK:
            bank = ref(naming.account(payment.paid_from, BANK_ACCOUNT))
            return {"PayType": "Check", "CheckPayment": {"BankAccountRef": bank}}
        case PaidBy.CREDIT_CARD:
            card = ref(naming.account(payment.paid_from, CARD_ACCOUNT))
            return {"PayType": "CreditCard", "CreditCardPayment": {"CCAccountRef": card}}
        case other:
            assert_never(other)
