"""How tax travels: passed through, folded into prices, chosen by a person, left out or refused; never guessed.

US companies take TAX or NON on each line and one total (Intuit, US sales tax). The total is sent where the source
is authoritative, so QuickBooks shows the source's total to the cent however a discount is spread over the lines.
Elsewhere every line needs a real code, which a person chose once; an unknown one holds the record. QuickBooks
works that tax out itself, from the codes; its answer is compared with the source's tax.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from qbo_connector.canonical import Fee, Invoice, Money
from qbo_connector.canonical.company import Company
from qbo_connector.policy.catalogue import Finding, Reason, as_list
from qbo_connector.policy.charges import Charge
from qbo_connector.policy.policies import Tax
from qbo_connector.policy.rules import Rules
from qbo_connector.policy.saying import said

ZERO = Decimal(0)
NO_TAX = ""
"""How a line without tax is called where codes are mapped."""

CHOSEN = "chosen:tax"
"""Symbol of the code that a person chose for one document."""


class UsCode(StrEnum):
    """The two pseudo codes of US lines (fault 6100 otherwise)."""

    TAXED = "TAX"
    NOT_TAXED = "NON"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxTreatment:
    """What each charge is told about tax, and the total where we say it.

    `codes` stand in the order of the charges: a US pseudo code, or a symbol ``tax:<the source's name of it>``.
    """

    codes: tuple[str | None, ...]
    total: Decimal | None = None
    """Sent as the document's tax; None leaves it to QuickBooks."""
    by_quickbooks: bool = False
    """QuickBooks alone decides the tax; the source's does not count."""
    carried: Decimal = ZERO
    """Tax that the document must bear beside its lines."""
    include: bool | None = None
    """Whether prices are shown with their tax; None in the US and where no tax is used at all."""
    whole: str | None = None
    """Code of the whole document, in US companies that do not find it themselves."""
    discount_code: str | None = None
    """Outside the US the discount needs a code, too: that of all lines, whatever fees bear."""
    findings: tuple[Finding, ...] = ()


def treat(document: Invoice, rules: Rules, company: Company, charges: Sequence[Charge]) -> TaxTreatment:
    """The tax treatment of this document under the policy `tax`."""
    match rules.policies.tax_in(company.country):
        case Tax.REJECT if document.tax_total:
            return _refused(charges, said(Reason.TAX_NOT_SUPPORTED, _known(document, rules, company)))
        case Tax.FOLD | Tax.REJECT:
            return _untaxed(document, rules, company, charges)
        case Tax.CHOOSE_OR_NONE if rules.chosen_tax:
            return _chosen(company, charges)
        case Tax.CHOOSE_OR_NONE:
            plain = _untaxed(document, rules, company, charges)
            return replace(plain, findings=(*plain.findings, *_not_mirrored(document, rules)))
        case Tax.PASS_THROUGH | Tax.FOLD_IF_US:
            return _passed(document, rules, company, charges)
        case other:
            assert_never(other)


def tax_name(document: Invoice, charge: Charge) -> str:
    """The source's name of the tax on this charge, with its rate; `NO_TAX` where none is charged."""
    own = None if isinstance(charge.of, Fee) else charge.of.tax
    if own and own.name:
        return own.name
    if not charge.taxed or not document.tax_total:
        return NO_TAX
    return _name_of_all(document)


def _name_of_all(document: Invoice) -> str:
    rate = f" {document.tax_rate.normalize():f} %" if document.tax_rate else ""
    return f"{document.tax_name or 'Sales tax'}{rate}"


def _known(document: Invoice, rules: Rules, company: Company) -> dict[str, str]:
    return {"document": document.title, "source": rules.source_name, "company": company.name}


def _refused(charges: Sequence[Charge], *findings: Finding) -> TaxTreatment:
    return TaxTreatment(codes=(None,) * len(charges), findings=findings)


def _passed(document: Invoice, rules: Rules, company: Company, charges: Sequence[Charge]) -> TaxTreatment:
    known = _known(document, rules, company)
    if document.tax_total and not _has_base(charges):
        stated = str(Money(amount=document.tax_total, currency=document.currency))
        return _refused(
            charges, said(Reason.SOURCE_FIELD_MALFORMED, known, subject="tax", field="tax", value=stated)
        )
    if document.tax_total and not (company.sales_tax and company.has_tax_code):
        return _refused(charges, said(Reason.TAX_NOT_SET_UP, known))
    if company.in_us:
        return _passed_in_us(document, rules, company, charges)
    if not company.sales_tax:
        return TaxTreatment(codes=(None,) * len(charges))
    coded = _coded([tax_name(document, charge) for charge in charges], rules, known, charges)
    return replace(coded, carried=document.tax_total, include=document.prices_include_tax)


def _has_base(charges: Sequence[Charge]) -> bool:
    """Whether there is anything that the tax can be charged on; QuickBooks drops it otherwise."""
    return sum((charge.amount for charge in charges if charge.taxed), ZERO) != ZERO


def _passed_in_us(document: Invoice, rules: Rules, company: Company, charges: Sequence[Charge]) -> TaxTreatment:
    """With no tax in the source every line is NON, or an automated company would add tax of its own."""
    name = _name_of_all(document)
    needs_code = document.tax_total and not company.automated_tax and name in rules.taxes
    return TaxTreatment(
        codes=tuple(_us_code(taxed=bool(document.tax_total) and charge.taxed) for charge in charges),
        total=document.tax_total if company.sales_tax else None,
        carried=document.tax_total,
        whole=f"tax:{name}" if needs_code else None,
    )


def _us_code(*, taxed: bool) -> str:
    return str(UsCode.TAXED if taxed else UsCode.NOT_TAXED)


def _untaxed(document: Invoice, rules: Rules, company: Company, charges: Sequence[Charge]) -> TaxTreatment:
    """No tax on any line: folded into the prices, left out, or there is none."""
    if company.in_us:
        codes = (_us_code(taxed=False),) * len(charges)
        return TaxTreatment(codes=codes, total=ZERO if company.sales_tax else None)
    if not company.sales_tax:
        return TaxTreatment(codes=(None,) * len(charges))
    return _coded([NO_TAX] * len(charges), rules, _known(document, rules, company), charges)


def _chosen(company: Company, charges: Sequence[Charge]) -> TaxTreatment:
    """The code that a person chose for this document; the source's tax is never mirrored (P-16 to P-18)."""
    if company.in_us:
        codes = (_us_code(taxed=True),) * len(charges)
        return TaxTreatment(codes=codes, whole=CHOSEN, by_quickbooks=True)
    codes = (CHOSEN,) * len(charges)
    return TaxTreatment(codes=codes, discount_code=CHOSEN, by_quickbooks=True, include=False)


def _not_mirrored(document: Invoice, rules: Rules) -> tuple[Finding, ...]:
    if not document.tax_total:
        return ()

    def shown(amount: Decimal) -> str:
        return str(Money(amount=amount, currency=document.currency))

    known = {"document": document.title, "source": rules.source_name, "source_total": shown(document.total)}
    return (said(Reason.TAX_NOT_MIRRORED, known, qbo_total=shown(document.total - document.tax_total)),)


def _coded(
    names: Sequence[str], rules: Rules, known: Mapping[str, str], charges: Sequence[Charge]
) -> TaxTreatment:
    """A real code on each charge; a tax without one is asked for, each once."""
    missing = dict.fromkeys(name for name in names if name not in rules.taxes)
    findings = tuple(_code_missing(name, names, known, charges) for name in missing)
    codes = tuple(f"tax:{name}" for name in names)
    of_lines = {code for code, charge in zip(codes, charges, strict=True) if charge.place}
    discount_code = of_lines.pop() if len(of_lines) == 1 else None
    return TaxTreatment(codes=codes, discount_code=discount_code, include=False, findings=findings)


def _code_missing(name: str, names: Sequence[str], known: Mapping[str, str], charges: Sequence[Charge]) -> Finding:
    places = [charge.place for charge, own in zip(charges, names, strict=True) if own == name]
    lines = as_list([f"line {place}" if place else "a fee" for place in places])
    tax = name or "sales without tax"
    return said(Reason.TAX_CODE_MISSING, known, subject=name or "no tax", tax=tax, line=lines)
