"""What a QuickBooks company allows and expects, in our words: the ground that preflight and plans stand on."""

from datetime import date

from pydantic import Field

from qbo_connector.canonical.money import CurrencyCode
from qbo_connector.canonical.value import Value


class Company(Value):
    """Facts of one company, read once from its settings and kept in the mirror."""

    name: str = ""
    country: str = "US"
    """ISO 3166 alpha-2."""
    home_currency: CurrencyCode = "USD"
    multi_currency: bool = False
    currencies: frozenset[str] = frozenset()
    """Currencies switched on beside the home currency."""
    track_locations: bool = False
    track_classes: bool = False
    classes_per_document: bool = False
    """Where classes are tracked: one for the whole document, not one for each line."""
    custom_numbers: bool = False
    allow_discount: bool = True
    allow_shipping: bool = False
    allow_deposit: bool = False
    allow_service_date: bool = True
    sales_tax: bool = False
    automated_tax: bool = False
    revenue_recognition: bool = False
    auto_apply_credit: bool = False
    books_closed_to: date | None = None
    subscription_ended: bool = False
    """Whether the company says so itself; many say nothing, and the first write finds out."""
    has_invoice: bool = False
    """Whether an invoice of its own is known (T-9)."""
    has_tax_code: bool = False
    custom_fields: tuple[tuple[str, str], ...] = Field(default=())
    """Definition id and name of each custom field of sales forms."""

    @property
    def in_us(self) -> bool:
        """US companies take TAX or NON on lines; all others need a real tax code on each."""
        return self.country == "US"
