"""Customer, items, location, classes and accounts of a document: what exists, what will be created, what stops."""

from collections.abc import Iterable
from typing import assert_never

from qbo_connector.mapping import limits
from qbo_connector.mapping.department import department_body
from qbo_connector.mapping.tracking_class import class_body
from qbo_connector.plan.desk import Desk, Settled, ambiguous, created, found, name_findings, stopped, together
from qbo_connector.plan.items import settle_items
from qbo_connector.plan.known import Absent, NameTaken, Present, Several
from qbo_connector.plan.parties import settle_party
from qbo_connector.plan.questions import ClassQuestion, LocationQuestion, Questions
from qbo_connector.policy.catalogue import Finding, Reason
from qbo_connector.policy.policies import LocationMissing
from qbo_connector.policy.saying import said
from qbo_connector.policy.tax import CHOSEN

DISCOUNT_ACCOUNT = "account:discount"


def settle_lists(asked: Questions, desk: Desk) -> Settled:
    """Every entry that the document names is there, will be created, or has a finding."""
    parts = [settle_party(asked.party, desk)] if asked.party else []
    parts.append(settle_items(asked, desk))
    if asked.location:
        parts.append(_location(asked.location, desk))
    parts += [_class(one, desk) for one in asked.classes]
    return together([*parts, _discount_account(desk), _tax_codes(desk)])


def _location(question: LocationQuestion, desk: Desk) -> Settled:
    match desk.answer(question.symbol):
        case Present(active=True) as place:
            return found(question, place.qbo_id)
        case Present() as place:
            params = desk.params(reference=f"location {place.name}")
            return stopped(said(Reason.REFERENCE_INACTIVE, params, subject=question.symbol))
        case Absent() if _may_create_location(desk):
            return _new_location(question, desk)
        case Absent() | Several() | NameTaken():
            params = desk.params(location=question.name)
            return stopped(said(Reason.LOCATION_UNMAPPED, params, subject=question.symbol))
        case other:
            assert_never(other)


def _may_create_location(desk: Desk) -> bool:
    return desk.rules.policies.location_missing is LocationMissing.CREATE or bool(desk.rules.answers.new_location)


def _new_location(question: LocationQuestion, desk: Desk) -> Settled:
    if findings := name_findings(desk, "location", question.name, limits.DEPARTMENT_NAME):
        return stopped(*findings)
    return created(question, "department", department_body(question.name), name=question.name)


def _class(question: ClassQuestion, desk: Desk) -> Settled:
    """A class that QuickBooks lacks is created where a location would be."""
    params = desk.params(reference=f"class {question.name}")
    match desk.answer(question.symbol):
        case Present(active=True) as there:
            return found(question, there.qbo_id)
        case Present():
            return stopped(said(Reason.REFERENCE_INACTIVE, params, subject=question.symbol))
        case Several(candidates=candidates):
            return ambiguous(desk, question, name=question.name, count=len(candidates))
        case Absent() if desk.rules.policies.location_missing is LocationMissing.CREATE:
            return _new_class(question, desk)
        case Absent() | NameTaken():
            return stopped(said(Reason.REFERENCE_MISSING, params, subject=question.symbol))
        case other:
            assert_never(other)


def _new_class(question: ClassQuestion, desk: Desk) -> Settled:
    if findings := name_findings(desk, "class", question.name, limits.CLASS_NAME):
        return stopped(*findings)
    return created(question, "class", class_body(question.name), name=question.name)


def _discount_account(desk: Desk) -> Settled:
    """Where discounts are booked, if an admin chose an account; else QuickBooks takes its own."""
    chosen = desk.rules.accounts.get("discount")
    if not chosen or not (desk.document.line_discounts or desk.document.discount_amount):
        return Settled()
    ids = {DISCOUNT_ACCOUNT: chosen}
    account = desk.known.accounts.get("discount")
    if isinstance(account, Present) and not account.active:
        params = desk.params(reference=f"account {account.name}")
        return stopped(said(Reason.REFERENCE_INACTIVE, params, subject=DISCOUNT_ACCOUNT))
    return Settled(ids=ids, chosen=ids)


def _tax_codes(desk: Desk) -> Settled:
    codes = {f"tax:{name}": code for name, code in desk.rules.taxes.items()}
    if desk.rules.chosen_tax:
        codes[CHOSEN] = desk.rules.chosen_tax
    return Settled(ids=codes, chosen=codes)


def distinct(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once, in order."""
    seen: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        seen.setdefault((finding.code, finding.subject), finding)
    return tuple(seen.values())
