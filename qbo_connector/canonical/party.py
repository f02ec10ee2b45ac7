"""Customers and vendors."""

from enum import StrEnum

from pydantic import Field

from qbo_connector.canonical.money import CurrencyCode
from qbo_connector.canonical.value import Value


class PartyKind(StrEnum):
    """Which side of the books the party stands on."""

    CUSTOMER = "customer"
    VENDOR = "vendor"


class Address(Value):
    """A postal address; every part may be empty."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""

    def __bool__(self) -> bool:
        """Whether any part is filled."""
        return any(getattr(self, name) for name in type(self).model_fields)


class Party(Value):
    """A customer or vendor as its source knows it."""

    kind: PartyKind = PartyKind.CUSTOMER
    external_id: str = Field(default="", title="customer id")
    name: str = Field(default="", title="customer name")
    email: str = Field(default="", title="billing e-mail")
    phone: str = ""
    company: str = Field(default="", title="company name")
    parent: str = Field(default="", title="parent customer")
    """Name of the customer that it is a part of, as of a branch or a project; with levels above it, `A:B`."""
    billing_address: Address = Address()
    shipping_address: Address = Address()
    currency: CurrencyCode | None = None

    def __str__(self) -> str:
        """The name, or what stands in for it."""
        return self.name or self.company or self.email
