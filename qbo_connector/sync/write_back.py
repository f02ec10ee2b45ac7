"""Keeping the promise to the source: it is told how the last sync of a record ended. Telling twice is harmless."""

from qbo_connector.errors import ConnectorError, Retryable
from qbo_connector.policy.catalogue import Reason
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

CODE = "source.write_back_failed"


def write_back(services: Services, operation: Operation) -> None:
    """Tell the source, if it wants to know.

    Raises:
        ConnectorError: it could not be told now; the record itself stays synced, with a finding beside it.
    """
    with services.database.reading() as session:
        situation = load_situation(services, session, operation.record_id or 0)
        told_of = operations.load(session, int(operation.inputs["of"]))
        outcome = _outcome(services, session, situation, told_of)
    if entry_of(services, situation.account.source_key).manifest.has(Capability.WRITE_BACK):
        try:
            open_plugin(services, situation.account).write_back(situation.ref, outcome)
        except ConnectorError as err:
            _note_failure(services, situation, operation, err)
            raise
    with services.database.writing() as session:
        findings.resolve_scope(
            session, FindingScope.RECORD, situation.record.id, by=f"operation:{operation.id}", codes=[CODE]
        )
        operations.finish(session, operation, Ended.SYNCED)


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
