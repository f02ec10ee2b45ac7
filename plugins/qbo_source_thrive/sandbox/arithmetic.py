"""The vendor's own arithmetic: half up to the cent, line by line. Shares nothing with the plugin it tests."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from qbo_source_thrive.sandbox.records import ZERO, Discount, Invoice, Line

CENT = Decimal("0.01")
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What an invoice comes to."""

    subtotal: Decimal
    invoice_discount: Decimal
    discount_total: Decimal
    tax: Decimal
    total: Decimal
    paid: Decimal

    @property
    def due(self) -> Decimal:
        """What is left to pay."""
        return self.total - self.paid


def cents(amount: Decimal) -> Decimal:
    """Rounded half up to the cent."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def gross(line: Line) -> Decimal:
    """Quantity times price."""
    return cents(line.quantity * line.unit_price)


def reduction(discount: Discount | None, base: Decimal) -> Decimal:
    """What a discount takes off."""
    if discount is None:
        return ZERO
    return cents(discount.value if discount.type == "amount" else base * discount.value / HUNDRED)


def net(line: Line) -> Decimal:
    """What a line comes to after its discount."""
    return gross(line) - reduction(line.discount, gross(line))


def totals(invoice: Invoice) -> Totals:
    """All sums. Tax is due on taxable lines, lessened by their share of the invoice discount."""
    subtotal = sum(map(net, invoice.lines), ZERO)
    taxable = sum((net(line) for line in invoice.lines if line.taxable), ZERO)
    off = reduction(invoice.discount, subtotal)
    share = off * taxable / subtotal if subtotal else ZERO
    tax = cents((taxable - share) * invoice.tax_rate / HUNDRED)
    return Totals(
        subtotal=subtotal,
        invoice_discount=off,
        discount_total=off + sum((gross(line) - net(line) for line in invoice.lines), ZERO),
        tax=tax,
        total=subtotal - off + cents(invoice.shipping_amount) + tax,
        paid=sum((payment.amount for payment in invoice.payments), ZERO),
    )
