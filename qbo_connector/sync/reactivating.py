"""Making an item active again in QuickBooks, because a person pressed the button; never by itself (T-21)."""

from qbo_connector.mapping.encoding import encoded
from qbo_connector.plan.asking import questions
from qbo_connector.plan.values import Verb, Wave
from qbo_connector.qbo.requestid import requestid
from qbo_connector.store import bindings, installation, mirror, operations, series, steps
from qbo_connector.store.mirror import MirrorEntry
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import Outcome
from qbo_connector.store.steps import Step
from qbo_connector.sync.applying import REACTIVATE, end_step
from qbo_connector.sync.executing import send
from qbo_connector.sync.mirror_writing import take_entries
from qbo_connector.sync.outcomes import note
from qbo_connector.sync.services import Services
from qbo_connector.sync.settling import settle_shared
from qbo_connector.sync.situation import Situation, load_situation
from qbo_connector.sync.source import read_document

SUFFIX = " (deleted"


def reactivate(services: Services, operation: Operation) -> None:
    """Set the inactive items of the record active, each by its own step.

    Raises:
        ConnectorError: as the client says.
    """
    with services.database.reading() as session:
        situation = load_situation(services, session, operation.record_id or 0)
    document = read_document(services, situation)
    for question in questions(document, situation.rules, situation.company).items:
        entry = _inactive(services, situation, question.identity, question.name)
        if entry is not None:
            _activate(services, situation, operation, entry)
    with services.database.writing() as session:
        note(session, situation.record, operation, "item.reactivated", {})
        operations.finish(session, operation, Outcome.SYNCED)


def _inactive(services: Services, situation: Situation, identity: str, name: str) -> MirrorEntry | None:
    with services.database.reading() as session:
        link = bindings.find_shared(session, situation.connection.id, kind="item", external_id=identity)
        if link:
            entry = mirror.find(session, situation.connection.id, "Item", link.qbo_id)
            return entry if entry and not entry.active else None
        found = mirror.find_by_name(session, situation.connection.id, "Item", name)
    return next((one for one in found if not one.active), None) if not any(one.active for one in found) else None


def _activate(services: Services, situation: Situation, operation: Operation, entry: MirrorEntry) -> None:
    key = f"{REACTIVATE}:Item:{entry.qbo_id}"
    settle_shared(services, situation, operation, [key])
    body = {
        "Id": entry.qbo_id,
        "SyncToken": entry.sync_token,
        "sparse": True,
        "Active": True,
        "Name": entry.name.partition(SUFFIX)[0],
    }
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        count = series.current(session, situation.connection.id, key)
        home = installation.key(session)
        step = Step(
            organization_id=operation.organization_id,
            operation_id=operation.id,
            connection_id=situation.connection.id,
            ordinal=0,
            wave=Wave.LISTS,
            symbol=key,
            binding_key=key,
            verb=str(Verb.UPDATE),
            entity="item",
            requestid=requestid(home, str(situation.connection.id), key, str(Verb.UPDATE), count),
            params={"name": entry.name},
            body=encoded(body),
            fence=operation.fence,
        )
        steps.add_all(session, [step])
    answer = send(services, situation, operation, step)
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        take_entries(session, situation.connection, "Item", [answer.entity or {}])
        end_step(session, step)
