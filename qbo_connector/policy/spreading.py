"""Spreading an amount over parts to the cent: nothing is lost and nothing is invented."""

from collections.abc import Sequence
from decimal import Decimal

from qbo_connector.canonical.money import round_money

ZERO = Decimal(0)


def spread(amount: Decimal, weights: Sequence[Decimal], currency: str) -> tuple[Decimal, ...]:
    """Shares of `amount` in proportion to the weights, which add up to it exactly.

    Each share is rounded; what rounding left over goes to the part of most weight, where it shows least. Weights
    that cancel out give no proportion: the whole amount then goes to that part.

    Raises:
        ValueError: there is an amount, but nothing to spread it over.
    """
    if not weights:
        if amount:
            raise ValueError("there is nothing to spread an amount over")
        return ()
    base = sum(weights, ZERO)
    shares = [round_money(amount * weight / base, currency) if base else ZERO for weight in weights]
    heaviest = max(range(len(weights)), key=lambda place: weights[place])
    shares[heaviest] += amount - sum(shares, ZERO)
    return tuple(shares)
