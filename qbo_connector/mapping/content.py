"""What a document in QuickBooks says, without what QuickBooks keeps beside it: to tell an edit from a payment.

A payment, a credit, a sent e-mail or a print gives an invoice a new SyncToken, though nobody edited it (H-3 asks
whether its content is still what was sent).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from qbo_connector.canonical import fingerprint

BESIDE = frozenset({
    "SyncToken", "MetaData", "domain", "sparse", "Balance", "HomeBalance", "LinkedTxn", "EmailStatus",
    "PrintStatus", "DeliveryInfo", "InvoiceLink", "AllowIPNPayment", "AllowOnlinePayment",
    "AllowOnlineCreditCardPayment", "AllowOnlineACHPayment",
})  # fmt: skip
"""What changes without an edit, or by how the document was asked for (Intuit, Invoice)."""

ASSIGNED = frozenset({"Id", "LineNum", "name", "Lat", "Long"})
"""Given by QuickBooks to parts of a document: a customer that is renamed renames no invoice's content."""

SHORT = 16


def content_fingerprint(entity: Mapping[str, Any]) -> str:
    """Of everything that a person could have edited."""
    return fingerprint({name: _plain(value) for name, value in entity.items() if name not in BESIDE})


def part_fingerprints(entity: Mapping[str, Any]) -> dict[str, str]:
    """Of each part by itself, to tell later which ones somebody edited; shorter, as only few are compared."""
    parts = {name: _plain(value) for name, value in entity.items() if name not in BESIDE}
    return {name: fingerprint({name: value})[:SHORT] for name, value in parts.items()}


def moved_parts(before: Mapping[str, str], entity: Mapping[str, Any]) -> frozenset[str]:
    """The parts that are others than those fingerprints say, or were added or taken away."""
    now = part_fingerprints(entity)
    return frozenset(name for name in {*before, *now} if before.get(name) != now.get(name))


def _plain(value: Any) -> Any:
    """Numbers alike however they are written, and nothing that QuickBooks assigns."""
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items() if name not in ASSIGNED}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    return value
