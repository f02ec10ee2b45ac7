"""Carrying out a plan, wave by wave: bytes and requestids are committed before anything leaves.

A wave is sent with no transaction open. What comes back is taken over in one commit that checks the fence; only
the evidence in `exchanges` is written without it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass, replace
from decimal import Decimal
from typing import Any, assert_never

from sqlalchemy.orm import Session

from qbo_connector.errors import ConnectorError, LocallyThrottled, OutcomeUnknown, QboUnavailable, RecordBusy
from qbo_connector.mapping.customer import facts_in
from qbo_connector.mapping.encoding import encoded
from qbo_connector.mapping.symbols import resolved, symbols_in
from qbo_connector.plan.values import ByQuickBooks, Plan, Verb, Wave
from qbo_connector.plan.values import Step as PlannedStep
from qbo_connector.qbo.answers import Answer, WriteRequest
from qbo_connector.qbo.entities import spelled
from qbo_connector.qbo.requestid import requestid
from qbo_connector.store import bindings, installation, mirror, operations, series, steps
from qbo_connector.store.bindings import Binding
from qbo_connector.store.operations import Operation
from qbo_connector.store.steps import Step
from qbo_connector.sync.applying import apply_list_answer, document_key
from qbo_connector.sync.others_fields import ensure_others_known, joined_by_others
from qbo_connector.sync.phases import announce
from qbo_connector.sync.services import Services
from qbo_connector.sync.shadow_guard import refuse_in_shadow
from qbo_connector.sync.situation import Situation

ALLOW_DUPLICATE_NUMBER = {"include": "allowduplicatedocnum"}
"""QuickBooks' permission for a number that another document bears (Intuit, Bill; used for invoices alike)."""


@dataclass(slots=True, kw_only=True)
class Progress:
    """How far a plan has come: ids of its symbols, and the step of the document with its answer."""

    ids: dict[str, str] = field(default_factory=dict)
    document: tuple[Step, Answer] | None = None

    @property
    def document_answer(self) -> tuple[Step, Answer]:
        """The document's step and answer; a plan that creates or updates always has one.

        Raises:
            ValueError: the plan had no document.
        """
        if self.document is None:
            raise ValueError("the plan wrote no document")
        return self.document


def execute(services: Services, situation: Situation, operation: Operation, plan: Plan) -> Progress:
    """Send the plan's steps in waves, a step that names another of its wave behind that one.

    List entries are taken over one by one; the answer about the document is left to the caller, who binds it and
    ends the operation in one commit.

    Raises:
        ConnectorError: as the client says. Steps that were answered before it are taken over already; a step whose
            outcome is unknown stays sent and is settled first next time.
        LeaseLost: another worker has the operation.
    """
    progress = Progress(ids=dict(plan.known_ids))
    ensure_others_known(services, situation, operation, plan)
    try:
        for turn in turns(plan.steps):
            _carry_out(services, situation, operation, plan, turn, progress)
    except ConnectorError:
        with services.database.writing() as session:
            operations.guard(session, operation.id, operation.fence)
            drop_planned(session, operation)
        raise
    return progress


def turns(planned: Sequence[PlannedStep]) -> Iterator[list[PlannedStep]]:
    """The waves in order, each in as many parts as it takes for what a step names to have its id before."""
    turn: list[PlannedStep] = []
    for step in sorted(planned, key=lambda one: one.wave):
        named = set(symbols_in(step.body))
        if turn and (turn[0].wave != step.wave or any(one.symbol in named for one in turn)):
            yield turn
            turn = []
        turn.append(step)
    if turn:
        yield turn


def _carry_out(
    services: Services,
    situation: Situation,
    operation: Operation,
    plan: Plan,
    wanted: list[PlannedStep],
    progress: Progress,
) -> None:
    prepared = _prepare(services, situation, operation, plan, wanted, progress)
    for step, planned in zip(prepared, wanted, strict=True):
        answer = send(services, situation, operation, step, planned)
        if planned.wave == Wave.DOCUMENTS:
            progress.document = (step, answer)
            continue
        with services.database.writing() as session:
            operations.guard(session, operation.id, operation.fence)
            applied = apply_list_answer(session, situation.connection, step, answer.entity or {})
        progress.ids[planned.symbol] = applied


def drop_planned(session: Session, operation: Operation, keys: Sequence[str] = ()) -> None:
    """What was planned and never left is dropped; its requestids are spent, so that nobody uses them again."""
    spent = [*steps.abandon_planned(session, operation.id)]
    spent += steps.abandon_planned_of(session, operation.connection_id, keys)
    for key in spent:
        series.advance(session, operation.connection_id, key)


def _prepare(
    services: Services,
    situation: Situation,
    operation: Operation,
    plan: Plan,
    wanted: list[PlannedStep],
    progress: Progress,
) -> list[Step]:
    """Commit the wave's exact bytes and requestids; what an earlier plan left unsent is dropped."""
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        drop_planned(session, operation, [_binding_key(situation, plan, planned) for planned in wanted])
        home = installation.key(session)
        rows = [_row(session, situation, operation, plan, planned, progress.ids, home=home) for planned in wanted]
        return list(steps.add_all(session, rows))


def _row(
    session: Session,
    situation: Situation,
    operation: Operation,
    plan: Plan,
    planned: PlannedStep,
    ids: Mapping[str, str],
    *,
    home: str,
) -> Step:
    key = _binding_key(situation, plan, planned)
    count = series.current(session, situation.connection.id, key)
    return Step(
        organization_id=operation.organization_id,
        operation_id=operation.id,
        connection_id=situation.connection.id,
        ordinal=planned.wave * 1000 + plan.steps.index(planned),
        wave=planned.wave,
        symbol=planned.symbol,
        binding_key=key,
        verb=str(planned.verb),
        entity=planned.entity,
        requestid=requestid(home, str(situation.connection.id), key, str(planned.verb), count),
        params=_particulars(plan, planned),
        body=encoded(_final_body(session, situation, plan, planned, ids)),
        fence=operation.fence,
    )


def _binding_key(situation: Situation, plan: Plan, planned: PlannedStep) -> str:
    """What the step binds: a list entry per company, a document per pairing, record and link key."""
    if planned.wave == Wave.LISTS:
        return planned.symbol
    return document_key(situation, plan.link_key)


def _final_body(
    session: Session, situation: Situation, plan: Plan, planned: PlannedStep, ids: Mapping[str, str]
) -> dict[str, Any]:
    """The body as it is sent; what exists already is named by its id and the version that we know."""
    body: dict[str, Any] = resolved(planned.body, ids)
    match planned.verb:
        case Verb.CREATE:
            return body
        case Verb.UPDATE if planned.wave == Wave.LISTS:
            return {**_entry_version(session, situation, planned, ids), "sparse": True, **body}
        case Verb.UPDATE:
            link = _link(session, situation, plan)
            return {**_version(link), "sparse": True, **joined_by_others(body, link)}
        case Verb.VOID | Verb.DELETE:
            return {**_version(_link(session, situation, plan)), **body}
        case other:
            assert_never(other)


def _entry_version(
    session: Session, situation: Situation, planned: PlannedStep, ids: Mapping[str, str]
) -> dict[str, str]:
    qbo_id = ids[planned.symbol]
    entry = mirror.find(session, situation.connection.id, spelled(planned.entity), qbo_id)
    return {"Id": qbo_id, "SyncToken": entry.sync_token if entry else "0"}


def _link(session: Session, situation: Situation, plan: Plan) -> Binding:
    link = bindings.find_document(
        session,
        situation.pairing.id,
        kind=situation.record.kind,
        external_id=situation.record.external_id,
        link_key=plan.link_key,
    )
    if link is None:
        raise OutcomeUnknown("the binding to update has ended meanwhile")
    return link


def _version(link: Binding) -> dict[str, str]:
    return {"Id": link.qbo_id, "SyncToken": link.sync_token}


def _particulars(plan: Plan, planned: PlannedStep) -> dict[str, Any]:
    """What taking the answer over needs later, even in another process after a crash."""
    if planned.wave == Wave.LISTS:
        return {"name": planned.name, "fingerprint": _kept(planned)}
    return {
        "name": planned.name,
        "query": ALLOW_DUPLICATE_NUMBER if planned.allow_duplicate_number else {},
        "link_key": plan.link_key,
        "source_fingerprint": plan.source_fingerprint,
        "sent_fingerprint": plan.sent_fingerprint,
        "expected": plain(plan.expected),
    }


def _kept(planned: PlannedStep) -> str:
    """Fingerprint of what a later plan would keep up to date of a list entry."""
    if planned.entity != "customer":
        return planned.fingerprint
    return replace(planned, body=facts_in(planned.body)).fingerprint


def plain(value: Any) -> Any:
    """A plan's values as JSON: amounts as text, what QuickBooks decides as null."""
    if isinstance(value, ByQuickBooks):
        return None
    if isinstance(value, Decimal):
        return f"{value:f}"
    if is_dataclass(value) and not isinstance(value, type):
        return {key: plain(part) for key, part in _fields(value)}
    return value


def _fields(value: Any) -> Iterator[tuple[str, Any]]:
    for name in value.__dataclass_fields__:
        yield name, getattr(value, name)


def send(
    services: Services, situation: Situation, operation: Operation, step: Step, told: PlannedStep | None = None
) -> Answer:
    """Send a step for the first time, and note a definite refusal.

    Raises:
        ConnectorError: as the client says; an unknown outcome leaves the step sent.
    """
    try:
        return leave(services, situation, operation, step, told)
    except OutcomeUnknown:
        raise
    except ConnectorError as err:
        note_refusal(services, operation, step, err)
        raise


def leave(
    services: Services, situation: Situation, operation: Operation, step: Step, told: PlannedStep | None = None
) -> Answer:
    """Send one step's stored bytes under its stored requestid; the second time is the same as the first.

    People are told what is being written where ``told`` says so.

    Raises:
        ConnectorError: as the client says. Of a repetition, only a definite answer says anything about the first.
    """
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        refuse_in_shadow(session, situation)
        if told is not None:
            announce(session, operation, told)
        steps.record_sent(session, step)
    client = services.clients.of(situation.connection)
    request = WriteRequest(
        entity=step.entity,
        body=step.body or b"",
        requestid=step.requestid or "",
        operation=step.verb,
        params=step.params.get("query") or {},
    )
    return client.write(request, lane=str(operation.lane))


def note_refusal(services: Services, operation: Operation, step: Step, err: ConnectorError) -> None:
    """Any other error says for certain that nothing was done: the step and its series end."""
    never_left = isinstance(err, LocallyThrottled | QboUnavailable | RecordBusy)
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        if never_left:
            steps.mark_abandoned(session, step)
        else:
            steps.mark_refused(session, step)
        series.advance(session, step.connection_id, step.binding_key)
