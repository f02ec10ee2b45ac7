"""Keeping the promise to the source: it is told how the last sync of a record ended. Telling twice is harmless.

But it is no use where the source itself asked: being told is a change there, which would ask again, and so on.
"""

from dataclasses import asdict, replace

from sqlalchemy.orm import Session

from qbo_connector.canonical import fingerprint
from qbo_connector.errors import ConnectorError, Retryable
from qbo_connector.policy.catalogue import Reason
from qbo_connector.policy.policies import Attachments
from qbo_connector.policy.saying import said
from qbo_connector.sources.capability import Capability
from qbo_connector.sources.values import Outcome, OutcomeState
from qbo_connector.store import bindings, findings, operations
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import FindingScope, Intent
from qbo_connector.store.states import Outcome as Ended
from qbo_connector.sync.entries import entry_of
from qbo_connector.sync.links import quickbooks_url
from qbo_connector.sync.outcomes import raise_findings
from qbo_connector.sync.recording import known_about
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import Situation, load_situation
from qbo_connector.sync.source import open_plugin
from qbo_connector.sync.source_news import SOURCE

INVOICE = "Invoice"
CODE = "source.write_back_failed"
TOLD = "told"
"""Input of a finished operation: the fingerprint of what it told."""


def write_back(services: Services, operation: Operation) -> None:
    """Tell the source, if it wants to know.

    Raises:
        ConnectorError: it could not be told now; the record itself stays synced, with a finding beside it.
    """
    with services.database.reading() as session:
        situation = load_situation(services, session, operation.record_id or 0)
        told_of = operations.load(session, int(operation.inputs["of"]))
        outcome = _outcome(services, session, situation, told_of)
        news = _news(outcome)
        is_old = told_of.asked_by == SOURCE and news == _last_told(session, operation)
    if not is_old and entry_of(services, situation.account.source_key).manifest.has(Capability.WRITE_BACK):
        try:
            told = replace(outcome, pdf=_pdf(services, situation, outcome, operation))
            open_plugin(services, situation.account).write_back(situation.ref, told)
        except ConnectorError as err:
            _note_failure(services, situation, operation, err)
            raise
    with services.database.writing() as session:
        findings.resolve_scope(
            session, FindingScope.RECORD, situation.record.id, by=f"operation:{operation.id}", codes=[CODE]
        )
        finished = operations.finish(session, operation, Ended.SYNCED)
        finished.inputs = {**finished.inputs, TOLD: news}


def _pdf(services: Services, situation: Situation, outcome: Outcome, operation: Operation) -> bytes | None:
    """The document as QuickBooks prints it, where its PDF belongs to the source's record (P-9): one read."""
    wanted = situation.rules.policies.attachments is Attachments.QBO and outcome.state is OutcomeState.SYNCED
    if not wanted or not outcome.qbo_id:
        return None
    return services.clients.of(situation.connection).pdf(INVOICE, outcome.qbo_id, lane=str(operation.lane))


def _news(outcome: Outcome) -> str:
    """A fingerprint of what is told, whenever it is told."""
    return fingerprint({**asdict(outcome), "at": None})


def _last_told(session: Session, operation: Operation) -> str:
    """Fingerprint of what the source was told last about this record; empty if it was told nothing."""
    before = operations.list_of_record(session, operation.record_id or 0)
    said = (one.inputs.get(TOLD) for one in before if one.intent is Intent.WRITE_BACK and one.id != operation.id)
    return next((str(news) for news in said if news), "")


def _outcome(services: Services, session: object, situation: Situation, told_of: Operation) -> Outcome:
    links = bindings.list_of_record(session, situation.record.id)  # type: ignore[arg-type]  # the caller's session
    link = links[0] if links else None
    message, code = "", ""
    if told_of.finding_id:
        row = findings.load(session, told_of.finding_id)  # type: ignore[arg-type]  # the caller's session
        code = row.code
        message = services.catalogue.fill(row.code, row.params).sentence
    return Outcome(
        state=_state(told_of),
        at=services.clock(),
        qbo_id=link.qbo_id if link else "",
        number=link.number if link else "",
        url=quickbooks_url(situation.connection, link.qbo_type, link.qbo_id) if link else "",
        message=message,
        code=code,
    )


def _state(told_of: Operation) -> OutcomeState:
    if told_of.intent is Intent.UNDO and told_of.outcome is Ended.SYNCED:
        return OutcomeState.UNDONE
    return OutcomeState(str(told_of.outcome or OutcomeState.FAILED))


def _note_failure(services: Services, situation: Situation, operation: Operation, err: ConnectorError) -> None:
    if not isinstance(err, Retryable):
        return
    finding = said(Reason.SOURCE_WRITE_BACK_FAILED, known_about(situation), field="sync status")
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        raise_findings(session, situation, operation, [finding])
