"""Looking at one record: why it can or cannot sync, what a sync would do, where it stands.

Reads the source, never QuickBooks.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from qbo_connector.canonical import FieldChange, Invoice
from qbo_connector.canonical.edits import edits
from qbo_connector.plan.push import Intent
from qbo_connector.plan.values import Decision, Plan, Step
from qbo_connector.policy.catalogue import Finding, Reason, Role
from qbo_connector.policy.catalogue.fixes import Fix
from qbo_connector.policy.eligibility import checks
from qbo_connector.policy.policies import Resync
from qbo_connector.policy.saying import said
from qbo_connector.store import bindings, findings, mirror, operations, records
from qbo_connector.store.bindings import Binding
from qbo_connector.store.records import Record
from qbo_connector.store.states import InQuickBooks, OperationState, RecordState
from qbo_connector.sync.asking import think
from qbo_connector.sync.both_versions import both_versions
from qbo_connector.sync.corrections import with_overrides
from qbo_connector.sync.links import quickbooks_url
from qbo_connector.sync.mapping_repair import NOTHING_OFFERED, offer_of
from qbo_connector.sync.mirror_loading import is_loaded
from qbo_connector.sync.prefilling import presets
from qbo_connector.sync.push import copy_meant, with_choices
from qbo_connector.sync.recording import known_about
from qbo_connector.sync.services import Services
from qbo_connector.sync.shadow import IN_SHADOW, would_sentence
from qbo_connector.sync.situation import Situation, situation_of
from qbo_connector.sync.source import read_document, read_given, record_url
from qbo_connector.sync.targets import RecordTarget
from qbo_connector.sync.undoing import inverse_plan
from qbo_connector.sync.views import (
    CheckView,
    ComparedView,
    FindingView,
    QuickBooksLink,
    Urls,
    check_view,
    finding_view,
    row_view,
)

FIRST_LOAD_S = 10.0
PAUSE_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """The document as its source gives it."""

    number: str
    customer: str
    amount: str
    currency: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyView:
    """One QuickBooks document of a record that may have several."""

    number: str
    url: str
    synced_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """Where a record stands, as the widget and the record page show it."""

    state: str
    document: DocumentView | None
    checks: tuple[CheckView, ...]
    finding: FindingView | None
    quickbooks: QuickBooksLink | None
    copies: tuple[CopyView, ...]
    actions: tuple[str, ...]
    changes: int
    last_synced_at: datetime | None
    first_sync: bool
    operation: int | None = None
    """The open operation, for a page that comes back to a sync under way."""
    shadow: str = ""
    """In shadow mode: what would have been done last, or only that nothing is sent."""
    compare: tuple[ComparedView, ...] = ()
    """Where somebody edited the document in QuickBooks: the fields in which both sides differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewView:
    """What a sync would do, exactly as it would be done."""

    plan_fingerprint: str
    decision: str
    rows: tuple[tuple[str, str, str], ...]
    lines: tuple[Mapping[str, str], ...]
    discount: str
    shipping: str
    tax: str
    total: str
    quickbooks_total: str
    equal: bool
    creates: tuple[str, ...]
    warnings: tuple[FindingView, ...]
    refusals: tuple[FindingView, ...]
    calls: int
    changes: tuple[FieldChange, ...] = field(default=())


def record_view(services: Services, target: RecordTarget, *, role: Role = Role.END_USER) -> RecordView:
    """Read the record and say where it stands.

    Raises:
        ConnectorError: the source cannot be read; gone, refused, unavailable or malformed.
    """
    situation = situation_for(services, target)
    given = read_given(services, situation)
    document = with_overrides(given, situation.record.overrides or {})
    listed = checks(document, situation.rules, situation.standing, synced=bool(situation.record.qbo_id))
    with services.database.reading() as session:
        links = bindings.list_of_record(session, situation.record.id) if target.record_id else []
        stored = findings.list_of_record(session, situation.record.id) if target.record_id else []
        open_ones = operations.list_open_of_record(session, situation.record.id) if target.record_id else []
        first = not _was_synced(session, situation)
        link = _current(situation, links, document)
        undoable = link is not None and _can_be_undone(session, situation, link)
        told = () if situation.standing.dismissed_by else stored
        stopping = [row for row in told if str(row.category) != "warning"]
        known = presets(session, situation, stopping[0]) if stopping else {}
    lead = stopping[0] if stopping else None
    offered = offer_of(services, situation, lead.code, lead.subject, role) if lead else NOTHING_OFFERED
    urls = urls_for(services, situation, link)
    running = next((one for one in open_ones if one.record_id and str(one.intent) != "write_back"), None)
    changed = _changes(link, document)
    ready = all(check.passed for check in listed)
    state = _state(
        situation, link, ready=ready, running=running is not None, stopped=bool(stopping), changed=changed
    )
    waits = running is not None and running.state is OperationState.WAITING
    finding = (
        row_view(services, lead, role, urls, {**known, **offered.answers}, choices=offered.choices)
        if lead
        else None
    )
    compare: tuple[ComparedView, ...] = ()
    if link is not None and link.in_quickbooks is InQuickBooks.CHANGED:
        copy = copy_meant(services, situation, {})
        compare, finding = both_versions(services, situation, given, finding, copy=copy)
    return RecordView(
        state="waiting" if waits and state == "syncing" else state,
        document=document_view(document),
        checks=tuple(check_view(check, role, urls) for check in listed),
        finding=finding,
        quickbooks=link_view(situation, link) if link else None,
        copies=tuple(_copy(situation, one) for one in links) if len(links) > 1 else (),
        actions=(
            *_actions(situation, link, ready=ready, stopped=bool(stopping)),
            *(("undo",) if undoable else ()),
        ),
        changes=changed,
        last_synced_at=link.synced_at if link else None,
        first_sync=first,
        operation=running.id if running else None,
        shadow=_shadow(situation),
        compare=compare,
    )


def _shadow(situation: Situation) -> str:
    if situation.record.state is RecordState.SHADOWED:
        return would_sentence(situation.record.reason_params, on=situation.in_shadow)
    return IN_SHADOW if situation.in_shadow else ""


def preview(
    services: Services,
    target: RecordTarget,
    inputs: Mapping[str, Any] | None = None,
    *,
    role: Role = Role.END_USER,
) -> PreviewView:
    """Plan a sync without doing anything: no request to QuickBooks.

    Raises:
        ConnectorError: the source cannot be read.
    """
    chosen = dict(inputs or {})
    situation = with_choices(_once_loaded(services, target), chosen)
    document = read_document(services, situation)
    if situation.standing.company is None:
        return _not_yet(situation, document, role)
    copy = copy_meant(services, situation, chosen)
    intent = Intent(copy=copy, allow_duplicate_number=situation.allows_duplicate_number)
    plan = think(services, situation, document, intent).plan
    with services.database.reading() as session:
        links = bindings.list_of_record(session, situation.record.id) if target.record_id else []
    link = _current(situation, links, document)
    return _preview(services, situation, document, plan, link, role)


def _once_loaded(services: Services, target: RecordTarget) -> Situation:
    """The situation as soon as the company's lists have been read for the first time; for a moment at most."""
    until = time.monotonic() + FIRST_LOAD_S
    connection_id = situation_for(services, target).connection.id
    while time.monotonic() < until:
        with services.database.reading() as session:
            if is_loaded(mirror.feeds(session, connection_id)):
                break
        time.sleep(PAUSE_S)
    return situation_for(services, target)


def _not_yet(situation: Situation, document: Invoice, role: Role) -> PreviewView:
    """Nothing can be said before the company's settings were read once (T-17)."""
    waiting = said(Reason.SYNC_SLOW, known_about(situation, document))
    return PreviewView(
        plan_fingerprint="",
        decision=str(Decision.HOLD),
        rows=(),
        lines=(),
        discount="0",
        shipping="0",
        tax="0",
        total=f"{document.total:.2f}",
        quickbooks_total=f"{document.total:.2f}",
        equal=True,
        creates=(),
        warnings=(finding_view(waiting, role),),
        refusals=(),
        calls=0,
    )


def _preview(
    services: Services, situation: Situation, document: Invoice, plan: Plan, link: Binding | None, role: Role
) -> PreviewView:
    urls = urls_for(services, situation, link)
    shown = plan.shown
    stops = (plan.excluded,) if plan.excluded else plan.refusals
    quickbooks_total = shown.quickbooks_total if shown else document.total
    return PreviewView(
        plan_fingerprint=plan.fingerprint,
        decision=str(plan.decision),
        rows=shown.rows if shown else (),
        lines=shown.lines if shown else (),
        discount=f"{shown.discount:f}" if shown else "0",
        shipping=f"{shown.shipping:f}" if shown else "0",
        tax=f"{shown.tax:f}" if shown else "0",
        total=f"{document.total:.2f}",
        quickbooks_total=f"{quickbooks_total:.2f}",
        equal=quickbooks_total == document.total,
        creates=tuple(created(step) for step in plan.creates),
        warnings=tuple(finding_view(one, role, urls) for one in plan.warnings),
        refusals=tuple(_refusal(services, situation, one, role, urls) for one in stops if one),
        calls=plan.calls,
        changes=changes_since(link, document),
    )


def _refusal(services: Services, situation: Situation, finding: Finding, role: Role, urls: Urls) -> FindingView:
    offered = offer_of(services, situation, finding.code, finding.subject, role)
    return finding_view(finding, role, urls, offered.answers, choices=offered.choices)


def created(step: Step) -> str:
    """What will be created, in words: ``customer Acme Retail LLC``."""
    kind = "location" if step.entity == "department" else step.entity
    return f"{kind} {step.name}"


def situation_for(services: Services, target: RecordTarget) -> Situation:
    """The surroundings of a record, of one never seen as well: looking at a record leaves no trace."""
    with services.database.reading() as session:
        return situation_of(services, session, _record(session, target))


def _record(session: Session, target: RecordTarget) -> Record:
    if target.record_id is not None:
        return records.load_in(session, target.organization_id, target.record_id)
    return Record(
        organization_id=target.organization_id,
        pairing_id=target.pairing_id,
        kind=target.kind,
        external_id=target.external_id,
    )


def urls_for(services: Services, situation: Situation, link: Binding | None) -> Urls:
    """Where the buttons that are links lead for this record."""
    urls: dict[Fix, str] = {}
    if link:
        urls[Fix.OPEN_IN_QUICKBOOKS] = quickbooks_url(situation.connection, link.qbo_type, link.qbo_id)
    if address := record_url(services, situation):
        urls[Fix.OPEN_IN_SOURCE] = address
    return urls


def document_view(document: Invoice) -> DocumentView:
    """The head of a document."""
    return DocumentView(
        number=document.number,
        customer=str(document.customer),
        amount=f"{document.total:.2f}",
        currency=document.currency,
        status=document.status_label or str(document.status).replace("_", " "),
    )


def link_view(situation: Situation, link: Binding) -> QuickBooksLink:
    """Where it stands in QuickBooks."""
    url = quickbooks_url(situation.connection, link.qbo_type, link.qbo_id)
    return QuickBooksLink(url=url, number=link.number)


def changes_since(link: Binding | None, document: Invoice) -> tuple[FieldChange, ...]:
    """What the source changed since the last sync; nothing where the last version is not known."""
    if link is None or link.sent_document is None:
        return ()
    return edits(Invoice.model_validate_json(link.sent_document), document)


def _can_be_undone(session: Session, situation: Situation, link: Binding) -> bool:
    """Whether the last sync can still be taken back; only then is it offered."""
    plan = inverse_plan(session, situation, link)
    return plan is not None and plan.decision is not Decision.HOLD


def _changes(link: Binding | None, document: Invoice) -> int:
    return len(changes_since(link, document))


def _current(situation: Situation, links: Any, document: Invoice) -> Binding | None:
    """The link that a sync of this document would update."""
    by_number = situation.rules.policies.link_key == "number"
    for link in links:
        if not by_number or link.link_key == document.number:
            return link  # type: ignore[no-any-return]  # a sequence of bindings
    return None


def _copy(situation: Situation, link: Binding) -> CopyView:
    url = quickbooks_url(situation.connection, link.qbo_type, link.qbo_id)
    return CopyView(number=link.number, url=url, synced_at=link.synced_at)


def _was_synced(session: Session, situation: Situation) -> bool:
    return bool(mirror.feeds(session, situation.connection.id))


STATES = {
    RecordState.HELD: "held",
    RecordState.FAILING: "failing",
    RecordState.WAITING: "waiting",
    RecordState.SYNCING: "syncing",
}


def _state(
    situation: Situation, link: Binding | None, *, ready: bool, running: bool, stopped: bool, changed: int
) -> str:
    if running:
        return "syncing"
    if not ready:
        return "not_available"
    if stopped and situation.record.state in STATES:
        return STATES[situation.record.state]
    if link is None:
        return "ready"
    if link.in_quickbooks is InQuickBooks.CHANGED:
        return "changed"
    if situation.rules.policies.resync is Resync.ASK:
        return "copied"
    return "changed" if changed else "synced"


def _actions(situation: Situation, link: Binding | None, *, ready: bool, stopped: bool) -> tuple[str, ...]:
    if not ready:
        return ()
    if link is None:
        return ("retry", "preview") if stopped else ("sync", "preview")
    if situation.rules.policies.resync is Resync.ASK:
        return ("update", "create_copy", "preview")
    return ("update", "preview")
