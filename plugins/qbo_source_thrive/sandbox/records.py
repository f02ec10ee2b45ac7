"""What the sandbox keeps: plain frozen records, changed by replacing them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

ZERO = Decimal(0)
STATUSES = ("draft", "open", "partially_paid", "paid", "uncollectable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = "US"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who is invoiced."""

    id: str
    name: str
    email: str = ""
    phone: str = ""
    billing_address: Address = field(default_factory=Address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A store or warehouse that sells."""

    id: str
    name: str
    active: bool = True
    address: Address = field(default_factory=Address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What is sold of a product: a colour, a size; or the product itself, under an empty id and name."""

    id: str = ""
    name: str = ""
    sku: str = ""
    price: Decimal = ZERO
    location_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product with at least one variant. `kind` is ``goods`` or ``service``."""

    id: str
    name: str
    kind: str = "goods"
    taxable: bool = True
    variants: tuple[Variant, ...]

    def variant(self, variant_id: str) -> Variant | None:
        """The variant with this id."""
        return next((variant for variant in self.variants if variant.id == variant_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """``percent`` or ``amount``."""

    type: str
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of an invoice; names are kept as they were when it was written."""

    id: str
    product_id: str
    product_name: str
    variant_id: str = ""
    variant_name: str = ""
    sku: str = ""
    quantity: Decimal = Decimal(1)
    unit_price: Decimal = ZERO
    taxable: bool = True
    discount: Discount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money received."""

    id: str
    amount: Decimal
    paid_at: datetime
    processor: str = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncStatus:
    """What was written back about an invoice's sync."""

    state: str
    at: str = ""
    qbo_id: str = ""
    qbo_number: str = ""
    qbo_url: str = ""
    message: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice. Amounts follow from it: see `arithmetic`."""

    id: str
    number: str
    status: str = "draft"
    type: str = "wholesale"
    currency: str = "USD"
    location_id: str
    customer_id: str
    issue_date: date
    due_date: date
    lines: tuple[Line, ...] = ()
    discount: Discount | None = None
    tax_rate: Decimal = ZERO
    shipping_amount: Decimal = ZERO
    notes: str = ""
    sent_to: tuple[str, ...] = ()
    sent_at: datetime | None = None
    payments: tuple[Payment, ...] = ()
    sync: SyncStatus | None = None
    deleted: bool = False
    created_at: datetime
    updated_at: datetime
