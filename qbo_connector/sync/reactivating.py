"""Making a list entry active again in QuickBooks, because a person pressed the button; never by itself (T-21)."""

from collections.abc import Sequence

from qbo_connector.errors import StaleSyncToken
from qbo_connector.mapping.encoding import encoded
from qbo_connector.mapping.reactivation import active_body
from qbo_connector.plan.asking import questions
from qbo_connector.plan.values import Verb, Wave
from qbo_connector.qbo.requestid import requestid
from qbo_connector.store import bindings, installation, mirror, operations, series, steps
from qbo_connector.store.mirror import MirrorEntry
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import Outcome
from qbo_connector.store.steps import Step
from qbo_connector.sync.applying import REACTIVATE, end_step
from qbo_connector.sync.executing import drop_planned, send
from qbo_connector.sync.looking_up import refresh_entry
from qbo_connector.sync.mirror_writing import take_entries
from qbo_connector.sync.outcomes import note
from qbo_connector.sync.services import Services
from qbo_connector.sync.settling import settle_shared
from qbo_connector.sync.situation import Situation, load_situation
from qbo_connector.sync.source import read_document


def reactivate(services: Services, operation: Operation) -> None:
    """Set the entry that the finding names active, or else every inactive item of the record.

    Raises:
        ConnectorError: as the client says.
    """
    with services.database.reading() as session:
        situation = load_situation(services, session, operation.record_id or 0)
    for entry in _meant(services, situation, operation) or _items_of(services, situation):
        _activate(services, situation, operation, entry)
    with services.database.writing() as session:
        note(session, situation.record, operation, "entry.reactivated", {})
        operations.finish(session, operation, Outcome.SYNCED)


def _meant(services: Services, situation: Situation, operation: Operation) -> Sequence[MirrorEntry]:
    entity, qbo_id = operation.inputs.get("qbo_type", ""), operation.inputs.get("qbo_id", "")
    if not qbo_id:
        return []
    with services.database.reading() as session:
        entry = mirror.find(session, situation.connection.id, entity, qbo_id)
    return [entry] if entry and not entry.active else []


def _items_of(services: Services, situation: Situation) -> Sequence[MirrorEntry]:
    document = read_document(services, situation)
    asked = questions(document, situation.rules, situation.company).items
    found = [_inactive(services, situation, one.identity, one.name) for one in asked]
    return [entry for entry in found if entry is not None]


def _inactive(services: Services, situation: Situation, identity: str, name: str) -> MirrorEntry | None:
    with services.database.reading() as session:
        link = bindings.find_shared(session, situation.connection.id, kind="item", external_id=identity)
        if link:
            entry = mirror.find(session, situation.connection.id, "Item", link.qbo_id)
            return entry if entry and not entry.active else None
        found = mirror.find_by_name(session, situation.connection.id, "Item", name)
    return next((one for one in found if not one.active), None) if not any(one.active for one in found) else None


def _activate(services: Services, situation: Situation, operation: Operation, entry: MirrorEntry) -> None:
    """Where somebody changed the entry meanwhile, it is read anew, and asked once more if still inactive."""
    try:
        _send(services, situation, operation, entry)
    except StaleSyncToken:
        refresh_entry(services, situation.connection, entry.type, entry.qbo_id, operation)
        fresh = _now(services, entry)
        if fresh and not fresh.active:
            _send(services, situation, operation, fresh)


def _now(services: Services, entry: MirrorEntry) -> MirrorEntry | None:
    with services.database.reading() as session:
        return mirror.find(session, entry.connection_id, entry.type, entry.qbo_id)


def _is_active(services: Services, entry: MirrorEntry) -> bool:
    """Whether an earlier attempt turned out to have arrived."""
    fresh = _now(services, entry)
    return fresh is not None and fresh.active


def _send(services: Services, situation: Situation, operation: Operation, entry: MirrorEntry) -> None:
    key = f"{REACTIVATE}:{entry.type}:{entry.qbo_id}"
    if settle_shared(services, situation, operation, [key]) and _is_active(services, entry):
        return
    body = active_body(entry.type, entry.qbo_id, entry.sync_token, entry.name)
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        drop_planned(session, operation, [key])
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
            entity=entry.type.lower(),
            requestid=requestid(home, str(situation.connection.id), key, str(Verb.UPDATE), count),
            params={"name": entry.name},
            body=encoded(body),
            fence=operation.fence,
        )
        steps.add_all(session, [step])
    answer = send(services, situation, operation, step)
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        take_entries(session, situation.connection, entry.type, [answer.entity or {}])
        end_step(session, step)
