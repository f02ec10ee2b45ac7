"""What stands on a sales form, decided down to the cent and the code, before it becomes JSON."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from qbo_connector.canonical.party import Address
from qbo_connector.mapping.amounts import Priced
from qbo_connector.mapping.targets import Filled

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLine:
    """One sales line. `item` is a symbol, or None for a line of text; `tax` is a symbol or a US pseudo code."""

    item: str | None
    description: str
    priced: Priced | None
    gross: Decimal | None = None
    """The amount with its tax, where the form shows prices that include it."""
    tax: str | None = None
    service_date: date | None = None
    tracking_class: str | None = None
    """Symbol of its class, where the company tracks one for each line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesForm:
    """An invoice as it shall stand in QuickBooks. References are symbols (`mapping.symbols`)."""

    customer: str
    issue_date: date
    lines: tuple[FormLine, ...]
    number: str | None = None
    due_date: date | None = None
    location: str | None = None
    tracking_class: str | None = None
    """Symbol of the one class of the whole form, where the company tracks classes so."""
    discount: Decimal = ZERO
    discount_account: str | None = None
    discount_tax: str | None = None
    shipping: Decimal = ZERO
    shipping_gross: Decimal | None = None
    shipping_tax: str | None = None
    deposit: Decimal | None = None
    """None where deposits are not ours to say."""
    tax_code: str | None = None
    """Symbol of the code of the whole document, in the US."""
    total_tax: Decimal | None = None
    """Sent where the source is authoritative; None leaves the tax to QuickBooks."""
    prices_include_tax: bool | None = None
    """None in the US, where the question does not exist, and on forms without tax."""
    without_tax: bool = False
    """Outside the US, in a company that charges none."""
    private_note: str | None = None
    customer_memo: str | None = None
    """Of the two, only the one that the rules fill is ours; None leaves what people wrote in QuickBooks."""
    email: str = ""
    billing_address: Address = field(default_factory=Address)
    shipping_address: Address = field(default_factory=Address)
    currency: str | None = None
    """Only in companies with several currencies."""
    exchange_rate: Decimal | None = None
    mapped: tuple[Filled, ...] = ()
    """Fields that an admin mapped; where one is also filled by a rule, the mapping counts."""

    @property
    def sales_lines(self) -> tuple[FormLine, ...]:
        """Lines that sell something, without the lines of text."""
        return tuple(line for line in self.lines if line.priced)

    @property
    def net(self) -> Decimal:
        """What the form comes to before tax, as QuickBooks adds it up."""
        lines = sum((line.priced.amount for line in self.lines if line.priced), ZERO)
        return lines + self.shipping - self.discount
