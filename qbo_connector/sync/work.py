"""One claimed operation, from its intent to whatever end: the only place where errors become outcomes."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from qbo_connector.canonical import Money
from qbo_connector.canonical.days import day_in_words
from qbo_connector.errors import (
    ConfigurationError,
    ConnectorError,
    NeedsReconnect,
    QboCompanyClosed,
    RecordBusy,
    Retryable,
    Skippable,
    SourceCredentialsRejected,
)
from qbo_connector.policy.catalogue import Finding, FindingClass, Reason
from qbo_connector.policy.saying import said
from qbo_connector.store import connections, findings, operations, records, sources
from qbo_connector.store.failures import LeaseLost
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import ConnectionState, FindingScope, Intent, Lane, Outcome, RecordState
from qbo_connector.store.states import FindingClass as StoredClass
from qbo_connector.sync.changes import take_changes
from qbo_connector.sync.lease import kept_alive
from qbo_connector.sync.mirror_loading import load_mirror
from qbo_connector.sync.outcomes import end_stopped, promise_write_back, raise_findings
from qbo_connector.sync.push import push
from qbo_connector.sync.recording import known_about
from qbo_connector.sync.repairing import repair
from qbo_connector.sync.resuming import probe
from qbo_connector.sync.retrying import UNEXPECTED, is_spent, next_attempt, rhythm_of
from qbo_connector.sync.reviving import take_up
from qbo_connector.sync.services import Services
from qbo_connector.sync.shadow import keep_back
from qbo_connector.sync.situation import Situation, load_situation
from qbo_connector.sync.undoing import undo
from qbo_connector.sync.write_back import write_back

HANDLERS: Mapping[Intent, Callable[[Services, Operation], None]] = {
    Intent.PUSH: push,
    Intent.UPDATE: push,
    Intent.CREATE_COPY: push,
    Intent.WRITE_BACK: write_back,
    Intent.FIX: repair,
    Intent.UNDO: undo,
    Intent.LOAD_MIRROR: load_mirror,
    Intent.CHANGES: take_changes,
    Intent.PROBE: probe,
    Intent.REFRESH: take_up,
}

PUSHES = frozenset({Intent.PUSH, Intent.UPDATE, Intent.CREATE_COPY, Intent.UNDO})
"""They promise the source the news; somebody should hear of it at once."""

ENDS_ITSELF = PUSHES | {Intent.WRITE_BACK, Intent.FIX, Intent.UNDO, Intent.PROBE}

DATABASE_AWAY = timedelta(seconds=1)
"""Until an operation comes again whose connection to our own database was lost."""


def work(services: Services, operation: Operation) -> None:
    """Carry out a claimed operation. Whatever it raises on purpose ends here; anything else is the caller's."""
    with kept_alive(services, operation):
        try:
            if keep_back(services, operation):
                return
            HANDLERS[operation.intent](services, operation)
            if operation.intent not in ENDS_ITSELF:
                _finish(services, operation)
        except LeaseLost:
            return
        except ConnectorError as err:
            settle_error(services, operation, err)
    if operation.intent in PUSHES:
        services.bell.ring(Lane.EVENT)


def settle_error(services: Services, operation: Operation, err: ConnectorError) -> None:
    """Again later, pause a scope, skip, or a finding: by the class of the error, and nothing else."""
    try:
        match err:
            case RecordBusy():
                _again(services, operation, err, told=None)
            case Retryable():
                _try_again(services, operation, err)
            case NeedsReconnect():
                _pause(services, operation, err)
            case ConfigurationError():
                _again(services, operation, err, told=_finding(services, operation, err))
            case Skippable():
                _stop(services, operation, err)
            case _:
                _stop(services, operation, err)
    except LeaseLost:
        return


def settle_unexpected(services: Services, operation: Operation, detail: str) -> None:
    """Something that nobody foresaw: our fault, tried a few times, then left to a person."""
    err = ConnectorError(detail, reason=str(Reason.INTERNAL_ERROR), details={"exception": detail})
    try:
        if is_spent(operation, UNEXPECTED):
            _spent(services, operation, err)
        else:
            _again(services, operation, err, told=_finding(services, operation, err))
    except LeaseLost:
        return


def let_go(services: Services, operation: Operation) -> None:
    """The database was away for a moment, which says nothing about the operation: it comes again, at no cost.

    Where the database is still away, the operation is free when its lease runs out.
    """
    due = datetime.now(UTC) + DATABASE_AWAY
    with suppress(LeaseLost, DBAPIError), services.database.writing() as session:
        operations.defer(session, operation, due, reason="", costs_attempt=False)


def _finish(services: Services, operation: Operation) -> None:
    with services.database.writing() as session:
        operations.finish(session, operation, Outcome.SYNCED)


def _try_again(services: Services, operation: Operation, err: Retryable) -> None:
    if err.costs_attempt and is_spent(operation, rhythm_of(err)):
        _spent(services, operation, err)
        return
    _again(services, operation, err, told=_finding(services, operation, err))


def _again(services: Services, operation: Operation, err: ConnectorError, told: Finding | None) -> None:
    due = next_attempt(operation, err)
    costs = err.costs_attempt if isinstance(err, Retryable) else True
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        situation = _situation(services, session, operation)
        if told and situation and operation.intent is not Intent.WRITE_BACK:
            raise_findings(session, situation, operation, [told])
            records.set_standing(
                session,
                situation.record.id,
                state=RecordState.SYNCING,
                reason=str(told.code),
                params=dict(told.params),
            )
        operations.defer(session, operation, due, reason=err.reason, costs_attempt=costs)


def _spent(services: Services, operation: Operation, err: ConnectorError) -> None:
    """No more attempts by themselves; the code of the last cause stays under Details."""
    spent = ConnectorError(
        str(err),
        reason=str(Reason.QBO_RETRIES_SPENT),
        params={"count": str(operation.attempts), "date": _day(operation.asked_at)},
        details={"last_reason": err.reason, **err.details},
    )
    _stop(services, operation, spent)


def _stop(services: Services, operation: Operation, err: ConnectorError) -> None:
    finding = _finding(services, operation, err)
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        situation = _situation(services, session, operation)
        if situation is None or operation.intent is Intent.WRITE_BACK:
            operations.finish(session, operation, Outcome.FAILED, error={"reason": err.reason})
            return
        end_stopped(session, situation, operation, [finding])
        promise_write_back(session, situation, operation)


def _pause(services: Services, operation: Operation, err: NeedsReconnect) -> None:
    """Pause the scope once; its operations wait, and go on by themselves when somebody has signed in again."""
    finding = _finding(services, operation, err)
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        situation = _situation(services, session, operation)
        if isinstance(err, SourceCredentialsRejected) and situation:
            sources.pause(session, situation.account.id, reason=err.reason)
        else:
            state = ConnectionState.PAUSED if isinstance(err, QboCompanyClosed) else ConnectionState.EXPIRED
            connections.pause(session, operation.connection_id, reason=err.reason, state=state)
        if situation:
            raise_findings(session, situation, operation, [finding])
            records.set_standing(
                session,
                situation.record.id,
                state=RecordState.WAITING,
                reason=str(finding.code),
                params=dict(finding.params),
            )
        else:
            _raise_for_connection(session, operation, finding)
        operations.defer(session, operation, datetime.now(UTC), reason=err.reason, costs_attempt=False)


def _raise_for_connection(session: Session, operation: Operation, finding: Finding) -> None:
    findings.raise_(
        session,
        scope=FindingScope.CONNECTION,
        code=str(finding.code),
        category=StoredClass(str(FindingClass.CONNECTION_WIDE)),
        organization_id=operation.organization_id,
        connection_id=operation.connection_id,
        params=dict(finding.params),
        details=dict(finding.details) or None,
        leading=True,
        operation_id=operation.id,
    )


def _finding(services: Services, operation: Operation, err: ConnectorError) -> Finding:
    """The error in the catalogue's words; a fault whose sentence lacks a value is told as refused."""
    with services.database.reading() as session:
        situation = _situation(services, session, operation)
        connection = connections.load(session, operation.connection_id)
    known = {"company": connection.company_name, "retry_at": "soon"}
    if situation:
        known |= known_about(situation) | _of_record(situation, operation)
    subject = err.params.get("subject", "")
    try:
        return said(Reason(err.reason), {**known, **err.params}, subject=subject, details=err.details)
    except (ConfigurationError, ValueError):
        details = {**err.details, "reason": err.reason}
        return said(Reason.QBO_REFUSED, known, details=details)


def _of_record(situation: Situation, operation: Operation) -> dict[str, str]:
    """What sentences about a refused document may name; books are closed at least up to a day they refuse."""
    record = situation.record
    dated = record.document_date or operation.asked_at
    was_read = record.amount is not None and record.currency
    return {
        "number": record.number,
        "email": record.party_email,
        "amount": str(Money(amount=record.amount or Decimal(0), currency=record.currency)) if was_read else "",
        "date": _day(dated),
        "close_date": _day(situation.company.books_closed_to or dated),
        "origin": "QuickBooks",
    }


def _situation(services: Services, session: Session, operation: Operation) -> Situation | None:
    if operation.record_id is None:
        return None
    return load_situation(services, session, operation.record_id)


def _day(day: object) -> str:
    return day_in_words(day) if isinstance(day, date) else ""
