"""The plan of a push: a document from a source, as it shall stand in QuickBooks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from qbo_connector.canonical import Invoice, Origin, fingerprint
from qbo_connector.mapping import VERSION
from qbo_connector.mapping.invoice import invoice_body
from qbo_connector.mapping.sales_form import SalesForm
from qbo_connector.mapping.symbols import symbols_in
from qbo_connector.plan.asking import questions
from qbo_connector.plan.comparing import compared
from qbo_connector.plan.complaints import complaints
from qbo_connector.plan.desk import Desk, Settled
from qbo_connector.plan.divergence import divergence
from qbo_connector.plan.form import sales_form
from qbo_connector.plan.keeping import with_kept
from qbo_connector.plan.known import Known
from qbo_connector.plan.lists import distinct, settle_lists
from qbo_connector.plan.numbering import may_share, number_findings
from qbo_connector.plan.showing import shown
from qbo_connector.plan.values import DOCUMENT, ByQuickBooks, Decision, Expected, Plan, Step, Verb, Wave
from qbo_connector.plan.withdrawing import plan_withdrawal
from qbo_connector.policy.amounts import arranged
from qbo_connector.policy.catalogue import Finding, FindingClass, Reason
from qbo_connector.policy.eligibility import checks
from qbo_connector.policy.policies import LinkKey
from qbo_connector.policy.rules import Rules
from qbo_connector.policy.saying import said
from qbo_connector.policy.standing import Standing
from qbo_connector.policy.tax import TaxTreatment, treat

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What was asked for. `copy` is the ordinal of a copy that a person asked for (P-20, P-21)."""

    copy: int = 0
    force: bool = False
    """Send even though nothing changed, and over what was changed in QuickBooks: a person saw it and said so."""
    chosen: bool = False
    """A person chose field by field between both versions (H-34)."""
    allow_duplicate_number: bool = False
    """An admin allowed this one record a number that another document bears."""


def link_key(document: Invoice, rules: Rules, intent: Intent) -> str:
    """Which of a record's documents is meant: by number (T-24), by copy (P-20), or there is only one."""
    if rules.policies.link_key is LinkKey.NUMBER:
        return document.number
    return str(intent.copy) if rules.policies.link_key is LinkKey.COPY else ""


def plan_push(document: Invoice, known: Known, rules: Rules, standing: Standing, intent: Intent) -> Plan:
    """Decide what shall happen to this document; pure.

    A record that is excluded is not worked out any further; otherwise all reasons are collected, so that a person
    sees everything that must be done in one go.
    """
    key, bound = link_key(document, rules, intent), known.bound
    listed = checks(document, rules, standing, synced=bound is not None)
    failed = [check.finding for check in listed if check.finding and not check.passed]
    if bound and bound.origin is Origin.IMPORT:
        failed.append(said(Reason.NOT_ELIGIBLE_IMPORTED_SNAPSHOT, {"document": document.title}))
    excluded = next((finding for finding in failed if finding.cls is FindingClass.EXCLUDED), None)
    if excluded:
        source = fingerprint(document)
        return Plan(decision=Decision.SKIP, excluded=excluded, link_key=key, source_fingerprint=source)
    desk = Desk(document=document, rules=rules, known=known)
    if document.withdrawn and bound:
        return plan_withdrawal(desk, bound, key, failed, force=intent.force)
    return _worked_out(desk, key, failed, intent)


def _worked_out(desk: Desk, key: str, failed: Sequence[Finding], intent: Intent) -> Plan:
    document, rules, company = desk.document, desk.rules, desk.company
    amounts = arranged(document, rules, company)
    tax = treat(document, rules, company, amounts.charges)
    lists = settle_lists(questions(document, rules, company), desk)
    own = sales_form(desk, amounts, tax, lists)
    form = with_kept(own, rules.answers.kept)
    shared = may_share(desk, allowed=intent.allow_duplicate_number)
    diverged = divergence(desk, force=intent.force, chosen=intent.chosen)
    step = _document_step(desk, form, shared=shared)
    sent = _sent_fingerprint(step.body, lists)
    findings = [*failed, *diverged.findings]
    wanted = not diverged.leaves and (intent.force or _differs(desk, sent, lists))
    if wanted:
        findings += [*complaints(desk, form), *amounts.refusals, *tax.findings, *lists.findings]
        findings += number_findings(desk, shared=shared)
    decision = _decision(desk, findings, wanted=wanted)
    writes = decision in {Decision.CREATE, Decision.UPDATE}
    return Plan(
        decision=decision,
        steps=(*lists.steps, step) if writes else (),
        warnings=distinct(finding for finding in findings if finding.cls is FindingClass.WARNING),
        refusals=distinct(finding for finding in findings if finding.cls is not FindingClass.WARNING),
        expected=_expected(desk, form, tax) if writes else None,
        shown=replace(shown(desk, form, tax), compared=compared(desk, own, form, tax, lists.ids)),
        link_key=key,
        source_fingerprint=fingerprint(document),
        sent_fingerprint=sent,
        known_ids={**lists.ids, **({DOCUMENT: desk.known.bound.qbo_id} if desk.known.bound else {})},
    )


def _sent_fingerprint(body: Any, lists: Settled) -> str:
    """Of what is wanted: the body, and what its symbols mean where a rule or a person says so.

    Ids that were found are left out: the customer that was meant stays meant when QuickBooks merges it away.
    """
    used = set(symbols_in(body))
    chosen = {symbol: qbo_id for symbol, qbo_id in lists.chosen.items() if symbol in used}
    return fingerprint({"mapping": VERSION, "body": body, "chosen": chosen})


def _differs(desk: Desk, sent: str, lists: Settled) -> bool:
    """Whether anything in QuickBooks is not as it should be.

    Where nothing is to be sent, nothing can be refused: an invoice that stands there well stays so when its period
    is closed or a product of it is switched off.
    """
    bound = desk.known.bound
    if bound is None or bound.sent_fingerprint != sent or bound.changed_in_quickbooks:
        return True
    return any(step.verb is Verb.UPDATE for step in lists.steps)


def _decision(desk: Desk, findings: Iterable[Finding], *, wanted: bool) -> Decision:
    if any(finding.cls is not FindingClass.WARNING for finding in findings):
        return Decision.HOLD
    if not wanted:
        return Decision.UNCHANGED
    return Decision.UPDATE if desk.known.bound else Decision.CREATE


def _document_step(desk: Desk, form: SalesForm, *, shared: bool) -> Step:
    return Step(
        symbol=DOCUMENT,
        entity=DOCUMENT,
        verb=Verb.UPDATE if desk.known.bound else Verb.CREATE,
        wave=Wave.DOCUMENTS,
        name=desk.document.title,
        body=invoice_body(form),
        allow_duplicate_number=shared,
    )


def _expected(desk: Desk, form: SalesForm, tax: TaxTreatment) -> Expected:
    total = form.net + tax.carried
    return Expected(
        number=form.number if form.number is not None else ByQuickBooks(),
        total=ByQuickBooks(estimate=f"{total:f}") if tax.by_quickbooks else total,
        tax=ByQuickBooks() if tax.by_quickbooks else tax.carried,
        customer=form.customer,
        lines=len(form.sales_lines) + bool(form.shipping),
        deposit=form.deposit or ZERO,
        applied=desk.known.bound.applied if desk.known.bound else ZERO,
    )
