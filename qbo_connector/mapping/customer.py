"""Party ↔ Customer (Intuit's Customer page; article rows T-1, C-8, C-9)."""

from collections.abc import Mapping
from typing import Any

from qbo_connector.canonical.party import Address, Party
from qbo_connector.mapping import limits
from qbo_connector.mapping.address import address_body
from qbo_connector.mapping.symbols import ref

FIXED = frozenset({"DisplayName", "CurrencyRef", "ParentRef", "Job"})
"""What is said of a customer when it is created, and left to people from then on."""


def customer_body(party: Party, name: str = "", *, currency: str = "", parent: str = "") -> dict[str, Any]:
    """The body that creates this customer under `name`, or under the name it has in its source.

    QuickBooks fixes the currency of a customer when it is created, and knows none where Multicurrency is off:
    `currency` is then empty. `parent` is the symbol of the customer above it; QuickBooks knows one below another
    by `Job` (Intuit, Customer: sub-customers).
    """
    body: dict[str, Any] = {"DisplayName": " ".join((name or str(party)).split()), **customer_facts(party)}
    if currency:
        body["CurrencyRef"] = {"value": currency}
    return body | ({"Job": True, "ParentRef": ref(parent)} if parent else {})


def customer_facts(party: Party) -> dict[str, Any]:
    """What is kept up to date of a customer that exists: all but its name and currency (C-26)."""
    body: dict[str, Any] = {}
    if party.company:
        body["CompanyName"] = limits.shortened(party.company, limits.COMPANY_NAME)
    if party.email:
        body["PrimaryEmailAddr"] = {"Address": party.email}
    if party.phone:
        body["PrimaryPhone"] = {"FreeFormNumber": limits.shortened(party.phone, limits.PHONE)}
    return body | _addresses(BillAddr=party.billing_address, ShipAddr=party.shipping_address)


def facts_in(body: Mapping[str, Any]) -> dict[str, Any]:
    """What `customer_facts` says of the party from which `customer_body` made this body."""
    return {field: value for field, value in body.items() if field not in FIXED}


def _addresses(**addresses: Address) -> dict[str, Any]:
    return {field: address_body(address) for field, address in addresses.items() if address}


def customer_email(entity: Mapping[str, Any]) -> str:
    """The e-mail address of a Customer object, or an empty text."""
    return str((entity.get("PrimaryEmailAddr") or {}).get("Address") or "")
