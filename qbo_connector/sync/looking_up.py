"""Asking QuickBooks itself about one name, address or SKU, where the mirror could not prove that it is absent.

One metered read each; what is found goes into the mirror, and the plan is thought anew.
"""

from collections.abc import Iterable

from qbo_connector.plan.known import Absent, Known
from qbo_connector.plan.questions import ByName, ItemQuestion, ListQuestion, Match, PartyQuestion, Questions
from qbo_connector.qbo.query import Query
from qbo_connector.store.connections import Connection
from qbo_connector.store.operations import Operation
from qbo_connector.sync.answering import NAMESAKES, OF_KIND
from qbo_connector.sync.mirror_writing import keep_entries
from qbo_connector.sync.services import Services

Question = ListQuestion


def unproved(asked: Questions, known: Known) -> tuple[Question, ...]:
    """Questions whose thing would be created although QuickBooks might have it: it keeps no such key unique.

    Names of parties and items need no proof, since QuickBooks refuses a second one and says what it is of (6240);
    e-mail addresses and SKUs do, and names of locations and classes, of whose refusal nothing could be learned.
    """
    return tuple(
        question
        for question in asked.of_lists()
        if known.lists.get(question.symbol) == Absent(proved=False) and _by_loose_key(question)
    )


def look_up_loose_keys(
    services: Services, connection: Connection, questions: Iterable[Question], operation: Operation
) -> None:
    """One query for each e-mail address, SKU, location or class that is not proved absent.

    Raises:
        LeaseLost: the operation was taken over meanwhile; nothing of what was read is kept.
    """
    client = services.clients.of(connection)
    for question in questions:
        entity = OF_KIND[question.symbol.partition(":")[0]]
        rows = client.query(_loose_query(entity, question), lane=str(operation.lane)).rows
        keep_entries(services, connection, entity, rows, held=operation)


def look_up_name(services: Services, connection: Connection, question: Question, operation: Operation) -> None:
    """Who has this name, inactive ones and namesakes of other kinds included: after a 6240."""
    client = services.clients.of(connection)
    entity = OF_KIND[question.symbol.partition(":")[0]]
    for one in (entity, *NAMESAKES.get(entity, ())):
        name_field = "DisplayName" if one in NAMESAKES or one == "Employee" else "Name"
        query = Query(one).where(name_field, "=", question.name).where("Active", "IN", (True, False))
        rows = client.query(query, lane=str(operation.lane)).rows
        keep_entries(services, connection, one, rows, held=operation)


def refresh_entry(
    services: Services, connection: Connection, entity: str, qbo_id: str, operation: Operation
) -> None:
    """Read one entry anew: after a fault said that it is inactive or gone."""
    client = services.clients.of(connection)
    query = Query(entity).where("Id", "=", qbo_id).where("Active", "IN", (True, False))
    rows = client.query(query, lane=str(operation.lane)).rows
    keep_entries(services, connection, entity, rows, held=operation, gone_if_missing=(qbo_id,))


def _by_loose_key(question: Question) -> bool:
    if isinstance(question, PartyQuestion):
        return Match.EMAIL in question.by and bool(question.email)
    if isinstance(question, ByName):
        return True
    return Match.SKU in question.by and bool(question.sku)


def _loose_query(entity: str, question: Question) -> Query:
    if isinstance(question, PartyQuestion):
        return Query(entity).where("PrimaryEmailAddr", "=", question.email).where("Active", "IN", (True, False))
    field, value = ("Sku", question.sku) if isinstance(question, ItemQuestion) else ("Name", question.name)
    return Query(entity).where(field, "=", value).where("Active", "IN", (True, False))
