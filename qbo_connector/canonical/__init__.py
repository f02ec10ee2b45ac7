"""The shared, source-neutral model of documents, parties and items. Pure values, checked on construction.

A plugin maps its own shape onto these; everything behind the plugins knows only these.
"""

from qbo_connector.canonical.account import Account
from qbo_connector.canonical.application import Application, AppliedTo
from qbo_connector.canonical.bill import Bill
from qbo_connector.canonical.bill_payment import BillPayment, PaidBy
from qbo_connector.canonical.credit_memo import CreditMemo
from qbo_connector.canonical.difference import FieldChange, difference
from qbo_connector.canonical.expense_line import ExpenseLine
from qbo_connector.canonical.fingerprint import fingerprint
from qbo_connector.canonical.invoice import Invoice
from qbo_connector.canonical.item import Item, ItemKind
from qbo_connector.canonical.line import Discount, Fee, FeeKind, Line, LineKind, LineTax
from qbo_connector.canonical.money import Amount, Money, exponent, round_money
from qbo_connector.canonical.parts import Location, Memos, Origin, Payment, Status, Subsidiary
from qbo_connector.canonical.party import Address, Party, PartyKind
from qbo_connector.canonical.payment_received import PaymentReceived
from qbo_connector.canonical.reading import read_date, read_decimal, read_instant
from qbo_connector.canonical.sales_receipt import SalesReceipt
from qbo_connector.canonical.value import Value
from qbo_connector.canonical.vendor_credit import VendorCredit

Document = Invoice
"""Any canonical document; a union as further kinds arrive."""

AnyDocument = Invoice | SalesReceipt | CreditMemo | PaymentReceived | Bill | BillPayment | VendorCredit
"""Every kind of document there is a mapping for; `Document` is what the corridor carries today."""

__all__ = [
    "Account", "Address", "Amount", "AnyDocument", "Application", "AppliedTo", "Bill", "BillPayment", "CreditMemo",
    "Discount", "Document", "ExpenseLine", "Fee", "FeeKind", "FieldChange", "Invoice", "Item", "ItemKind", "Line",
    "LineKind", "LineTax", "Location", "Memos", "Money", "Origin", "PaidBy", "Party", "PartyKind", "Payment",
    "PaymentReceived", "SalesReceipt", "Status", "Subsidiary", "Value", "VendorCredit", "difference", "exponent",
    "fingerprint", "read_date", "read_decimal", "read_instant", "round_money",
]  # fmt: skip
