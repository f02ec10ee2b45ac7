"""The straight line: one record of a source, as it stands there now, into QuickBooks, exactly once, to the cent.

::

    claim     by the worker, under a fence
    settle    what an earlier attempt left without an answer
    read      the source                                        no transaction open
    ask       the mirror; think; prove; lease                   one read transaction, rarely a look into QuickBooks
    stop?     unchanged, excluded, held or refused: say why; in shadow mode: say what would be done
    execute   in waves                                          bytes committed before, answers after
    verify    the answer against the plan, to the cent
    promise   the news to the source, in the commit that ends the operation
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from qbo_connector.canonical import Invoice
from qbo_connector.errors import NeedsHuman, StaleSyncToken
from qbo_connector.plan.push import Intent
from qbo_connector.plan.values import Decision, Plan
from qbo_connector.policy.catalogue import Finding, Reason
from qbo_connector.policy.saying import said
from qbo_connector.store import bindings, operations, records
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import Intent as Wanted
from qbo_connector.store.states import Outcome
from qbo_connector.sync.applying import apply_document_answer
from qbo_connector.sync.asking import think, think_to_act
from qbo_connector.sync.executing import Progress, execute
from qbo_connector.sync.mending import mend
from qbo_connector.sync.merging import ending, is_done, merged
from qbo_connector.sync.mirror_loading import ensure_loaded
from qbo_connector.sync.outcomes import end_stopped, end_synced, promise_write_back, verify
from qbo_connector.sync.recording import has_begun, is_as_shown, known_about, reading_of, stored_plan
from qbo_connector.sync.services import Services
from qbo_connector.sync.settling import settle
from qbo_connector.sync.shadow import end_in_shadow
from qbo_connector.sync.situation import Situation, load_situation, reloaded
from qbo_connector.sync.source import read_document
from qbo_connector.sync.wishes import choice_of

MOST_THOUGHTS = 3
"""How often a plan is made anew because QuickBooks knew something that the mirror did not."""


def push(services: Services, operation: Operation) -> None:
    """Carry out one claimed push.

    Raises:
        ConnectorError: the caller decides by its class: again later, pause the scope, or a finding.
        LeaseLost: another worker has the operation; whatever was learned stands in the evidence.
    """
    with services.database.reading() as session:
        situation = load_situation(services, session, operation.record_id or 0)
    situation = with_choices(situation, operation.inputs)
    arrived = settle(services, situation, operation)
    situation, document = _read(services, situation, operation)
    situation = ensure_loaded(services, _noted(services, situation, operation, document), operation)
    for attempt in range(1, MOST_THOUGHTS + 1):
        plan = _thought(services, situation, operation, document)
        if _stopped(services, situation, operation, plan, arrived=arrived):
            return
        if situation.in_shadow:
            _stay_in_shadow(services, situation, operation, plan)
            return
        try:
            operation = _begun(services, operation, plan)
            progress = execute(services, situation, operation, plan)
        except (NeedsHuman, StaleSyncToken) as err:
            if attempt == MOST_THOUGHTS or not mend(services, situation, operation, document, err):
                raise
            situation = reloaded(services, situation)
            if choice_of(operation):
                situation, document = _read(services, situation, operation)
            continue
        _conclude(services, situation, operation, document, plan, progress)
        return


def _read(services: Services, situation: Situation, operation: Operation) -> tuple[Situation, Invoice]:
    """The document of the source; where somebody chose field by field, with what QuickBooks keeps.

    In shadow mode nothing is sent, so nothing is kept either.
    """
    chosen = choice_of(operation)
    if chosen and not situation.in_shadow:
        copy = copy_meant(services, situation, operation.inputs)
        return merged(services, situation, operation, chosen, copy=copy)
    return situation, read_document(services, situation)


def _thought(services: Services, situation: Situation, operation: Operation, document: Invoice) -> Plan:
    """The plan to carry out; in shadow mode nothing is leased and nothing looked up for what is only imagined."""
    intent = intent_of(services, situation, operation)
    if situation.in_shadow:
        return think(services, situation, document, intent, asked_at=operation.asked_at).plan
    return think_to_act(services, situation, operation, document, intent).plan


def _begun(services: Services, operation: Operation, plan: Plan) -> Operation:
    """Keep a plan that somebody saw before anything of it leaves: after a stop, what is left is no other plan."""
    if operation.expected_plan != plan.fingerprint:
        return operation
    with services.database.writing() as session:
        return operations.keep_plan(session, operation, stored_plan(plan))


def _stay_in_shadow(services: Services, situation: Situation, operation: Operation, plan: Plan) -> None:
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        end_in_shadow(session, situation, operation, plan)


def intent_of(services: Services, situation: Situation, operation: Operation) -> Intent:
    """What was asked for, as the plan understands it; what was chosen and has arrived is not chosen again."""
    done = is_done(services, operation)
    return Intent(
        copy=copy_meant(services, situation, operation.inputs),
        force=operation.intent is Wanted.UPDATE and not done,
        chosen=choice_of(operation) is not None and not done,
        allow_duplicate_number=situation.allows_duplicate_number,
    )


def copy_meant(services: Services, situation: Situation, inputs: Mapping[str, Any]) -> int:
    """The copy that was asked for, else the last one (P-20)."""
    if "copy" in inputs or not situation.copies or situation.record.id is None:
        return int(inputs.get("copy", 0))
    with services.database.reading() as session:
        links = bindings.list_of_record(session, situation.record.id)
    return max((link.copy_ordinal for link in links), default=0)


def with_choices(situation: Situation, inputs: dict[str, Any]) -> Situation:
    """The rules with what a person chose for this one document: customer and tax (P-14)."""
    tax, customer = str(inputs.get("tax", "")), str(inputs.get("customer", ""))
    return replace(situation, rules=replace(situation.rules, chosen_tax=tax, chosen_customer=customer))


def _noted(services: Services, situation: Situation, operation: Operation, document: Invoice) -> Situation:
    """Keep what the source said, so that lists and pages show it whatever comes of it."""
    reading = reading_of(services, situation, document)
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        record = records.note_reading(session, situation.record.id, **reading)
    return replace(situation, record=record)


def _stopped(services: Services, situation: Situation, operation: Operation, plan: Plan, *, arrived: bool) -> bool:
    """End the operation without sending anything, if the plan says so; True if it did.

    What somebody saw and what has arrived since is done, even if the source has changed meanwhile; only a document
    that is left out since is told to be.
    """
    unchanged = plan.decision is Decision.UNCHANGED
    outdated = not is_as_shown(operation, plan) and not (arrived and plan.excluded)
    over = arrived and outdated and (has_begun(operation) or unchanged)
    reasons = () if over else _reasons_to_stop(situation, plan, outdated=outdated)
    if not reasons and not over and not unchanged:
        return False
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        if reasons:
            worked_out = plan.decision is Decision.HOLD
            end_stopped(session, situation, operation, reasons, plan=stored_plan(plan), worked_out=worked_out)
        else:
            _end_unchanged(session, situation, operation, plan, arrived=arrived)
        if not situation.in_shadow:
            promise_write_back(session, situation, operation)
    return True


def _reasons_to_stop(situation: Situation, plan: Plan, *, outdated: bool) -> Sequence[Finding]:
    """A preview that no longer holds comes first: what is sent is exactly what was shown."""
    if outdated:
        return [said(Reason.PREVIEW_OUTDATED, known_about(situation))]
    if plan.excluded:
        return [plan.excluded]
    return [*plan.refusals, *plan.warnings] if plan.decision is Decision.HOLD else []


def _end_unchanged(session: Any, situation: Situation, operation: Operation, plan: Plan, *, arrived: bool) -> None:
    """It stands there already as planned, or an earlier attempt turned out to have arrived."""
    end_synced(
        session,
        situation,
        operation,
        qbo=("Invoice", plan.known_ids["invoice"]),
        outcome=Outcome.SYNCED if arrived else Outcome.UNCHANGED,
        said_beside=plan.warnings,
        plan=stored_plan(plan),
        about={"number": situation.record.number, **(ending(operation).about if arrived else {})},
        event=ending(operation).event if arrived else "",
    )


def _conclude(
    services: Services,
    situation: Situation,
    operation: Operation,
    document: Invoice,
    plan: Plan,
    progress: Progress,
) -> None:
    """Bind, verify, say so, promise the news, end: one commit under the fence."""
    step, answer = progress.document_answer
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        link, stands = apply_document_answer(session, situation, step, answer.entity or {}, document)
        verify(session, situation, operation, step, stands, document=document)
        end_synced(
            session,
            situation,
            operation,
            qbo=(link.qbo_type, link.qbo_id),
            outcome=Outcome.SYNCED,
            said_beside=plan.warnings,
            plan=stored_plan(plan),
            about={
                "number": stands.number,
                "total": f"{stands.total:f}",
                "decision": str(plan.decision),
                **ending(operation).about,
            },
            event=ending(operation).event,
        )
        promise_write_back(session, situation, operation)
