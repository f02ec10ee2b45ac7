"""Before anything is read or planned: what became of the steps that left and were never answered?

While a requestid is young, QuickBooks answers its repetition with the first answer, so the very bytes are sent
again (Intuit, idempotency). Later, when every repetition has come to rest, a document is looked for by what only
it can be; only what is certainly not there ends as "did not arrive".
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from qbo_connector.errors import ConnectorError, NeedsHuman, OutcomeUnknown, StaleSyncToken
from qbo_connector.mapping.answer import document_answer
from qbo_connector.mapping.arrival import shows
from qbo_connector.mapping.encoding import decoded
from qbo_connector.plan.values import Verb, Wave
from qbo_connector.policy.catalogue import Reason
from qbo_connector.qbo.entities import spelled
from qbo_connector.qbo.query import Query
from qbo_connector.store import bindings, operations, series, steps
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import StepState
from qbo_connector.store.steps import Step
from qbo_connector.sync.applying import apply_deletion, apply_document_answer, apply_list_answer
from qbo_connector.sync.executing import leave, note_refusal
from qbo_connector.sync.outcomes import verify
from qbo_connector.sync.phases import READING, SETTLING, tell
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import Situation

YOUNG = timedelta(hours=1)
"""As long as a repeated requestid surely gets the first answer; how long Intuit keeps it is not documented."""

STILL_WORKING = timedelta(seconds=130)
"""QuickBooks may work on a request for 120 s after the connection broke."""

LAST_REPETITION = YOUNG - 2 * STILL_WORKING
"""Until then the bytes are sent again: any repetition has come to rest when the hour ends and looking begins.

A step remembers only when it left first. So the last repetition leaves early enough for its own time-out and for
what QuickBooks may still do after it; otherwise one that is under way would count as not arrived.
"""

ALREADY_THERE = frozenset({"number.duplicate", "customer.display_name_duplicate", "item.name_duplicate"})
"""Refusals of a repetition that may mean: the first one arrived, and QuickBooks has forgotten its requestid."""


def settle(services: Services, situation: Situation, operation: Operation) -> bool:
    """Settle every step of this record, whichever operation sent it; True if a document had arrived after all.

    So it is too where an earlier attempt found that out and died before it could say so. In shadow mode nothing
    has left and nothing may. People are told of it, and then that the source is read.

    Raises:
        ConnectorError: the outcome cannot be had now; the operation comes again.
        NeedsHuman: the outcome cannot be known by looking (`outcome.unresolved`).
    """
    if situation.in_shadow:
        tell(services, operation, READING)
        return False
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        open_steps = steps.unsettled(session, situation.record.id)
        _take_over(session, open_steps, operation)
        operations.set_phase(session, operation, SETTLING if open_steps else READING)
        found_before = operation.attempts > 1 and has_arrived(session, operation)
    arrived = _settle_all(services, situation, operation, open_steps)
    if open_steps:
        tell(services, operation, READING)
    return arrived or found_before


def settle_shared(services: Services, situation: Situation, operation: Operation, symbols: Iterable[str]) -> bool:
    """Settle what another operation may have left about these list entries; True if there was anything."""
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        open_steps = steps.unsettled_of(session, situation.connection.id, list(symbols))
        _take_over(session, open_steps, operation)
        if open_steps:
            operations.set_phase(session, operation, SETTLING)
    _settle_all(services, situation, operation, open_steps)
    return bool(open_steps)


def _take_over(session: Session, open_steps: Sequence[Step], operation: Operation) -> None:
    if not open_steps:
        return
    steps.adopt(session, [step.id for step in open_steps], fence=operation.fence)
    for step in open_steps:
        step.fence = operation.fence


def _settle_all(
    services: Services, situation: Situation, operation: Operation, open_steps: Sequence[Step]
) -> bool:
    stand = [_settle_one(services, situation, operation, step) for step in open_steps]
    return any(stand)


def has_arrived(session: Session, operation: Operation) -> bool:
    """Whether QuickBooks has answered the document that this operation sent."""
    done = (step for step in steps.list_of_operation(session, operation.id) if step.state is StepState.APPLIED)
    return any(step.wave != Wave.LISTS and step.verb != Verb.DELETE for step in done)


def _settle_one(services: Services, situation: Situation, operation: Operation, step: Step) -> bool:
    """True if it was a document, and that stands there."""
    entity = _answer_of(services, situation, operation, step)
    if entity is None:
        return False
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        if step.wave == Wave.LISTS:
            apply_list_answer(session, situation.connection, step, entity)
            return False
        if step.verb == Verb.DELETE:
            apply_deletion(session, situation, step)
            return False
        _, answer = apply_document_answer(session, situation, step, entity, None)
        verify(session, situation, operation, step, answer)
    return True


def _answer_of(
    services: Services, situation: Situation, operation: Operation, step: Step
) -> Mapping[str, Any] | None:
    """The object that the step made, or None if QuickBooks refused it or it certainly did not arrive."""
    if step.state is StepState.ANSWERED and step.answer:
        body: Mapping[str, Any] = decoded(step.answer)
        return body.get(spelled(step.entity))
    age = datetime.now(UTC) - (step.sent_at or datetime.now(UTC))
    if age < LAST_REPETITION:
        return _replayed(services, situation, operation, step)
    if age < YOUNG:
        raise OutcomeUnknown("QuickBooks may still be working on it", retry_after=(YOUNG - age).total_seconds())
    return _looked_up(services, situation, operation, step)


def _replayed(
    services: Services, situation: Situation, operation: Operation, step: Step
) -> Mapping[str, Any] | None:
    """The first answer, given again. Only a definite one says anything about the first attempt."""
    try:
        return leave(services, situation, operation, step).entity
    except (NeedsHuman, StaleSyncToken) as err:
        found = _standing_already(services, situation, operation, step, err)
        if found is None:
            note_refusal(services, operation, step, err)
        return found


def _standing_already(
    services: Services, situation: Situation, operation: Operation, step: Step, err: ConnectorError
) -> Mapping[str, Any] | None:
    """What the first sending made, where the refusal of its repetition may mean that it arrived."""
    if step.verb == Verb.DELETE and err.reason == Reason.QBO_DOCUMENT_DELETED:
        return {}
    if not isinstance(err, StaleSyncToken) and err.reason not in ALREADY_THERE:
        return None
    rows = _candidates(services, situation, operation, step)
    found = [row for row in rows if _is_it(services, situation, step, row)]
    return found[0] if len(found) == 1 else None


def _looked_up(
    services: Services, situation: Situation, operation: Operation, step: Step
) -> Mapping[str, Any] | None:
    rows = _candidates(services, situation, operation, step)
    if step.verb == Verb.DELETE and not rows:
        return {}
    candidates = [row for row in rows if _is_it(services, situation, step, row)]
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        raise NeedsHuman(
            "several documents could be the one that was sent",
            reason="outcome.unresolved",
            params={"document": str(step.params.get("name", "")), "company": situation.company.name},
        )
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        steps.mark_abandoned(session, step)
        series.advance(session, step.connection_id, step.binding_key)
    return None


def _candidates(
    services: Services, situation: Situation, operation: Operation, step: Step
) -> Sequence[Mapping[str, Any]]:
    """Objects of the step's kind that bear its number or name, or else its customer and date. One metered read."""
    client = services.clients.of(situation.connection)
    sent = decoded(step.body or b"{}")
    entity = spelled(step.entity)
    if "Id" in sent:
        query = Query(entity).where("Id", "=", str(sent["Id"]))
        query = query.where("Active", "IN", (True, False)) if step.wave == Wave.LISTS else query
    elif step.wave == Wave.LISTS:
        field = "DisplayName" if "DisplayName" in sent else "Name"
        query = Query(entity).where(field, "=", str(sent[field])).where("Active", "IN", (True, False))
    elif sent.get("DocNumber"):
        query = Query(entity).where("DocNumber", "=", str(sent["DocNumber"]))
    else:
        customer = str(sent["CustomerRef"]["value"])
        query = Query(entity).where("CustomerRef", "=", customer).where("TxnDate", "=", str(sent["TxnDate"]))
    return client.query(query, lane=str(operation.lane)).rows


def _is_it(services: Services, situation: Situation, step: Step, row: Mapping[str, Any]) -> bool:
    sent = decoded(step.body or b"{}")
    if "Id" in sent and (str(row.get("SyncToken")) == str(sent["SyncToken"]) or not shows(row, sent)):
        return False
    if step.wave == Wave.LISTS:
        return True
    answer = document_answer(row)
    expected = step.params.get("expected") or {}
    total = expected.get("total")
    party = (sent.get("CustomerRef") or {}).get("value")
    same = party in {None, answer.party_id} and (total is None or answer.total == Decimal(total))
    if "Id" in sent:
        return same and answer.voided == (step.verb == Verb.VOID)
    after = answer.created_at is None or step.sent_at is None or answer.created_at >= step.sent_at - STILL_WORKING
    return same and after and not _bound_already(services, situation, step, answer.qbo_id)


def _bound_already(services: Services, situation: Situation, step: Step, qbo_id: str) -> bool:
    with services.database.reading() as session:
        links = bindings.list_by_qbo(
            session, situation.connection.id, qbo_type=spelled(step.entity), qbo_id=qbo_id
        )
    return bool(links)
