"""The plan for a document that its source has voided or deleted after it was synced (C-6, H-25)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from qbo_connector.canonical import fingerprint
from qbo_connector.mapping import VERSION
from qbo_connector.plan.complaints import closed_period
from qbo_connector.plan.desk import Desk
from qbo_connector.plan.divergence import divergence
from qbo_connector.plan.known import Bound
from qbo_connector.plan.values import DOCUMENT, ByQuickBooks, Decision, Expected, Plan, Step, Verb, Wave
from qbo_connector.policy.catalogue import Finding, FindingClass, Reason
from qbo_connector.policy.policies import Switch
from qbo_connector.policy.saying import said

ZERO = Decimal(0)
VOIDED = fingerprint({"mapping": VERSION, "void": True})
"""What was last sent to a document that was voided."""


def plan_withdrawal(desk: Desk, bound: Bound, key: str, failed: Sequence[Finding], *, force: bool) -> Plan:
    """Void the copy in QuickBooks where voids propagate; it is never deleted by itself."""
    done = bound.gone or bound.sent_fingerprint == VOIDED
    found = [*failed, *([] if done else _findings(desk, bound, force=force))]
    refusals = tuple(finding for finding in found if finding.cls is not FindingClass.WARNING)
    decision = Decision.HOLD if refusals else Decision.UNCHANGED if done else Decision.VOID
    voids = decision is Decision.VOID
    return Plan(
        decision=decision,
        steps=(_void(desk),) if voids else (),
        warnings=tuple(finding for finding in found if finding.cls is FindingClass.WARNING),
        refusals=refusals,
        expected=_expected(bound) if voids else None,
        link_key=key,
        source_fingerprint=fingerprint(desk.document),
        sent_fingerprint=VOIDED,
        known_ids={DOCUMENT: bound.qbo_id},
    )


def _findings(desk: Desk, bound: Bound, *, force: bool) -> Iterator[Finding]:
    if desk.rules.policies.void_propagates is not Switch.YES and not desk.rules.answers.void_copy:
        yield said(Reason.SOURCE_DELETED_AFTER_SYNC, desk.params())
        return
    if bound.applied > ZERO:
        yield said(Reason.PAYMENT_VOID_BLOCKED, desk.params())
    yield from closed_period(desk)
    yield from divergence(desk, force=force).findings


def _void(desk: Desk) -> Step:
    name = desk.document.title
    return Step(symbol=DOCUMENT, entity=DOCUMENT, verb=Verb.VOID, wave=Wave.DOCUMENTS, name=name, body={})


def _expected(bound: Bound) -> Expected:
    """Amounts become zero; the number stays taken (Intuit, void an invoice)."""
    return Expected(number=bound.number or ByQuickBooks(), total=ZERO, tax=ZERO, customer="", lines=0)
