"""Products and services."""

from enum import StrEnum

from pydantic import Field

from qbo_connector.canonical.money import Amount
from qbo_connector.canonical.value import Value


class ItemKind(StrEnum):
    """What is sold."""

    SERVICE = "service"
    PRODUCT = "product"


class Item(Value):
    """One sellable thing: a product, one variant of a product, or a service."""

    external_id: str = Field(default="", title="product id")
    name: str = Field(min_length=1, title="product name")
    variant: str = Field(default="", title="variant name")
    sku: str = Field(default="", title="SKU")
    kind: ItemKind = ItemKind.PRODUCT
    service_type: str = Field(default="", title="service type")
    price: Amount | None = None
    sold_at: frozenset[str] | None = None
    """External ids of the locations it belongs to; None where the source does not say (T-28)."""

    @property
    def full_name(self) -> str:
        """``Name (Variant)``, without parentheses where there is no variant (T-27)."""
        return f"{self.name} ({self.variant})" if self.variant else self.name

    def __str__(self) -> str:
        """The full name."""
        return self.full_name
