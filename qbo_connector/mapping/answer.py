"""What QuickBooks answered about a document, in our words: for binding, verifying and the number index."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

VOIDED = "voided"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentAnswer:
    """A document as QuickBooks says it stands now."""

    qbo_id: str
    sync_token: str
    number: str
    total: Decimal
    tax: Decimal
    balance: Decimal
    party_id: str
    party_name: str
    email: str
    voided: bool
    updated_at: datetime | None
    created_at: datetime | None
    lines: int
    """Sales lines, without the subtotal that QuickBooks appends."""
    deposit: Decimal = Decimal(0)

    @property
    def applied(self) -> Decimal:
        """Payments and credits that were applied to it."""
        return Decimal(0) if self.voided else self.total - self.deposit - self.balance


def document_answer(entity: Mapping[str, Any]) -> DocumentAnswer:
    """Read any numbered document; missing parts are empty, never an error (Intuit leaves empty fields out)."""
    party = entity.get("CustomerRef") or entity.get("VendorRef") or {}
    stamps = entity.get("MetaData") or {}
    total = _amount(entity.get("TotalAmt"))
    return DocumentAnswer(
        qbo_id=str(entity.get("Id", "")),
        sync_token=str(entity.get("SyncToken", "")),
        number=str(entity.get("DocNumber") or ""),
        total=total,
        tax=_amount((entity.get("TxnTaxDetail") or {}).get("TotalTax")),
        balance=_amount(entity.get("Balance")),
        party_id=str(party.get("value", "")),
        party_name=str(party.get("name", "")),
        email=str((entity.get("BillEmail") or {}).get("Address") or ""),
        voided=not total and str(entity.get("PrivateNote", "")).casefold().startswith(VOIDED),
        updated_at=instant(stamps.get("LastUpdatedTime")),
        created_at=instant(stamps.get("CreateTime")),
        deposit=_amount(entity.get("Deposit")),
        lines=sum(line.get("DetailType") == "SalesItemLineDetail" for line in entity.get("Line") or ()),
    )


def instant(text: object) -> datetime | None:
    """An aware UTC instant from QuickBooks' stamps, which carry a Pacific offset."""
    if not text:
        return None
    return datetime.fromisoformat(str(text)).astimezone(UTC)


def _amount(value: object) -> Decimal:
    return Decimal(str(value)) if value is not None else Decimal(0)
