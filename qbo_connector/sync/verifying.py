"""The answer of QuickBooks against the plan that was shown, to the cent. The binding stands whatever is found."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from qbo_connector.canonical import Money
from qbo_connector.mapping.answer import DocumentAnswer
from qbo_connector.policy.catalogue import Finding, Reason
from qbo_connector.policy.saying import said

VERIFIED = frozenset(
    {
        Reason.TOTAL_MISMATCH,
        Reason.TAX_DIFFERENCE,
        Reason.NUMBER_CHANGED_BY_QUICKBOOKS,
        Reason.PAYMENT_BALANCE_DIFFERS,
    }
)
"""What an answer of QuickBooks shows. It is true until another answer, however often nothing has to be sent."""


def differences(
    expected: Mapping[str, Any], answer: DocumentAnswer, *, currency: str, known: Mapping[str, str]
) -> Iterator[Finding]:
    """What QuickBooks made different from what was sent. In `expected`, None is QuickBooks' own to decide.

    A payment that stood there before is no news.
    """
    yield from _totals(expected, answer, currency, known)
    number = expected.get("number")
    if number is not None and answer.number != number:
        given = answer.number or "no number"
        yield said(Reason.NUMBER_CHANGED_BY_QUICKBOOKS, known, old_number=number, number=given)
    if not answer.voided and answer.applied != Decimal(str(expected.get("applied") or 0)):
        balance = str(Money(amount=answer.balance, currency=currency))
        yield said(Reason.PAYMENT_BALANCE_DIFFERS, known, balance=balance)


def _totals(
    expected: Mapping[str, Any], answer: DocumentAnswer, currency: str, known: Mapping[str, str]
) -> Iterator[Finding]:
    if expected.get("total") is None:
        return
    total = Decimal(str(expected["total"]))
    if total == answer.total:
        return
    theirs, ours = (str(Money(amount=amount, currency=currency)) for amount in (answer.total, total))
    tax = expected.get("tax")
    by_tax = tax is not None and answer.total - total == answer.tax - Decimal(str(tax))
    code = Reason.TAX_DIFFERENCE if by_tax else Reason.TOTAL_MISMATCH
    yield said(code, known, qbo_total=theirs, source_total=ours)
