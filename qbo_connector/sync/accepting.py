"""Keeping the version of QuickBooks: a person said that it counts, so it becomes the last agreed one.

Sources whose plugins take updates are a matter of the inbound corridor; here the source is left as it is.
"""

from qbo_connector.errors import NeedsHuman
from qbo_connector.mapping.answer import document_answer
from qbo_connector.plan.divergence import THEIRS
from qbo_connector.plan.push import Intent
from qbo_connector.policy.catalogue import Reason
from qbo_connector.store import bindings, operations
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import InQuickBooks, Outcome
from qbo_connector.sync.asking import think
from qbo_connector.sync.mirror_writing import take_document
from qbo_connector.sync.outcomes import end_synced, note_verified, promise_write_back
from qbo_connector.sync.recording import stored_plan
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import load_situation
from qbo_connector.sync.source import read_document
from qbo_connector.sync.standing_there import note_left


def accept(services: Services, operation: Operation) -> None:
    """Read the document as it stands there, and hold it for what was agreed on until the source changes.

    Raises:
        ConnectorError: it could not be read, or nothing is linked any more.
    """
    with services.database.reading() as session:
        situation = load_situation(services, session, operation.record_id or 0)
        link = next(iter(bindings.list_of_record(session, situation.record.id)), None)
    if link is None:
        raise NeedsHuman("nothing is linked to the record", reason=str(Reason.QBO_DOCUMENT_DELETED))
    document = read_document(services, situation)
    entity = services.clients.of(situation.connection).read(link.qbo_type, link.qbo_id, lane=str(operation.lane))
    stands = document_answer(entity.entity or {})
    plan = think(services, situation, document, Intent(force=True)).plan
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        take_document(session, situation.connection, link.qbo_type, entity.entity or {})
        agreed = bindings.load(session, link.id)
        note_left(agreed, entity.entity or {})
        agreed.in_quickbooks = InQuickBooks.VOIDED if stands.voided else InQuickBooks.INTACT
        agreed.source_fingerprint = plan.source_fingerprint
        agreed.sent_fingerprint = THEIRS if stands.voided else plan.sent_fingerprint
        agreed.sent_document = document.model_dump_json()
        session.flush()
        note_verified(session, situation, operation, [])
        end_synced(
            session,
            situation,
            operation,
            qbo=(agreed.qbo_type, agreed.qbo_id),
            outcome=Outcome.SYNCED,
            said_beside=[],
            plan=stored_plan(plan),
            about={"number": stands.number},
            event="record.accepted",
        )
        promise_write_back(session, situation, operation)
