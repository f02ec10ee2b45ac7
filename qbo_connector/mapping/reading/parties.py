"""Customers and vendors: as entries of their lists, and as documents name them."""

from collections.abc import Mapping
from typing import Any

from qbo_connector.canonical.keys import DELETED
from qbo_connector.canonical.party import Address, Party, PartyKind
from qbo_connector.mapping.address import FIELDS as ADDRESS
from qbo_connector.mapping.reading.fields import Fields

FURTHER_LINES = ("Line3", "Line4", "Line5")
NAME = ("DisplayName", "FullyQualifiedName", "CompanyName")


def customer_from(entity: Mapping[str, Any]) -> Party:
    """A Customer of QuickBooks.

    Raises:
        DocumentInvalid: it has no id or name, or a field is unreadable.
    """
    return _party(entity, PartyKind.CUSTOMER)


def vendor_from(entity: Mapping[str, Any]) -> Party:
    """A Vendor of QuickBooks.

    Raises:
        DocumentInvalid: it has no id or name, or a field is unreadable.
    """
    return _party(entity, PartyKind.VENDOR)


def _party(entity: Mapping[str, Any], kind: PartyKind) -> Party:
    fields = Fields.of(entity)
    name = next((text for field in NAME if (text := fields.text(field))), "")
    if not name:
        raise fields.refuse("DisplayName")
    if not fields.has("Id"):
        raise fields.refuse("Id")
    return Party(
        kind=kind,
        external_id=fields.text("Id"),
        name=DELETED.sub("", name),
        email=fields.part("PrimaryEmailAddr").text("Address"),
        phone=fields.part("PrimaryPhone").text("FreeFormNumber"),
        company=fields.text("CompanyName"),
        billing_address=address_in(fields, "BillAddr"),
        shipping_address=address_in(fields, "ShipAddr"),
        currency=fields.ref("CurrencyRef")[0] or None,
    )


def customer_of(fields: Fields) -> Party:
    """Whom a sales document names, with what it says about them."""
    identifier, name = fields.ref("CustomerRef")
    return Party(
        external_id=identifier,
        name=name,
        email=fields.part("BillEmail").text("Address"),
        billing_address=address_in(fields, "BillAddr"),
        shipping_address=address_in(fields, "ShipAddr"),
    )


def vendor_of(fields: Fields) -> Party:
    """Whom a bill, its payment or a vendor credit names.

    Raises:
        DocumentInvalid: nobody.
    """
    identifier, name = fields.ref("VendorRef")
    if not identifier:
        raise fields.refuse("VendorRef")
    address = address_in(fields, "VendorAddr")
    return Party(kind=PartyKind.VENDOR, external_id=identifier, name=name, billing_address=address)


def address_in(fields: Fields, name: str) -> Address:
    """An address. QuickBooks reflows what it was given into up to five lines; ours has two."""
    address = fields.part(name)
    parts = {ours: address.text(theirs) for ours, theirs in ADDRESS}
    rest = [parts["line2"], *(address.text(line) for line in FURTHER_LINES)]
    return Address(**parts | {"line2": ", ".join(line for line in rest if line)})
