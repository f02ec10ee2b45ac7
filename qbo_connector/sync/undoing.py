"""Taking the last sync of a record back, while nobody has built on it: the inverse plan, the same corridor."""

from sqlalchemy.orm import Session

from qbo_connector.canonical import Invoice
from qbo_connector.errors import StaleSyncToken
from qbo_connector.mapping.encoding import decoded
from qbo_connector.plan.undo import LastSync, Version, plan_undo
from qbo_connector.plan.values import Decision, Plan, Verb
from qbo_connector.store import bindings, findings, operations, records, steps
from qbo_connector.store.bindings import Binding
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import Outcome, RecordState, StepState
from qbo_connector.store.steps import Step
from qbo_connector.sync.answering import as_bound
from qbo_connector.sync.applying import apply_deletion, apply_document_answer, document_key
from qbo_connector.sync.executing import Progress, execute
from qbo_connector.sync.mending import mend
from qbo_connector.sync.outcomes import end_stopped, named, note, promise_write_back, stand, verify
from qbo_connector.sync.recording import known_about, stored_plan
from qbo_connector.sync.services import Services
from qbo_connector.sync.settling import settle
from qbo_connector.sync.situation import Situation, load_situation

OF_THE_MOMENT = ("Id", "SyncToken", "sparse")


def undo(services: Services, operation: Operation) -> None:
    """Carry out one claimed undo.

    Raises:
        ConnectorError: as the client says.
        LeaseLost: another worker has the operation.
    """
    with services.database.reading() as session:
        situation = load_situation(services, session, operation.record_id or 0)
    settle(services, situation, operation)
    if _was_done(services, situation, operation):
        return
    plan, document = _thought(services, situation)
    if plan is None or plan.decision is Decision.HOLD or document is None:
        _stop(services, situation, operation, plan)
        return
    try:
        progress = execute(services, situation, operation, plan)
    except StaleSyncToken as err:
        mend(services, situation, operation, document, err)
        again, _ = _thought(services, situation)
        if again is not None and again.decision is not Decision.HOLD:
            raise  # another version, but no edit: it is tried again
        _stop(services, situation, operation, again)
        return
    _conclude(services, situation, operation, plan, progress)


def _was_done(services: Services, situation: Situation, operation: Operation) -> bool:
    """Whether an earlier attempt at this undo turned out to have arrived; then all that is left is to say so.

    Thinking again would take the undo itself back.
    """
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        done = [step for step in steps.list_of_operation(session, operation.id) if step.state is StepState.APPLIED]
        if done:
            _say_so(session, situation, operation, was_deleted=done[-1].verb == Verb.DELETE)
    return bool(done)


def _thought(services: Services, situation: Situation) -> tuple[Plan | None, Invoice | None]:
    """The inverse plan, and the document as it was last sent."""
    with services.database.reading() as session:
        link = _latest_link(session, situation)
        if link is None or link.sent_document is None:
            return None, None
        return inverse_plan(session, situation, link), Invoice.model_validate_json(link.sent_document)


def inverse_plan(session: Session, situation: Situation, link: Binding) -> Plan | None:
    """What would take the last sync back; None where nothing of it is known any more."""
    last = _last_sync(session, situation, link)
    if last is None:
        return None
    return plan_undo(last, as_bound(session, link), situation.rules, situation.company)


def _last_sync(session: Session, situation: Situation, link: Binding) -> LastSync | None:
    key = document_key(situation, link.link_key)
    done = steps.list_applied(session, situation.connection.id, key, limit=2)
    if not done or link.sent_document is None:
        return None
    document = Invoice.model_validate_json(link.sent_document)
    if done[0].verb == Verb.CREATE:
        return LastSync(title=document.title, issue_date=document.issue_date, link_key=link.link_key)
    before = _version(done[1]) if len(done) > 1 else None
    if before is None:
        return None
    return LastSync(title=document.title, issue_date=document.issue_date, link_key=link.link_key, before=before)


def _version(step: Step) -> Version | None:
    """What an earlier step sent; None where QuickBooks decided its total, so that it cannot be verified."""
    expected = step.params.get("expected") or {}
    if expected.get("total") is None or expected.get("tax") is None:
        return None
    body = {name: part for name, part in decoded(step.body or b"{}").items() if name not in OF_THE_MOMENT}
    return Version(
        body=body,
        number=str(expected.get("number") or ""),
        total=decoded(expected["total"]),
        tax=decoded(expected["tax"]),
        sent_fingerprint=str(step.params.get("sent_fingerprint", "")),
        source_fingerprint=str(step.params.get("source_fingerprint", "")),
    )


def _latest_link(session: Session, situation: Situation) -> Binding | None:
    links = bindings.list_of_record(session, situation.record.id)
    return max(links, key=lambda link: (link.synced_at is not None, link.synced_at), default=None)


def _stop(services: Services, situation: Situation, operation: Operation, plan: Plan | None) -> None:
    """It cannot be undone any more; the record stays as it is, with the reason."""
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        if plan is None:
            operations.finish(session, operation, Outcome.FAILED)
        else:
            end_stopped(session, situation, operation, plan.refusals, plan=stored_plan(plan))


def _conclude(
    services: Services, situation: Situation, operation: Operation, plan: Plan, progress: Progress
) -> None:
    """The link ends with the document, or goes back to the version before; one commit under the fence."""
    step, answer = progress.document_answer
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        if plan.decision is Decision.DELETE:
            apply_deletion(session, situation, step)
        else:
            _, stands = apply_document_answer(session, situation, step, answer.entity or {}, None)
            verify(session, situation, operation, step, stands)
        was_deleted = plan.decision is Decision.DELETE
        _say_so(session, situation, operation, was_deleted=was_deleted, plan=stored_plan(plan))


def _say_so(
    session: Session, situation: Situation, operation: Operation, *, was_deleted: bool, plan: str | None = None
) -> None:
    """Where the record stands now, and the end of the operation."""
    link = _latest_link(session, situation)
    if was_deleted or link is None:
        findings.resolve_for_record(session, situation.record.id, by=named(operation))
        records.set_standing(session, situation.record.id, state=RecordState.NEW, qbo=("", ""))
        lead = None
    else:
        link.sent_document = None
        lead = stand(session, situation, operation, (), qbo=(link.qbo_type, link.qbo_id))
    note(session, situation.record, operation, "record.undone", known_about(situation))
    outcome, finding_id = (Outcome.HELD, lead.id) if lead else (Outcome.SYNCED, None)
    operations.finish(session, operation, outcome, finding_id=finding_id, plan=plan)
    promise_write_back(session, situation, operation)
