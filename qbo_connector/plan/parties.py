"""The customer of a document: found, picked, created, or a person's to settle."""

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from qbo_connector.canonical import Party
from qbo_connector.canonical.keys import name_key
from qbo_connector.mapping import limits
from qbo_connector.mapping.customer import customer_body, customer_facts
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
    updated,
)
from qbo_connector.plan.known import Absent, Answer, NameTaken, Present, Several
from qbo_connector.plan.questions import PartyQuestion
from qbo_connector.policy.catalogue import Finding, Reason
from qbo_connector.policy.policies import Conflict, CustomerExisting, CustomerMissing, DisplayNameDuplicate, Switch
from qbo_connector.policy.rules import Rules
from qbo_connector.policy.saying import said

CUSTOMER = "customer"
FIELD = "customer name"
PARENT_FIELD = "parent customer"


def settle_party(question: PartyQuestion, desk: Desk) -> Settled:
    """The customer as QuickBooks knows it, or what is to be done about it."""
    answer = desk.answer(question.symbol)
    if question.qbo_id:
        return picked(question, question.qbo_id, _complaints_of_picked(answer, question, desk))
    match answer:
        case Present():
            return _existing(question, answer, desk)
        case Several(candidates=candidates):
            return ambiguous(desk, question, name=question.email or question.name, count=len(candidates))
        case NameTaken() if _may_create(desk.rules):
            return _name_taken(question, desk)
        case Absent() if _may_create(desk.rules):
            return _new(question, desk, question.name)
        case Absent() | NameTaken():
            return stopped(said(Reason.CUSTOMER_MISSING, _params(question, desk), subject=question.symbol))
        case other:
            assert_never(other)


def _params(question: PartyQuestion, desk: Desk) -> dict[str, str]:
    return desk.params(customer=question.name, name=question.name, email=question.email)


def _may_create(rules: Rules) -> bool:
    """Whether a customer that QuickBooks does not know, and nobody picked, is created (T-1, C-28, H-16, P-15)."""
    if rules.answers.new_customer:
        return True
    match rules.policies.customer_missing:
        case CustomerMissing.CREATE | CustomerMissing.CREATE_IF_BLANK:
            return True
        case CustomerMissing.CREATE_WITH_CONTACT_SYNC:
            return rules.policies.parties_in is Switch.YES
        case CustomerMissing.FAIL:
            return False
        case other:
            assert_never(other)


def _existing(question: PartyQuestion, answer: Present, desk: Desk) -> Settled:
    there = found(question, answer.qbo_id, _complaints(answer, desk))
    facts = customer_facts(desk.document.customer)
    if not _keeps_up(desk.rules) or not facts or there.findings:
        return there
    update = updated(question, CUSTOMER, facts, name=question.name)
    if answer.sent_fingerprint in {None, update.steps[0].fingerprint}:
        return there
    return replace(there, steps=update.steps)


def _keeps_up(rules: Rules) -> bool:
    """Whether a customer that exists is told what changed in the source (C-26)."""
    existing = rules.policies.customer_existing
    source_wins = existing is CustomerExisting.CONFLICT_RULE and rules.policies.conflict is Conflict.SOURCE
    return source_wins or existing is CustomerExisting.UPDATE


def _complaints_of_picked(answer: Answer, question: PartyQuestion, desk: Desk) -> Iterator[Finding]:
    if isinstance(answer, Present) and answer.qbo_id == question.qbo_id:
        yield from _complaints(answer, desk)


def _complaints(answer: Present, desk: Desk) -> Iterator[Finding]:
    if not answer.active:
        yield said(Reason.CUSTOMER_INACTIVE, desk.params(customer=answer.name), subject=answer.qbo_id)
    if answer.currency and desk.company.multi_currency and answer.currency != desk.document.currency:
        params = desk.params(
            currency=desk.document.currency, customer=answer.name, customer_currency=answer.currency
        )
        yield said(Reason.CURRENCY_CUSTOMER_MISMATCH, params, subject=answer.qbo_id)


def _new(question: PartyQuestion, desk: Desk, name: str) -> Settled:
    if findings := name_findings(desk, FIELD, name, limits.DISPLAY_NAME):
        return stopped(*findings)
    currency = desk.document.currency if desk.company.multi_currency else ""
    parent = question.parent
    body = customer_body(desk.document.customer, name, currency=currency, parent=parent.symbol if parent else "")
    new = created(question, CUSTOMER, body, name=name, keys=(f"{question.kind}:name:{name_key(name)}",))
    if parent is None:
        return new
    above = _parent(parent, desk, currency)
    return together([above, new]) if not above.findings else above


def _parent(question: PartyQuestion, desk: Desk, currency: str) -> Settled:
    """The customer above a new one: it is there, or is created first by the same right."""
    match desk.answer(question.symbol):
        case Present() as there:
            return found(question, there.qbo_id, _complaints(there, desk))
        case Several(candidates=candidates):
            return ambiguous(desk, question, name=question.name, count=len(candidates))
        case NameTaken():
            params = _params(question, desk)
            return stopped(said(Reason.CUSTOMER_DISPLAY_NAME_DUPLICATE, params, subject=question.symbol))
        case Absent():
            if findings := name_findings(desk, PARENT_FIELD, question.name, limits.DISPLAY_NAME):
                return stopped(*findings)
            body = customer_body(Party(name=question.name), currency=currency)
            return created(question, CUSTOMER, body, name=question.name)
        case other:
            assert_never(other)


def _name_taken(question: PartyQuestion, desk: Desk) -> Settled:
    """A later contact of a company whose name is taken gets its own name added, if the rules say so (H-66)."""
    own = _own_name(desk.document.customer)
    fails = desk.rules.policies.display_name_duplicate is DisplayNameDuplicate.FAIL
    if fails or not own or desk.rules.answers.new_customer:
        params = _params(question, desk)
        return stopped(said(Reason.CUSTOMER_DISPLAY_NAME_DUPLICATE, params, subject=question.symbol))
    company = desk.document.customer.company or question.name
    return _new(question, desk, f"{company} ({own})")


def _own_name(party: Party) -> str:
    """What tells this contact from others of its company: its name, else its e-mail."""
    is_person = party.company and name_key(party.name) != name_key(party.company)
    return party.name if is_person and party.name else party.email
