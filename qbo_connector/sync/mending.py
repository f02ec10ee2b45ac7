"""QuickBooks knew something that the mirror did not: learn it, so that the plan can be made anew.

Each kind of refusal teaches one thing and costs at most a few metered reads. What cannot be learned is a finding.
"""

from collections.abc import Callable, Mapping

from qbo_connector.canonical import Invoice
from qbo_connector.errors import ConnectorError, StaleSyncToken
from qbo_connector.mapping.answer import document_answer
from qbo_connector.plan.asking import questions
from qbo_connector.qbo.query import Query
from qbo_connector.store import bindings, operations
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import InQuickBooks, Lane
from qbo_connector.sync.looking_up import look_up_name, refresh_entry
from qbo_connector.sync.mirror_loading import load_list
from qbo_connector.sync.mirror_writing import take_document
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import Situation

Mend = Callable[[Services, Situation, Operation, Invoice], bool]


def mend(
    services: Services, situation: Situation, operation: Operation, document: Invoice, err: ConnectorError
) -> bool:
    """Learn what the refusal says; False if nothing can be learned from it."""
    if isinstance(err, StaleSyncToken):
        return _document(services, situation, operation, document)
    learn = LESSONS.get(err.reason)
    return learn(services, situation, operation, document) if learn else False


def _names(services: Services, situation: Situation, operation: Operation, document: Invoice) -> bool:
    """A name is taken: look who has it, among customers, vendors, employees and items."""
    for question in questions(document, situation.rules, situation.company).of_lists():
        look_up_name(services, situation.connection, question, Lane(operation.lane))
    return True


def _references(services: Services, situation: Situation, operation: Operation, document: Invoice) -> bool:
    """Something referred to is inactive or gone: read again what this document refers to, and nothing else."""
    lane = Lane(operation.lane)
    for question in questions(document, situation.rules, situation.company).of_lists():
        kind = question.symbol.partition(":")[0]
        with services.database.reading() as session:
            link = bindings.find_shared(session, situation.connection.id, kind=kind, external_id=question.identity)
        if link is None:
            look_up_name(services, situation.connection, question, lane)
        else:
            refresh_entry(services, situation.connection, link.qbo_type, link.qbo_id, lane)
    return True


def _accounts(services: Services, situation: Situation, operation: Operation, _document: Invoice) -> bool:
    load_list(services, situation.connection, "Account", Lane(operation.lane))
    return True


def _numbers(services: Services, situation: Situation, operation: Operation, document: Invoice) -> bool:
    """The number is taken by a document that the index did not know."""
    query = Query("Invoice").where("DocNumber", "=", document.number)
    rows = services.clients.of(situation.connection).query(query, lane=str(operation.lane)).rows
    with services.database.writing() as session:
        for row in rows:
            take_document(session, situation.connection, "Invoice", row)
    return bool(rows)


def _document(services: Services, situation: Situation, operation: Operation, document: Invoice) -> bool:
    """The document has a newer version than ours: read it, so that the next plan knows that it was changed."""
    with services.database.reading() as session:
        links = bindings.list_document(
            session, situation.pairing.id, kind=document.kind, external_id=document.external_id
        )
    for link in links:
        entity = services.clients.of(situation.connection).read(
            link.qbo_type, link.qbo_id, lane=str(operation.lane)
        )
        stands = document_answer(entity.entity or {})
        if stands.sync_token == link.sync_token:
            continue
        with services.database.writing() as session:
            operations.guard(session, operation.id, operation.fence)
            row = bindings.load(session, link.id)
            row.sync_token = stands.sync_token
            row.in_quickbooks = InQuickBooks.VOIDED if stands.voided else InQuickBooks.CHANGED
            take_document(session, situation.connection, link.qbo_type, entity.entity or {})
    return bool(links)


LESSONS: Mapping[str, Mend] = {
    "customer.display_name_duplicate": _names,
    "item.name_duplicate": _names,
    "customer.inactive": _references,
    "item.inactive": _references,
    "reference.inactive": _references,
    "reference.missing": _references,
    "account.unset": _accounts,
    "number.duplicate": _numbers,
}
