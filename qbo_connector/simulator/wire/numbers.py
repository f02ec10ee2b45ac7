"""How QuickBooks writes amounts and measures, as recorded from its wire (reference §6.1)."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal(0)
Number = Decimal | int

MEASURES = frozenset(
    {
        "Qty", "Quantity", "UnitPrice", "UnitCostPrice", "PurchaseCost", "AvgCost", "ExchangeRate", "Rate",
        "RateValue", "TaxPercent", "DiscountPercent", "DiscountRate", "RatePercent", "QtyOnHand",
        "QtyOnPurchaseOrder", "QtyOnSalesOrder", "ReorderPoint", "HourlyRate", "CostRate", "BillRate", "Percent",
        "QtyDiff", "NewQty", "CreditLimit", "AbatementRate", "ReverseChargeRate", "MaxOccurrences",
    }
)  # fmt: skip


def cents(amount: Decimal) -> Decimal:
    """Half-up to two places, as QuickBooks rounds."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def money(amount: Decimal) -> Number:
    """Two places, or a bare 0."""
    rounded = cents(amount)
    return rounded or 0


def measure(quantity: Decimal) -> Number:
    """No more digits than it needs: 4.5, 75."""
    if quantity == quantity.to_integral_value():
        return int(quantity)
    return quantity.normalize()


def as_written(name: str, value: Decimal) -> Number:
    """A number in the form its field has on the wire."""
    return measure(value) if name in MEASURES else money(value)


def decimal_of(value: object) -> Decimal:
    """The amount in a stored field, 0 where there is none."""
    return Decimal(str(value)) if value else ZERO


def with_commas(amount: Decimal) -> str:
    """The form in which faults quote an amount: 1,861.07."""
    return f"{amount:,}"
