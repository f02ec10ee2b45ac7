"""The shared, source-neutral model of documents, parties and items. Pure values, checked on construction.

A plugin maps its own shape onto these; everything behind the plugins knows only these.
"""

from qbo_connector.canonical.difference import FieldChange, difference
from qbo_connector.canonical.fingerprint import fingerprint
from qbo_connector.canonical.invoice import Invoice
from qbo_connector.canonical.item import Item, ItemKind
from qbo_connector.canonical.line import Discount, Fee, FeeKind, Line, LineKind, LineTax
from qbo_connector.canonical.money import Amount, Money, exponent, round_money
from qbo_connector.canonical.parts import Location, Memos, Origin, Payment, Status, Subsidiary
from qbo_connector.canonical.party import Address, Party, PartyKind
from qbo_connector.canonical.reading import read_date, read_decimal, read_instant
from qbo_connector.canonical.value import Value

Document = Invoice
"""Any canonical document; a union as further kinds arrive."""

__all__ = [
    "Address", "Amount", "Discount", "Document", "Fee", "FeeKind", "FieldChange", "Invoice", "Item", "ItemKind",
    "Line", "LineKind", "LineTax", "Location", "Memos", "Money", "Origin", "Party", "PartyKind", "Payment",
    "Status", "Subsidiary", "Value", "difference", "exponent", "fingerprint", "read_date", "read_decimal",
    "read_instant", "round_money",
]  # fmt: skip
