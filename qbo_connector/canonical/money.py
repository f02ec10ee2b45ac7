"""Money is `Decimal` with a currency, rounded half up to that currency's smallest unit. Floats are refused."""

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from qbo_connector.canonical.value import Value

WITHOUT_CENTS = frozenset({"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND",
                           "VUV", "XAF", "XOF", "XPF"})  # fmt: skip
"""ISO 4217 currencies without a minor unit."""

WITH_MILLS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
"""ISO 4217 currencies with three decimals."""

WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
"""So that no product of two amounts is too long to be rounded."""


def exponent(currency: str) -> int:
    """How many decimals the currency has."""
    if currency in WITHOUT_CENTS:
        return 0
    return 3 if currency in WITH_MILLS else 2


def round_money(amount: Decimal, currency: str) -> Decimal:
    """Round half up to the smallest unit of the currency, as QuickBooks does (6070: 1861.075 is 1861.08)."""
    return amount.quantize(Decimal(1).scaleb(-exponent(currency)), context=WIDE)


def _no_floats(value: Any) -> Any:
    if isinstance(value, float | bool):
        msg = "a float or a boolean cannot be an exact amount"
        raise ValueError(msg)  # noqa: TRY004 - pydantic turns only ValueError into a refusal
    return value


Amount = Annotated[Decimal, BeforeValidator(_no_floats), Field(max_digits=20, decimal_places=8)]
"""An exact decimal: money, a quantity, a price or a rate."""

CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$", title="currency")]
"""ISO 4217, for instance USD."""


class Money(Value):
    """An amount that can be shown: 1250.00 USD."""

    amount: Amount
    currency: CurrencyCode

    def __str__(self) -> str:
        """As the screens and sentences show it: ``USD 1,250.00``."""
        return f"{self.currency} {round_money(self.amount, self.currency):,}"
