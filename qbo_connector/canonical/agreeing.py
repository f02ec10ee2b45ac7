"""What every document must agree on with itself: whole cents, a total that adds up, dates in order."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from qbo_connector.canonical.money import Money, exponent
from qbo_connector.errors import DocumentInvalid

ZERO = Decimal(0)
Named = tuple[str, Decimal]
"""An amount and what the screens call it."""


def check_cents(currency: str, amounts: Iterable[Named]) -> None:
    """No amount has a fraction of the currency's smallest unit.

    Raises:
        DocumentInvalid: names the amount that has.
    """
    smallest = -exponent(currency)
    for title, amount in amounts:
        if amount != ZERO and int(amount.normalize().as_tuple().exponent) < smallest:
            raise DocumentInvalid(f"{title} has a fraction of a cent", field=title, value=amount)


def check_total(currency: str, *, comes_to: Decimal, total: Decimal) -> None:
    """The parts come to the total, to the cent.

    Raises:
        DocumentInvalid: they do not (`total.source_inconsistent`).
    """
    if comes_to == total:
        return
    shown = {"amount": comes_to, "source_total": total}
    raise DocumentInvalid(
        f"lines come to {comes_to}, total is {total}",
        field="total",
        value=total,
        reason="total.source_inconsistent",
        params={name: str(Money(amount=amount, currency=currency)) for name, amount in shown.items()},
    )


def check_due(issued: date, due: date | None) -> None:
    """Nothing is due before it was issued.

    Raises:
        DocumentInvalid: it is; names the due date.
    """
    if due is not None and due < issued:
        raise DocumentInvalid(f"due {due} before {issued}", field="due date", value=due.isoformat())


def check_covered(title: str, *, used: Decimal, available: Decimal) -> None:
    """No more is used up than there is.

    Raises:
        DocumentInvalid: more is; names what.
    """
    if used > available:
        raise DocumentInvalid(f"{title} of {used} out of {available}", field=title, value=used)
