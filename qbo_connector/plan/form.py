"""Document and rules → the sales form. References are symbols; what is wrong with it is said elsewhere."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypedDict

from qbo_connector.canonical import Address, Fee, FeeKind, Line, LineKind, Origin
from qbo_connector.mapping import limits
from qbo_connector.mapping.amounts import Priced, priced
from qbo_connector.mapping.sales_form import FormLine, SalesForm
from qbo_connector.plan.asking import (
    WHOLE,
    class_question,
    classes_sent,
    fee_item,
    item_question,
    line_question,
    location_question,
    party_question,
    ships_apart,
)
from qbo_connector.plan.desk import Desk, Settled
from qbo_connector.plan.field_mapping import mapped_fields, travels
from qbo_connector.plan.lists import DISCOUNT_ACCOUNT
from qbo_connector.plan.memo import memo, memo_limit, to_customer
from qbo_connector.policy.amounts import Amounts
from qbo_connector.policy.charges import Charge
from qbo_connector.policy.field_mappings import DefaultField
from qbo_connector.policy.policies import NumberPolicy, ServiceDate
from qbo_connector.policy.tax import TaxTreatment

ZERO = Decimal(0)
Coded = tuple[Charge, str | None]


class _Shipping(TypedDict, total=False):
    shipping: Decimal
    shipping_gross: Decimal | None
    shipping_tax: str | None


class _Contact(TypedDict, total=False):
    email: str
    billing_address: Address
    shipping_address: Address


class _Memo(TypedDict, total=False):
    customer_memo: str
    private_note: str


def sales_form(desk: Desk, amounts: Amounts, tax: TaxTreatment, lists: Settled) -> SalesForm:
    """The form as it shall stand in QuickBooks."""
    document, company = desk.document, desk.company
    party = party_question(document.customer, desk.rules)
    place = location_question(document, desk.rules, company)
    foreign = document.currency != company.home_currency
    coded = list(zip(amounts.charges, tax.codes, strict=True))
    classes = _classes(desk)
    return SalesForm(
        customer=party.symbol if party else "",
        issue_date=document.issue_date,
        due_date=document.due_date if travels(desk, DefaultField.DUE_DATE) else None,
        number=document.number if sends_number(desk) else None,
        location=place.symbol if place else None,
        tracking_class=classes.get(WHOLE),
        lines=tuple(_lines(desk, coded, tax, lists, classes)),
        discount=amounts.discount,
        discount_account=DISCOUNT_ACCOUNT if DISCOUNT_ACCOUNT in lists.ids else None,
        discount_tax=tax.discount_code,
        deposit=document.deposit if desk.rules.policies.sends_payments and company.allow_deposit else None,
        tax_code=tax.whole,
        total_tax=tax.total,
        prices_include_tax=tax.include,
        without_tax=not company.in_us and not company.sales_tax and not tax.by_quickbooks,
        currency=document.currency if company.multi_currency else None,
        exchange_rate=document.exchange_rate if foreign else None,
        **_shipping(desk, coded, tax),
        mapped=mapped_fields(desk),
        **_contact(desk),
        **_memo(desk),
    )


def sends_number(desk: Desk) -> bool:
    """Whether the source's number goes along: not where QuickBooks numbers all documents or its own (P-8, B-5)."""
    bound, policy = desk.known.bound, desk.rules.policies.number_policy
    born_there = bound is not None and bound.origin is Origin.QUICKBOOKS
    return policy is NumberPolicy.SOURCE or (policy is NumberPolicy.EACH_SIDE and not born_there)


def _contact(desk: Desk) -> _Contact:
    customer, contact = desk.document.customer, _Contact()
    if travels(desk, DefaultField.EMAIL):
        contact["email"] = customer.email
    if travels(desk, DefaultField.BILLING_ADDRESS):
        contact["billing_address"] = customer.billing_address
    if travels(desk, DefaultField.SHIPPING_ADDRESS):
        contact["shipping_address"] = customer.shipping_address
    return contact


def _memo(desk: Desk) -> _Memo:
    text = memo(desk.document, desk.rules)
    if text is None:
        return {}
    short = limits.shortened(text, memo_limit(desk.rules))
    return {"customer_memo": short} if to_customer(desk.rules) else {"private_note": short}


def _shipping(desk: Desk, coded: list[Coded], tax: TaxTreatment) -> _Shipping:
    """QuickBooks' own field for shipping, where it is switched on and one amount can say it all."""
    if not ships_apart(desk.document, desk.company):
        return {}
    own = [(charge, code) for charge, code in coded if _is_shipping(charge)]
    amount = sum((charge.amount for charge, _ in own), ZERO)
    gross = sum((charge.amount + charge.tax_inside for charge, _ in own), ZERO)
    return {"shipping": amount, "shipping_gross": gross if tax.include else None, "shipping_tax": own[0][1]}


def _is_shipping(charge: Charge) -> bool:
    return isinstance(charge.of, Fee) and charge.of.kind is FeeKind.SHIPPING


def _classes(desk: Desk) -> dict[int, str]:
    """Symbols of the classes that go along, by the place of their line, or of the whole document."""
    sent = classes_sent(desk.document, desk.rules, desk.company)
    return {place: class_question(name, desk.rules).symbol for place, name in sent.items()}


def _lines(
    desk: Desk, coded: list[Coded], tax: TaxTreatment, lists: Settled, classes: Mapping[int, str]
) -> Iterator[FormLine]:
    """The lines in the document's order, texts among them, then the fees."""
    placed: defaultdict[int, list[Coded]] = defaultdict(list)
    for charge, code in coded:
        placed[charge.place].append((charge, code))
    for place, line in enumerate(desk.document.lines, start=1):
        if line.kind is LineKind.TEXT:
            text = limits.shortened(line.description, limits.DESCRIPTION)
            yield FormLine(item=None, description=text, priced=None)
        for charge, code in placed[place]:
            sold = _item_line(line, charge, code, desk, tax, lists)
            yield replace(sold, tracking_class=classes.get(place))
    apart = ships_apart(desk.document, desk.company)
    for charge, code in placed[0]:
        if isinstance(charge.of, Fee) and not (apart and _is_shipping(charge)):
            yield _fee_line(charge.of, charge, code, desk, tax, lists)


def _item_line(
    line: Line, charge: Charge, code: str | None, desk: Desk, tax: TaxTreatment, lists: Settled
) -> FormLine:
    question = line_question(line, desk.rules)
    symbol = lists.symbol(question)
    price = Priced.once(charge.amount) if charge.reduces else priced(line, charge.amount, desk.document.currency)
    text = line_text(line, collected=symbol != question.symbol)
    notes = [note for note in (price.note, "discount" if charge.reduces else "") if note]
    return FormLine(
        item=symbol,
        description=limits.shortened(f"{text} ({', '.join(notes)})" if notes else text, limits.DESCRIPTION),
        priced=price,
        gross=_gross(charge, tax),
        tax=code,
        service_date=service_date(line, desk) if desk.company.allow_service_date else None,
    )


def _fee_line(
    fee: Fee, charge: Charge, code: str | None, desk: Desk, tax: TaxTreatment, lists: Settled
) -> FormLine:
    item = fee_item(fee)
    return FormLine(
        item=lists.symbol(item_question(item, desk.rules)),
        description=item.name,
        priced=Priced.once(charge.amount),
        gross=_gross(charge, tax),
        tax=code,
        service_date=_document_date(desk) if desk.company.allow_service_date else None,
    )


def _gross(charge: Charge, tax: TaxTreatment) -> Decimal | None:
    return charge.amount + charge.tax_inside if tax.include else None


def line_text(line: Line, *, collected: bool) -> str:
    """What describes the line. On an item that stands in for others, the product's own name must not be lost."""
    name = line.item.full_name if line.item else ""
    if not line.description or not name:
        return line.description or name
    return f"{name}: {line.description}" if collected and name not in line.description else line.description


def service_date(line: Line, desk: Desk) -> date | None:
    """The line's own date of service, or what the rules let stand for it (H-7)."""
    return line.service_date or _document_date(desk)


def _document_date(desk: Desk) -> date | None:
    uses_it = desk.rules.policies.service_date is ServiceDate.DOCUMENT_DATE
    return desk.document.issue_date if uses_it else None
