"""The items of a document: found, mapped, created, replaced by one that stands in, or a person's to settle."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, assert_never

from qbo_connector.canonical import Item, ItemKind, LineKind
from qbo_connector.mapping import limits
from qbo_connector.mapping.item import item_body
from qbo_connector.mapping.symbols import symbols_in
from qbo_connector.plan.asking import fee_item, fees_as_lines, item_question, line_question, stand_in_question
from qbo_connector.plan.desk import (
    Desk,
    Settled,
    ambiguous,
    created,
    found,
    name_findings,
    picked,
    stopped,
    together,
    too_long,
)
from qbo_connector.plan.known import Absent, Answer, NameTaken, Present, Several
from qbo_connector.plan.questions import ItemQuestion, Questions
from qbo_connector.policy.answers import NewItem
from qbo_connector.policy.catalogue import Finding, Reason, as_list
from qbo_connector.policy.policies import FilterKind, ItemMissing
from qbo_connector.policy.saying import said

INCOME_ACCOUNT = "account:income"
ITEM = "item"


def settle_items(asked: Questions, desk: Desk) -> Settled:
    """Every item of the document, and the account that new ones need."""
    stand_in = stand_in_question(desk.rules)
    own = together(_settle(question, desk, stand_in) for question in asked.items if question != stand_in)
    parts = [own]
    if stand_in and stand_in.symbol in own.instead.values():
        parts.append(_settle_stand_in(stand_in, own, desk))
    bodies = [step.body for part in parts for step in part.steps if step.entity == ITEM]
    if INCOME_ACCOUNT in symbols_in(bodies):
        parts.append(_income_account(desk))
    return together(parts)


def _settle(question: ItemQuestion, desk: Desk, stand_in: ItemQuestion | None) -> Settled:
    answer = desk.answer(question.symbol)
    if question.qbo_id:
        return picked(question, question.qbo_id, _complaints_of_picked(answer, question, desk))
    match answer:
        case Present():
            return found(question, answer.qbo_id, _complaints(answer, question, desk))
        case Absent() if new := desk.rules.answers.new_items.get(question.symbol):
            return _wanted(question, desk, new)
        case Several(candidates=candidates):
            return ambiguous(desk, question, name=question.sku or question.name, count=len(candidates))
        case NameTaken() | Absent() if stand_in and stand_in != question:
            return Settled(instead={question.symbol: stand_in.symbol})
        case NameTaken():
            params = desk.params(item=question.name)
            return stopped(said(Reason.ITEM_NAME_DUPLICATE, params, subject=question.symbol))
        case Absent():
            return _missing(question, desk)
        case other:
            assert_never(other)


def _complaints_of_picked(answer: Answer, question: ItemQuestion, desk: Desk) -> Iterator[Finding]:
    if isinstance(answer, Present) and answer.qbo_id == question.qbo_id:
        yield from _complaints(answer, question, desk)


def _complaints(answer: Present, question: ItemQuestion, desk: Desk) -> Iterator[Finding]:
    params = desk.params(item=answer.name or question.name, line=_where(question, desk))
    if not answer.active:
        yield said(Reason.ITEM_INACTIVE, params, subject=question.symbol)
    elif not answer.usable:
        yield said(Reason.ITEM_UNUSABLE, params, subject=question.symbol, reason=answer.reason)


def _missing(question: ItemQuestion, desk: Desk) -> Settled:
    """Created where the rules say so, if it has a name, and a SKU where only such products are synced (H-12)."""
    policies = desk.rules.policies
    needs_sku = policies.filter(FilterKind.SKU_PRESENT) is not None
    sold = _sold(question, desk)
    if policies.item_missing is not ItemMissing.CREATE or sold is None or (needs_sku and not question.sku):
        params = desk.params(item=question.name, line=_where(question, desk))
        return stopped(said(Reason.ITEM_MISSING, params, subject=question.symbol))
    item, taxable = sold
    return _new(question, desk, item_body(item, income_account=INCOME_ACCOUNT, taxable=taxable))


def _wanted(question: ItemQuestion, desk: Desk, new: NewItem) -> Settled:
    """A person said how it is to be created, and perhaps on which account."""
    sold = _sold(question, desk)
    item = sold[0] if sold else Item(name=new.name)
    kind = ItemKind.SERVICE if new.is_service else ItemKind.PRODUCT
    account = f"account:{new.income_account}" if new.income_account else INCOME_ACCOUNT
    body = item_body(
        item.but(sku=new.sku, kind=kind), income_account=account, taxable=bool(sold and sold[1]), name=new.name
    )
    made = _new(question, desk, body)
    return replace(made, ids={account: new.income_account}) if new.income_account else made


def _new(question: ItemQuestion, desk: Desk, body: dict[str, Any]) -> Settled:
    long_sku = too_long(desk, "SKU", question.sku, limits.SKU)
    findings = [*name_findings(desk, "product name", question.name, limits.ITEM_NAME)]
    findings += [long_sku] if long_sku else []
    return stopped(*findings) if findings else created(question, ITEM, body, name=question.name)


def _sold(question: ItemQuestion, desk: Desk) -> tuple[Item, bool] | None:
    """The item asked about, and whether it is taxed; None for a line that names none."""
    for line in desk.document.lines:
        if line.item and item_question(line.item, desk.rules) == question:
            return line.item, line.taxed
    for fee in fees_as_lines(desk.document, desk.company):
        if item_question(fee_item(fee), desk.rules) == question:
            return fee_item(fee), fee.taxable
    return None


def _settle_stand_in(stand_in: ItemQuestion, own: Settled, desk: Desk) -> Settled:
    """The one item that stands in for all without a match, itself created if need be (H-13)."""
    settled = _settled_stand_in(stand_in, desk)
    if desk.rules.policies.item_missing is not ItemMissing.COLLECTING_ITEM:
        return settled
    lines = sum(
        line.kind is LineKind.ITEM and line_question(line, desk.rules).symbol in own.instead
        for line in desk.document.lines
    )
    fees = sum(
        item_question(fee_item(fee), desk.rules).symbol in own.instead
        for fee in fees_as_lines(desk.document, desk.company)
    )
    note = said(Reason.ITEM_CUSTOM_LINE_USED, desk.params(count=str(lines + fees), item=stand_in.name))
    return replace(settled, findings=(*settled.findings, note))


def _settled_stand_in(stand_in: ItemQuestion, desk: Desk) -> Settled:
    if stand_in.qbo_id or not isinstance(desk.answer(stand_in.symbol), Absent):
        return _settle(stand_in, desk, stand_in)
    item = Item(name=stand_in.name, kind=ItemKind.SERVICE)
    return _new(stand_in, desk, item_body(item, income_account=INCOME_ACCOUNT, taxable=False))


def _income_account(desk: Desk) -> Settled:
    """A new item needs an income account (T-29): the chosen one, else the company's own for product sales."""
    match desk.known.accounts.get("income", Absent(proved=True)):
        case Present(active=True) as account:
            return Settled(ids={INCOME_ACCOUNT: account.qbo_id})
        case _:
            return stopped(said(Reason.ACCOUNT_UNSET, desk.params(account_role="income"), subject="income"))


def _where(question: ItemQuestion, desk: Desk) -> str:
    places = [
        place
        for place, line in enumerate(desk.document.lines, start=1)
        if line.kind is LineKind.ITEM and line_question(line, desk.rules).symbol == question.symbol
    ]
    if places or _sold(question, desk) is None:
        return as_list([f"line {place}" for place in places])
    return "a fee"
