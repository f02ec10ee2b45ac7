"""The single amounts of which a form in QuickBooks is made, and how a document's tax belongs to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from qbo_connector.canonical import Fee, Invoice, Line
from qbo_connector.policy.spreading import spread

ZERO = Decimal(0)
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One amount as QuickBooks shall list it: of a line, or of a fee.

    `place` counts the document's lines from 1 and is 0 for a fee. `amount` bears no tax, unless tax is folded into
    prices; `tax_inside` is what the source's price contained beside it. `reduces` marks the negative line of a
    line discount.
    """

    of: Line | Fee
    amount: Decimal
    place: int = 0
    reduces: bool = False
    tax_inside: Decimal = ZERO

    @property
    def taxed(self) -> bool:
        """Whether its source charges tax on it."""
        return self.of.taxed if isinstance(self.of, Line) else self.of.taxable


def tax_shares(document: Invoice, charges: Sequence[Charge]) -> tuple[Decimal, ...]:
    """How much of the document's tax belongs to each charge; to the cent, all of it.

    Taxed charges bear it by their own rates or amounts of tax where all of them say one, else by what they cost.
    A document that marks none as taxed has it borne by all.
    """
    bearing = [charge.taxed for charge in charges]
    if not any(bearing):
        bearing = [True] * len(charges)
    parts = [_tax_part(document, charge) for charge in charges]
    known = all(part is not None for part, bears in zip(parts, bearing, strict=True) if bears)
    weights = [
        charge.amount * (part if known and part is not None else 1) if bears else ZERO
        for charge, part, bears in zip(charges, parts, bearing, strict=True)
    ]
    return spread(document.tax_total, weights, document.currency)


def _tax_part(document: Invoice, charge: Charge) -> Decimal | None:
    """Tax as a part of the charge's amount; None where nothing says it."""
    own = charge.of.tax if isinstance(charge.of, Line) else None
    if own and own.amount is not None and isinstance(charge.of, Line) and charge.of.net:
        return own.amount / charge.of.net
    rate = own.rate if own and own.rate is not None else document.tax_rate
    if rate is None:
        return None
    return rate / (HUNDRED + rate) if document.prices_include_tax else rate / HUNDRED
