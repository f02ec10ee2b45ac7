"""Entries of QuickBooks' lists (customers, items, accounts …) → rows of the mirror, one shape for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qbo_connector.mapping.answer import instant
from qbo_connector.mapping.customer import customer_email

NAME_FIELDS = {"Customer": "DisplayName", "Vendor": "DisplayName", "Employee": "DisplayName"}
"""Every other list entry calls it Name."""

LISTS = ("Customer", "Vendor", "Employee", "Item", "Account", "Department", "Class", "Term", "TaxCode",
         "PaymentMethod")  # fmt: skip
"""What the mirror keeps of every company: parties and items first, since plans ask for them most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """One row of the mirror."""

    type: str
    qbo_id: str
    name: str
    full_name: str
    email: str
    sku: str
    active: bool
    sync_token: str
    currency: str
    updated_at: datetime | None
    data: Mapping[str, Any]


def list_entry(type_: str, entity: Mapping[str, Any]) -> ListEntry:
    """Read one object; missing parts are empty."""
    name = str(entity.get(NAME_FIELDS.get(type_, "Name")) or "")
    return ListEntry(
        type=type_,
        qbo_id=str(entity["Id"]),
        name=name,
        full_name=str(entity.get("FullyQualifiedName") or name),
        email=customer_email(entity),
        sku=str(entity.get("Sku") or ""),
        active=bool(entity.get("Active", True)),
        sync_token=str(entity.get("SyncToken", "")),
        currency=str((entity.get("CurrencyRef") or {}).get("value") or ""),
        updated_at=instant((entity.get("MetaData") or {}).get("LastUpdatedTime")),
        data={key: entity[key] for key in KEPT if key in entity},
    )


KEPT = (
    "Type", "AccountType", "AccountSubType", "Classification", "ParentRef", "Job", "SubItem", "DueDays", "Taxable",
    "IncomeAccountRef", "TaxGroup", "SalesTaxRateList", "Hidden", "QtyOnHand", "InvStartDate", "TrackQtyOnHand",
)  # fmt: skip
"""Fields that plans and pickers ask for; personal data beyond name and e-mail is not kept."""
