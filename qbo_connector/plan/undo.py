"""The inverse of the last sync of a record, offered only while nobody has built on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from qbo_connector.canonical.company import Company
from qbo_connector.plan.known import Bound
from qbo_connector.plan.values import DOCUMENT, ByQuickBooks, Decision, Expected, Plan, Step, Verb, Wave
from qbo_connector.plan.withdrawing import VOIDED
from qbo_connector.policy.catalogue import Finding, Reason
from qbo_connector.policy.policies import NumberPolicy
from qbo_connector.policy.rules import Rules
from qbo_connector.policy.saying import said

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A document as an earlier sync left it: the body with ids, as it was sent, and what QuickBooks made of it."""

    body: Mapping[str, Any]
    number: str
    total: Decimal
    tax: Decimal
    sent_fingerprint: str
    source_fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LastSync:
    """What is to be undone."""

    title: str
    issue_date: date
    link_key: str = ""
    before: Version | None = None
    """The version before it; None if it created the document."""


def plan_undo(last: LastSync, bound: Bound, rules: Rules, company: Company) -> Plan:
    """Take the document away again, or bring its earlier version back; refused if it was touched since.

    A created document is deleted, so that its number is free for the next sync; one that QuickBooks numbered is
    voided, so that its sequence keeps no gap.
    """
    refusals = tuple(_touched(last, bound, rules, company))
    decision = Decision.HOLD if refusals else _decision(last, rules)
    before = last.before
    return Plan(
        decision=decision,
        steps=(_step(last, decision),) if decision is not Decision.HOLD else (),
        refusals=refusals,
        expected=_expected(last, bound) if decision in {Decision.UPDATE, Decision.VOID} else None,
        link_key=last.link_key,
        source_fingerprint=before.source_fingerprint if before else bound.source_fingerprint,
        sent_fingerprint=before.sent_fingerprint if before else VOIDED,
        known_ids={DOCUMENT: bound.qbo_id},
    )


def _touched(last: LastSync, bound: Bound, rules: Rules, company: Company) -> Iterator[Finding]:
    closed = company.books_closed_to
    reasons = {
        "changed": bound.changed_in_quickbooks or bound.gone,
        "payment_applied": bound.applied > ZERO,
        "period_closed": closed is not None and last.issue_date <= closed,
    }
    known = {"document": last.title, "source": rules.source_name, "company": company.name}
    for reason, is_so in reasons.items():
        if is_so:
            yield said(Reason.UNDO_CHANGED_SINCE, known, subject=reason, reason=reason)


def _decision(last: LastSync, rules: Rules) -> Decision:
    if last.before is not None:
        return Decision.UPDATE
    return Decision.VOID if rules.policies.number_policy is NumberPolicy.QBO else Decision.DELETE


def _step(last: LastSync, decision: Decision) -> Step:
    return Step(
        symbol=DOCUMENT,
        entity=DOCUMENT,
        verb=Verb(decision.value),
        wave=Wave.DOCUMENTS,
        name=last.title,
        body=last.before.body if last.before else {},
    )


def _expected(last: LastSync, bound: Bound) -> Expected:
    before = last.before
    number = (before.number if before else bound.number) or ByQuickBooks()
    total, tax = (before.total, before.tax) if before else (ZERO, ZERO)
    return Expected(number=number, total=total, tax=tax, customer="", lines=0)
