"""How discounts, fees and prices that include tax travel: by line, folded into amounts, or summed into one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from qbo_connector.canonical import Invoice, Line, LineKind, Money
from qbo_connector.canonical.company import Company
from qbo_connector.policy.catalogue import Finding, Reason
from qbo_connector.policy.charges import Charge, tax_shares
from qbo_connector.policy.policies import Fees, InvoiceDiscount, LineDiscount, Tax
from qbo_connector.policy.rules import Rules
from qbo_connector.policy.saying import said
from qbo_connector.policy.spreading import spread
from qbo_connector.policy.tax import tax_name

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Every amount that QuickBooks shall list, lines first and fees after them, and the one discount below."""

    charges: tuple[Charge, ...]
    discount: Decimal
    refusals: tuple[Finding, ...] = ()

    @property
    def net(self) -> Decimal:
        """What the document comes to before tax."""
        return sum((charge.amount for charge in self.charges), ZERO) - self.discount


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ways:
    """How the policies want discounts and tax of this document to travel."""

    of_lines: LineDiscount
    of_document: InvoiceDiscount
    folds_tax: bool


def arranged(document: Invoice, rules: Rules, company: Company) -> Amounts:
    """Lines, fees and discount as the policies want them.

    Line discounts stay in the one discount (T-15: gross lines, one sum), make the line net, or stand as a negative
    line of their own. The discount of the whole document is that one discount, or is folded into the lines (C-13),
    as tax may be; otherwise it is refused (H-59). Prices that include tax lose it again, unless it is folded in.
    """
    ways = _ways(document, rules, company)
    charges = (*_lines(document, ways.of_lines), *(Charge(of=fee, amount=fee.amount) for fee in document.fees))
    below = document.line_discounts if ways.of_lines is LineDiscount.SUM else ZERO
    if ways.of_document is InvoiceDiscount.FOLD:
        charges = _discounted(charges, document)
    else:
        below += document.discount_amount
    charges = _taxed(charges, document, folds_tax=ways.folds_tax)
    amounts = Amounts(charges=charges, discount=below)
    return replace(amounts, refusals=tuple(_refusals(document, rules, ways, amounts)))


def _ways(document: Invoice, rules: Rules, company: Company) -> _Ways:
    """QuickBooks' discount line knows no prices that include tax, and outside the US one tax code at most.

    A discount that it cannot hold has to go into the lines, or QuickBooks would charge a tax that nobody owes.
    """
    into_lines = document.prices_include_tax or _taxed_by_several_codes(document, rules, company)
    of_lines = rules.policies.line_discount_in(company.country)
    of_document = rules.policies.invoice_discount_in(company.country)
    if into_lines and of_lines is LineDiscount.SUM:
        of_lines = LineDiscount.NET_RATE
    if into_lines and of_document is InvoiceDiscount.DISCOUNT_LINE:
        of_document = InvoiceDiscount.FOLD
    folds_tax = rules.policies.tax_in(company.country) is Tax.FOLD
    return _Ways(of_lines=of_lines, of_document=of_document, folds_tax=folds_tax)


def _taxed_by_several_codes(document: Invoice, rules: Rules, company: Company) -> bool:
    passes = rules.policies.tax_in(company.country) is Tax.PASS_THROUGH
    if company.in_us or not passes:
        return False
    charges = _lines(document, LineDiscount.NET_RATE)
    return len({tax_name(document, charge) for charge in charges}) > 1


def _lines(document: Invoice, way: LineDiscount) -> Iterator[Charge]:
    for place, line in enumerate(document.lines, start=1):
        if line.kind is LineKind.TEXT:
            continue
        if way is LineDiscount.SUM:
            yield Charge(of=line, place=place, amount=line.amount)
        elif way is LineDiscount.NEGATIVE_LINE and line.discount_amount:
            yield Charge(of=line, place=place, amount=line.amount)
            yield Charge(of=line, place=place, amount=-line.discount_amount, reduces=True)
        else:
            yield Charge(of=line, place=place, amount=line.net)


def _discounted(charges: tuple[Charge, ...], document: Invoice) -> tuple[Charge, ...]:
    """The document's discount taken off what its lines come to; credits among them and fees are not reduced."""
    weights = [ZERO if charge.reduces else _reducible(charge) for charge in charges]
    if not document.discount_amount or not charges:
        return charges
    shares = spread(document.discount_amount, weights, document.currency)
    return tuple(
        replace(charge, amount=charge.amount - share) for charge, share in zip(charges, shares, strict=True)
    )


def _reducible(charge: Charge) -> Decimal:
    """What the line comes to after its own discount, wherever that one stands."""
    return max(charge.of.net, ZERO) if isinstance(charge.of, Line) else ZERO


def _taxed(charges: tuple[Charge, ...], document: Invoice, *, folds_tax: bool) -> tuple[Charge, ...]:
    """Prices with the tax put in or taken out; as they stand where they are as they should be."""
    if not document.tax_total or not charges or folds_tax is document.prices_include_tax:
        return charges
    shares = tax_shares(document, charges)
    if folds_tax:
        return tuple(replace(one, amount=one.amount + tax) for one, tax in zip(charges, shares, strict=True))
    return tuple(
        replace(one, amount=one.amount - tax, tax_inside=tax) for one, tax in zip(charges, shares, strict=True)
    )


def _refusals(document: Invoice, rules: Rules, ways: _Ways, amounts: Amounts) -> Iterator[Finding]:
    known = {"document": document.title, "source": rules.source_name}
    if document.discount_amount and ways.of_document is InvoiceDiscount.REJECT:
        yield said(Reason.DISCOUNT_ORDER_LEVEL, known)
    if document.line_discounts and ways.of_lines is LineDiscount.REJECT:
        off = str(Money(amount=document.line_discounts, currency=document.currency))
        yield said(Reason.FIELD_INVALID, known, subject="line discount", field="line discount", value=off)
    if document.fees and rules.policies.fees is Fees.REJECT:
        yield said(Reason.FEE_ORDER_LEVEL, known, fee=document.fees[0].name)
    if min(document.total, amounts.net) < ZERO:
        lowest = Money(amount=min(document.total, amounts.net), currency=document.currency)
        yield said(Reason.TOTAL_NEGATIVE, known, amount=str(lowest))
