"""How QuickBooks spells its entities, and what it calls their operations on the wire."""

from collections.abc import Mapping
from types import MappingProxyType

_DOCUMENTS = """
Bill BillPayment CreditCardPayment CreditMemo Deposit Estimate Invoice JournalEntry Payment Purchase
PurchaseOrder RefundReceipt SalesReceipt TimeActivity Transfer VendorCredit
"""
_LISTS = """
Account Attachable Budget Class CompanyCurrency CompanyInfo Currency Customer CustomerType Department Employee
Entitlements ExchangeRate Item JournalCode PaymentMethod Preferences RecurringTransaction TaxAgency TaxCode
TaxPayment TaxRate TaxService/Taxcode Term Vendor
"""
_SPELLINGS = (_DOCUMENTS + _LISTS).split()
_BY_LOWER = {name.lower(): name for name in _SPELLINGS}

TRANSACTIONS = frozenset(_DOCUMENTS.lower().split())
"""In lower case: the entities that are documents, not list entries."""

_VOID_BY_UPDATE: Mapping[str, str] = MappingProxyType({"operation": "update", "include": "void"})
_VOIDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"payment": _VOID_BY_UPDATE, "salesreceipt": _VOID_BY_UPDATE, "billpayment": _VOID_BY_UPDATE}
)


def spelled(name: str) -> str:
    """``invoice`` → ``Invoice``; a name this product does not know keeps its own spelling."""
    return _BY_LOWER.get(name.lower(), name)


def operation_params(entity: str, operation: str) -> dict[str, str]:
    """Query parameters that turn one and the same POST into a delete or a void.

    Create and update need none. Payment, sales receipt and bill payment are voided by an update with
    ``include=void``; everything else by ``operation=void`` (Intuit's entity reference, "Void a payment").
    """
    if operation == "void":
        return dict(_VOIDS.get(entity.lower(), {"operation": "void"}))
    if operation == "delete":
        return {"operation": "delete"}
    return {}
