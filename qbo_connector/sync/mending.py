"""QuickBooks knew something that the mirror did not: learn it, so that the plan can be made anew.

Each kind of refusal teaches one thing and costs at most a few metered reads. What cannot be learned is a finding.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from qbo_connector.canonical import Invoice
from qbo_connector.errors import ConnectorError, NeedsHuman, StaleSyncToken
from qbo_connector.mapping.answer import document_answer
from qbo_connector.mapping.encoding import decoded
from qbo_connector.plan.asking import questions
from qbo_connector.plan.values import Wave
from qbo_connector.policy.catalogue import Reason
from qbo_connector.qbo.entities import spelled
from qbo_connector.qbo.query import Query
from qbo_connector.store import bindings, numbers, operations, steps
from qbo_connector.store.bindings import Binding
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import InQuickBooks
from qbo_connector.sync.looking_up import look_up_name, refresh_entry
from qbo_connector.sync.mirror_loading import load_list
from qbo_connector.sync.mirror_writing import take_document
from qbo_connector.sync.reader import sole_reader
from qbo_connector.sync.reviving import noticing_numbers
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import Situation
from qbo_connector.sync.standing_there import note_found

Mend = Callable[[Services, Situation, Operation, Invoice], bool]


def mend(
    services: Services, situation: Situation, operation: Operation, document: Invoice, err: ConnectorError
) -> bool:
    """Learn what the refusal says; False if nothing can be learned from it."""
    if isinstance(err, StaleSyncToken):
        return _stale(services, situation, operation, document)
    learn = LESSONS.get(err.reason)
    return learn(services, situation, operation, document) if learn else False


def _stale(services: Services, situation: Situation, operation: Operation, document: Invoice) -> bool:
    """There is a newer version of what was to be changed: a customer is read alone, else it was the document."""
    with services.database.reading() as session:
        refused = steps.last_refused(session, operation.id)
    if refused is None or refused.wave != Wave.LISTS:
        return _document(services, situation, operation, document)
    qbo_id = str(decoded(refused.body or b"{}")["Id"])
    refresh_entry(services, situation.connection, spelled(refused.entity), qbo_id, operation)
    return True


def _names(services: Services, situation: Situation, operation: Operation, document: Invoice) -> bool:
    """A name is taken: look who has it, among customers, vendors, employees and items."""
    for question in questions(document, situation.rules, situation.company).of_lists():
        look_up_name(services, situation.connection, question, operation)
    return True


def _references(services: Services, situation: Situation, operation: Operation, document: Invoice) -> bool:
    """Something referred to is inactive or gone: read again what this document refers to, and nothing else."""
    for question in questions(document, situation.rules, situation.company).of_lists():
        kind = question.symbol.partition(":")[0]
        with services.database.reading() as session:
            link = bindings.find_shared(session, situation.connection.id, kind=kind, external_id=question.identity)
        if link is None:
            look_up_name(services, situation.connection, question, operation)
        else:
            refresh_entry(services, situation.connection, link.qbo_type, link.qbo_id, operation)
    _look_at_documents(services, situation, operation, document)
    return True


def _accounts(services: Services, situation: Situation, operation: Operation, _document: Invoice) -> bool:
    _read_again(services, situation, operation, "Account")
    return True


def _settings(services: Services, situation: Situation, operation: Operation, _document: Invoice) -> bool:
    """The books were closed, or a feature switched off, since the settings were read."""
    _read_again(services, situation, operation, "Preferences")
    return True


def _read_again(services: Services, situation: Situation, operation: Operation, name: str) -> None:
    with sole_reader(services, situation.connection, operation):
        load_list(services, situation.connection, name, operation)


def _numbers(services: Services, situation: Situation, operation: Operation, document: Invoice) -> bool:
    """The number is taken by a document that the index did not know."""
    query = Query("Invoice").where("DocNumber", "=", document.number)
    rows = services.clients.of(situation.connection).query(query, lane=str(operation.lane)).rows
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        for row in rows:
            take_document(session, situation.connection, "Invoice", row)
    return bool(rows)


def _document(services: Services, situation: Situation, operation: Operation, document: Invoice) -> bool:
    """The document has a newer version than ours: read it, so that the next plan knows that it was changed."""
    return _look_at_documents(services, situation, operation, document) > 0


def _look_at_documents(services: Services, situation: Situation, operation: Operation, document: Invoice) -> int:
    """Read every document bound to the record; returns how many there are."""
    with services.database.reading() as session:
        links = bindings.list_document(
            session, situation.pairing.id, kind=document.kind, external_id=document.external_id
        )
    for link in links:
        stands = _standing(services, situation, link, str(operation.lane))
        with services.database.writing() as session:
            operations.guard(session, operation.id, operation.fence)
            _note_standing(session, situation, bindings.load(session, link.id), stands)
    return len(links)


def _standing(services: Services, situation: Situation, link: Binding, lane: str) -> Mapping[str, Any] | None:
    """The document as it stands in QuickBooks; None if it is gone there."""
    client = services.clients.of(situation.connection)
    try:
        return client.read(link.qbo_type, link.qbo_id, lane=lane).entity
    except NeedsHuman as err:
        if err.reason != Reason.QBO_DOCUMENT_DELETED:
            raise
        return None


def _note_standing(
    session: Session, situation: Situation, link: Binding, entity: Mapping[str, Any] | None
) -> None:
    if entity is None:
        link.in_quickbooks = InQuickBooks.DELETED
        with noticing_numbers(session, situation.connection, link.qbo_type, [link.qbo_id]):
            numbers.forget(session, link.connection_id, link.qbo_type, link.qbo_id)
        return
    stands = document_answer(entity)
    if stands.sync_token != link.sync_token:
        note_found(link, entity)
        take_document(session, situation.connection, link.qbo_type, entity)


LESSONS: Mapping[str, Mend] = {
    "customer.display_name_duplicate": _names,
    "item.name_duplicate": _names,
    "customer.inactive": _references,
    "item.inactive": _references,
    "reference.inactive": _references,
    "reference.missing": _references,
    "qbo.document_deleted": _document,
    "account.unset": _accounts,
    "number.duplicate": _numbers,
    "date.closed_period": _settings,
    "qbo.feature_off": _settings,
    "qbo.revrec_service_date": _settings,
}
