"""What people, pages and programs can ask for: a sync, to set aside. Asked once, stored, then a doorbell."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from qbo_connector.canonical.days import day_in_words
from qbo_connector.policy.catalogue import Finding, FindingClass, Reason, Role
from qbo_connector.policy.eligibility import checks
from qbo_connector.policy.policies import Trigger
from qbo_connector.policy.saying import said
from qbo_connector.store import activity, bindings, findings, operations, pairings, records, sources
from qbo_connector.store.activity import Activity
from qbo_connector.store.findings import Finding as FindingRow
from qbo_connector.store.operations import Operation
from qbo_connector.store.records import Reading, Record
from qbo_connector.store.states import FindingClass as StoredClass
from qbo_connector.store.states import Intent, Lane, OperationState, RecordState
from qbo_connector.sync.look import link_view, preview, situation_for, urls_for
from qbo_connector.sync.phases import sentence
from qbo_connector.sync.prefilling import presets
from qbo_connector.sync.recording import known_about, reading_of
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import Situation, load_situation, rules_of
from qbo_connector.sync.source import read_document
from qbo_connector.sync.targets import RecordTarget, ensure_record, target_of
from qbo_connector.sync.verifying import VERIFIED
from qbo_connector.sync.views import FindingView, QuickBooksLink, finding_view, row_view
from qbo_connector.sync.wishes import MERGE, Choice, choice_of

CONFLICT = 409
UNPROCESSABLE = 422
POLL_S = 0.05
USUAL = timedelta(seconds=30)
"""A sync normally takes less (T-19)."""

INTENTS = {"push": Intent.PUSH, "update": Intent.UPDATE, "create_copy": Intent.CREATE_COPY}


class Refused(Exception):
    """A request that cannot be taken, with the reason. `status` is 409 for an outdated preview, else 422."""

    def __init__(self, finding: FindingView, status: int = UNPROCESSABLE) -> None:
        super().__init__(finding.code)
        self.finding = finding
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationView:
    """How far an operation is."""

    id: int
    version: int
    state: str
    phase: str
    outcome: str | None
    finding: FindingView | None
    quickbooks: QuickBooksLink | None
    retry_at: datetime | None


def request_sync(
    services: Services,
    target: RecordTarget,
    *,
    intent: str = "push",
    asked_by: str,
    lane: Lane = Lane.INTERACTIVE,
    inputs: Mapping[str, Any] | None = None,
    expected_plan: str | None = None,
    idempotency_key: str | None = None,
    role: Role = Role.END_USER,
) -> int:
    """Ask for a sync; the operation is stored before anybody is told.

    What was chosen field by field (`Choice`, under `MERGE`) is one operation while it is open.

    Raises:
        Refused: it is excluded, refused, or the preview no longer holds; nothing was stored but the refusal.
        ConnectorError: the source cannot be read.
    """
    reading = _admitted(services, target, role)
    if (
        expected_plan is not None
        and preview(services, target, inputs, role=role).plan_fingerprint != expected_plan
    ):
        known = {"document": f"{target.kind} {target.external_id}", "company": ""}
        raise Refused(finding_view(said(Reason.PREVIEW_OUTDATED, known), role), CONFLICT)
    chosen = {name: value for name, value in (inputs or {}).items() if name != MERGE}
    with services.database.writing() as session:
        record = records.note_reading(session, ensure_record(session, target).id, **reading)
        pairing = pairings.load(session, target.pairing_id)
        if isinstance(choice := (inputs or {}).get(MERGE), Choice):
            chosen[MERGE] = choice.stored
            if open_already := _open_choice(session, record.id, choice):
                return open_already
        if intent == "create_copy":
            chosen["copy"] = _next_copy(session, record.id)
        operation = operations.request(
            session,
            organization_id=target.organization_id,
            connection_id=pairing.connection_id,
            pairing_id=pairing.id,
            record_id=record.id,
            intent=INTENTS[intent],
            lane=lane,
            asked_by=asked_by,
            inputs=chosen,
            expected_plan=expected_plan,
            idempotency_key=idempotency_key,
        )
        if record.state is not RecordState.SYNCED:
            records.set_standing(session, record.id, state=RecordState.SYNCING)
    services.bell.ring(lane)
    return operation.id


def _open_choice(session: Session, record_id: int, choice: Choice) -> int | None:
    """The operation that carries out this very choice and has not ended."""
    open_ones = operations.list_open_of_record(session, record_id)
    return next((one.id for one in open_ones if choice_of(one) == choice), None)


def _admitted(services: Services, target: RecordTarget, role: Role) -> Reading:
    """What the source says of it. The button is hidden in a draft, and the request is refused as well (T-10)."""
    situation = situation_for(services, target)
    document = read_document(services, situation)
    failed = [
        check.finding
        for check in checks(document, situation.rules, situation.standing, synced=bool(situation.record.qbo_id))
        if check.finding and not check.passed
    ]
    if failed:
        raise Refused(finding_view(_first(failed), role, urls_for(services, situation, None)))
    return reading_of(services, situation, document)


def _first(failed: list[Finding]) -> Finding:
    """The first one in the order of the checks, connection-wide ones before all."""
    return next((one for one in failed if one.cls is FindingClass.CONNECTION_WIDE), failed[0])


def _next_copy(session: Session, record_id: int) -> int:
    links = bindings.list_of_record(session, record_id, ended=True)
    return max((link.copy_ordinal for link in links), default=-1) + 1


def operation_view(
    services: Services, organization_id: int, operation_id: int, *, role: Role = Role.END_USER
) -> OperationView:
    """How far an operation is, in words.

    Raises:
        NotThere: the organization has none of this id.
    """
    with services.database.reading() as session:
        operation = operations.load_in(session, organization_id, operation_id)
        return _view(services, session, operation, role)


def _view(services: Services, session: Session, operation: Operation, role: Role) -> OperationView:
    situation = load_situation(services, session, operation.record_id) if operation.record_id else None
    row = findings.load(session, operation.finding_id) if operation.finding_id else None
    waiting = operation.state is OperationState.WAITING
    if row is None and waiting and operation.record_id:
        row = next(iter(findings.list_of_record(session, operation.record_id)), None)
    link = None
    if situation and situation.record.qbo_id:
        found = bindings.list_by_qbo(
            session, situation.connection.id, qbo_type=situation.record.qbo_type, qbo_id=situation.record.qbo_id
        )
        link = found[0] if found else None
    return OperationView(
        id=operation.id,
        version=operation.version,
        state=str(operation.state),
        phase=row_view(services, row, role).sentence
        if waiting and row
        else _phase(services, operation, situation),
        outcome=str(operation.outcome) if operation.outcome else None,
        finding=_finding_view(services, session, row, role, situation, link) if row and situation else None,
        quickbooks=link_view(situation, link) if situation and link else None,
        retry_at=operation.due_at if waiting else None,
    )


def _finding_view(
    services: Services,
    session: Session,
    row: FindingRow,
    role: Role,
    situation: Situation,
    link: bindings.Binding | None,
) -> FindingView:
    known = presets(session, situation, row)
    return row_view(services, row, role, urls_for(services, situation, link), known)


def _phase(services: Services, operation: Operation, situation: Situation | None) -> str:
    """What is being done; after half a minute, that it takes longer than usual (T-19)."""
    running = operation.state is OperationState.RUNNING and operation.started_at is not None
    if running and situation and services.clock() - (operation.started_at or operation.asked_at) > USUAL:
        return said(Reason.SYNC_SLOW, known_about(situation)).text().sentence
    return sentence(operation.phase, operation.phase_params)


def wait_for(
    services: Services,
    organization_id: int,
    operation_id: int,
    *,
    after: int = 0,
    seconds: float = 0.0,
    role: Role = Role.END_USER,
) -> OperationView:
    """The operation as soon as it is newer than `after`, or after so many seconds: a long poll.

    Raises:
        NotThere: the organization has none of this id.
    """
    until = time.monotonic() + seconds
    while True:
        with services.database.reading() as session:
            version = operations.version(session, operation_id)
        if version != after or time.monotonic() >= until:
            return operation_view(services, organization_id, operation_id, role=role)
        time.sleep(POLL_S)


def retry(services: Services, organization_id: int, record_id: int, *, asked_by: str) -> int:
    """Sync a record again. Raises as `request_sync`."""
    return request_sync(services, target_of(services, organization_id, record_id), asked_by=asked_by)


def retry_among_others(services: Services, organization_id: int, record_id: int, *, asked_by: str) -> int:
    """The same for one of several at once, which a source that syncs one record at a time refuses (T-8)."""
    target = target_of(services, organization_id, record_id)
    refuse_on_demand(services, organization_id, target.pairing_id)
    return request_sync(services, target, asked_by=asked_by)


def refuse_on_demand(services: Services, organization_id: int, pairing_id: int) -> None:
    """Let a sync of several records at once pass, unless the source syncs one at a time, on demand (T-8).

    Raises:
        NotThere: the organization has no such pairing.
        Refused: nothing of this source is sent but what somebody asks for by itself.
    """
    with services.database.reading() as session:
        pairing = pairings.load_in(session, organization_id, pairing_id)
        account = sources.load(session, pairing.source_account_id)
    if services.registry.find(account.source_key) is None:
        return
    rules = rules_of(services, pairing, account)
    if rules.policies.trigger is Trigger.MANUAL_SINGLE:
        reason = said(Reason.NOT_ELIGIBLE_ON_DEMAND_ONLY, {"source": rules.source_name})
        raise Refused(finding_view(reason, Role.END_USER))


def dismiss(services: Services, organization_id: int, record_id: int, *, asked_by: str, name: str = "") -> None:
    """Set a record aside until somebody takes it back in; what was open for it is cancelled.

    What an answer showed of its document is as true as before; it leads again once the record is back.

    Raises:
        NotThere: the organization has no such record.
    """
    with services.database.writing() as session:
        record = records.load_in(session, organization_id, record_id)
        open_ones = operations.list_open_of_record(session, record.id)
        operations.cancel(session, [one.id for one in open_ones])
        shown = _shown_by_answers(session, record.id)
        findings.resolve_for_record(session, record.id, by=asked_by, keep=[row.id for row in shown])
        for row in shown:
            row.leading = False
        params = {"user": name or asked_by, "date": _today(services), "document": f"{record.kind} {record.number}"}
        records.set_standing(
            session,
            record.id,
            state=RecordState.DISMISSED,
            reason=str(Reason.NOT_ELIGIBLE_DISMISSED),
            params=params,
        )
        _note(session, record, "record.dismissed", asked_by)


def undismiss(services: Services, organization_id: int, record_id: int, *, asked_by: str) -> None:
    """Take a record back in; it does not sync by that alone.

    Raises:
        NotThere: the organization has no such record.
    """
    with services.database.writing() as session:
        record = records.load_in(session, organization_id, record_id)
        if record.state is RecordState.DISMISSED:
            _stand_as_before(session, record)
            _note(session, record, "record.taken_back", asked_by)


def _stand_as_before(session: Session, record: Record) -> None:
    """Synced, or held by what the last answer showed; new if it never was in QuickBooks."""
    shown = _shown_by_answers(session, record.id)
    lead = next((row for row in shown if row.category is not StoredClass.WARNING), None)
    if lead is None:
        state = RecordState.SYNCED if record.qbo_id else RecordState.NEW
        records.set_standing(session, record.id, state=state)
        return
    lead.leading = True
    records.set_standing(session, record.id, state=RecordState.HELD, reason=lead.code, params=dict(lead.params))


def _shown_by_answers(session: Session, record_id: int) -> list[FindingRow]:
    return [row for row in findings.list_of_record(session, record_id) if row.code in VERIFIED]


def cancel(services: Services, organization_id: int, record_id: int, *, asked_by: str) -> bool:
    """Cancel what nobody works on yet for a record; False if it was too late.

    Raises:
        NotThere: the organization has no such record.
    """
    with services.database.writing() as session:
        record = records.load_in(session, organization_id, record_id)
        open_ones = operations.list_open_of_record(session, record.id)
        cancelled = operations.cancel(session, [one.id for one in open_ones]) > 0
        if cancelled:
            state = RecordState.SYNCED if record.qbo_id else RecordState.NEW
            records.set_standing(session, record.id, state=state)
            _note(session, record, "record.cancelled", asked_by)
        return cancelled


def _note(session: Session, record: Any, event: str, actor: str) -> None:
    activity.append(
        session,
        Activity(
            organization_id=record.organization_id,
            event=event,
            actor=actor,
            record_id=record.id,
            pairing_id=record.pairing_id,
        ),
    )


def _today(services: Services) -> str:
    return day_in_words(services.clock())
