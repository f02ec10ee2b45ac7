"""How an operation ends, and how that is told: record, findings, history and the promise to the source."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from qbo_connector.canonical import Invoice
from qbo_connector.mapping.answer import DocumentAnswer
from qbo_connector.policy.catalogue import Finding, FindingClass, Reason, Scope, leading
from qbo_connector.store import activity, bindings, findings, operations, records
from qbo_connector.store.activity import Activity
from qbo_connector.store.findings import Finding as FindingRow
from qbo_connector.store.operations import Operation
from qbo_connector.store.records import Record
from qbo_connector.store.states import FindingClass as StoredClass
from qbo_connector.store.states import FindingScope, Intent, Lane, Outcome, RecordState
from qbo_connector.store.steps import Step
from qbo_connector.sync.causes import watched
from qbo_connector.sync.recording import known_about
from qbo_connector.sync.situation import Situation
from qbo_connector.sync.verifying import VERIFIED, differences

QboId = tuple[str, str]
"""Type and id of a document in QuickBooks."""

ENDS = {
    FindingClass.EXCLUDED: Outcome.EXCLUDED,
    FindingClass.HELD: Outcome.HELD,
    FindingClass.FAILING_NEEDS_PERSON: Outcome.FAILED,
    FindingClass.CONNECTION_WIDE: Outcome.HELD,
    FindingClass.FAILING_RETRYABLE: Outcome.FAILED,
}


def raise_findings(
    session: Session, situation: Situation, operation: Operation, said: Sequence[Finding]
) -> list[FindingRow]:
    """Store what was found; one of them leads. Findings about more than a record go to their own scope."""
    if not said:
        return []
    leader = leading(said)
    return [_store(session, situation, operation, one, leads=one is leader) for one in said]


def _store(
    session: Session, situation: Situation, operation: Operation, finding: Finding, *, leads: bool
) -> FindingRow:
    scope = finding.entry.scope if finding.cls is FindingClass.CONNECTION_WIDE else Scope.RECORD
    # A warning stops nothing, so nothing has to go on when its cause changes.
    causes = () if finding.cls is FindingClass.WARNING else sorted(watched(session, situation, finding))
    return findings.raise_(
        session,
        scope=FindingScope(str(scope)),
        code=str(finding.code),
        category=StoredClass(str(finding.cls)),
        organization_id=operation.organization_id,
        record_id=situation.record.id if scope is Scope.RECORD else None,
        pairing_id=situation.pairing.id if scope is Scope.PAIRING else None,
        source_account_id=situation.account.id if scope is Scope.SOURCE_ACCOUNT else None,
        connection_id=situation.connection.id if scope is Scope.CONNECTION else None,
        subject=finding.subject,
        params=dict(finding.params),
        details=dict(finding.details) or None,
        leading=leads,
        causes=dict.fromkeys(causes, ""),
        operation_id=operation.id,
    )


def verify(
    session: Session,
    situation: Situation,
    operation: Operation,
    step: Step,
    stands: DocumentAnswer,
    *,
    document: Invoice | None = None,
) -> None:
    """Hold an answer against what its step expected; `document` is what it was made of, where that is known."""
    known = known_about(situation, document)
    expected, currency = step.params.get("expected") or {}, situation.record.currency
    found = differences(expected, stands, currency=currency, known=known)
    note_verified(session, situation, operation, list(found))


def note_verified(session: Session, situation: Situation, operation: Operation, said: Sequence[Finding]) -> None:
    """Store what an answer showed, in place of what an earlier one had shown."""
    raised = raise_findings(session, situation, operation, said)
    findings.resolve_scope(
        session,
        FindingScope.RECORD,
        situation.record.id,
        by=named(operation),
        codes=sorted(VERIFIED),
        keep=[row.id for row in raised],
    )


def end_synced(
    session: Session,
    situation: Situation,
    operation: Operation,
    *,
    qbo: QboId,
    outcome: Outcome,
    said_beside: Sequence[Finding],
    plan: str,
    about: Mapping[str, str],
    event: str = "",
) -> Operation:
    """The record stands in QuickBooks as planned: every other finding of it is resolved.

    What an answer showed (`note_verified`) stays: it is true until there is another answer.
    """
    raised = raise_findings(session, situation, operation, said_beside)
    _pairing_was_looked_at(session, situation, operation, raised)
    lead = stand(session, situation, operation, raised, qbo=qbo)
    usual = "record.synced" if outcome is Outcome.SYNCED else "record.unchanged"
    note(session, situation.record, operation, event or usual, about)
    return operations.finish(
        session, operation, Outcome.HELD if lead else outcome, finding_id=lead.id if lead else None, plan=plan
    )


def stand(
    session: Session, situation: Situation, operation: Operation, raised: Sequence[FindingRow], *, qbo: QboId
) -> FindingRow | None:
    """The record stands in QuickBooks, with these findings and what an answer showed; returns what holds it."""
    said = [*raised, *still_true(session, situation, raised)]
    findings.resolve_for_record(session, situation.record.id, by=named(operation), keep=[row.id for row in said])
    lead = next((row for row in said if row.category is not StoredClass.WARNING), None)
    for one in said if lead else ():
        one.leading = one is lead
    records.set_standing(
        session,
        situation.record.id,
        state=RecordState.HELD if lead else RecordState.SYNCED,
        reason=lead.code if lead else "",
        params=dict(lead.params) if lead else {},
        qbo=qbo,
        synced=True,
    )
    return lead


def end_stopped(
    session: Session,
    situation: Situation,
    operation: Operation,
    said: Sequence[Finding],
    plan: str | None = None,
    *,
    worked_out: bool = False,
) -> Operation:
    """The record is excluded, held or failing: say why, and with which repair.

    What is known of a document that stands there is still true.

    ``worked_out``: every reason there is was looked for, also those that the whole pairing shares.
    """
    raised = raise_findings(session, situation, operation, said)
    if worked_out:
        _pairing_was_looked_at(session, situation, operation, raised)
    leader = leading(said)
    row = next(row for row, one in zip(raised, said, strict=True) if one is leader)
    kept = still_true(session, situation, raised)
    for one in kept:
        one.leading = False
    findings.resolve_for_record(
        session, situation.record.id, by=named(operation), keep=[one.id for one in (*raised, *kept)]
    )
    state = RecordState(str(leader.state)) if leader.state else RecordState.FAILING
    if leader.code is Reason.NOT_ELIGIBLE_DISMISSED:
        state = RecordState.DISMISSED
    records.set_standing(
        session, situation.record.id, state=state, reason=str(leader.code), params=dict(leader.params)
    )
    outcome = ENDS[leader.cls]
    note(session, situation.record, operation, f"record.{outcome}", {"code": str(leader.code), **leader.params})
    return operations.finish(session, operation, outcome, finding_id=row.id, plan=plan)


def still_true(session: Session, situation: Situation, raised: Sequence[FindingRow]) -> list[FindingRow]:
    """What an answer showed of a document that still stands, beside what was raised just now."""
    if not bindings.list_of_record(session, situation.record.id):
        return []
    known = {row.id for row in raised}
    found = findings.list_of_record(session, situation.record.id)
    return [row for row in found if row.code in VERIFIED and row.id not in known]


def named(operation: Operation) -> str:
    """An operation as whoever asked for something or ended a finding."""
    return f"operation:{operation.id}"


def _pairing_was_looked_at(
    session: Session, situation: Situation, operation: Operation, raised: Sequence[FindingRow]
) -> None:
    """What stopped all records of the pairing and was not found this time has passed."""
    still = [row.id for row in raised]
    findings.resolve_scope(session, FindingScope.PAIRING, situation.pairing.id, by=named(operation), keep=still)


def promise_write_back(session: Session, situation: Situation, operation: Operation) -> None:
    """Promise the source the news, in the commit that makes it; a worker keeps the promise."""
    operations.request(
        session,
        organization_id=operation.organization_id,
        connection_id=situation.connection.id,
        pairing_id=situation.pairing.id,
        record_id=situation.record.id,
        intent=Intent.WRITE_BACK,
        lane=Lane.EVENT,
        asked_by=named(operation),
        idempotency_key=f"write-back:{operation.id}:{operation.wanted}:{operation.attempts}",
        inputs={"of": operation.id},
    )


def note(
    session: Session,
    record: Record,
    operation: Operation,
    event: str,
    params: Mapping[str, Any],
) -> None:
    """Write one line of the history that people see."""
    started = operation.started_at
    took = int((datetime.now(UTC) - started).total_seconds() * 1000) if started else None
    activity.append(
        session,
        Activity(
            organization_id=operation.organization_id,
            event=event,
            actor=operation.asked_by,
            record_id=record.id,
            pairing_id=record.pairing_id,
            connection_id=operation.connection_id,
            operation_id=operation.id,
            params={key: str(value) for key, value in params.items()},
            duration_ms=took,
        ),
    )
