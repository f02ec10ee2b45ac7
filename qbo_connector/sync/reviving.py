"""Taking up again what had stopped, when what stopped it changes. Nothing polls: the change itself asks.

A record is looked at again behind whatever people wait for, with what was last asked for it; one that nobody ever
asked for stays untouched (T-8).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from qbo_connector.canonical.keys import name_key
from qbo_connector.store import findings, mirror, numbers, operations, pairings, records
from qbo_connector.store.connections import Connection
from qbo_connector.store.findings import Finding
from qbo_connector.store.mirror import MirrorEntry
from qbo_connector.store.operations import Operation
from qbo_connector.store.records import Record
from qbo_connector.store.states import FindingScope, Intent, Lane, PairingState, RecordState
from qbo_connector.sync import causes
from qbo_connector.sync.company import SETTINGS, find_company
from qbo_connector.sync.services import Services
from qbo_connector.sync.wishes import ask_again, last_wish

STOPPED = frozenset({RecordState.HELD, RecordState.FAILING, RecordState.WAITING, RecordState.EXCLUDED})
ACTOR = "cause"
"""Who asks, in the history."""

CHANGED = "changed"


def wake(session: Session, organization_id: int, connection_id: int, changed: Collection[str]) -> None:
    """Promise, in the commit of a change, that what waits for it is looked at again; nothing if nothing does.

    Keeping the promise is an operation of its own: a change to the mirror must not hold the locks of records.
    """
    names = sorted(changed)
    if not names or not findings.list_watching(session, organization_id, names):
        return
    operations.request(
        session,
        organization_id=organization_id,
        connection_id=connection_id,
        intent=Intent.REFRESH,
        lane=Lane.EVENT,
        asked_by=ACTOR,
        inputs={CHANGED: names},
    )


def take_up(services: Services, operation: Operation) -> None:
    """Keep the promise: ask again for every record that waits for one of the causes that changed."""
    changed = list(operation.inputs.get(CHANGED, ()))
    with services.database.reading() as session:
        waiting = findings.list_watching(session, operation.organization_id, changed)
        woken = {record_id for one in waiting for record_id in _stopped_by(session, one, since=operation.asked_at)}
        stopped = records.list_standing_so(session, sorted(woken), STOPPED)
    for record_id in stopped:
        with services.database.writing() as session:
            operations.guard(session, operation.id, operation.fence)
            _ask_again(session, records.load(session, record_id))
    services.bell.ring(Lane.BULK)


def _stopped_by(session: Session, finding: Finding, *, since: datetime) -> Sequence[int]:
    """Records that this finding stops; none if whoever raised it began when the change was known already."""
    raised_by = operations.find(session, finding.operation_id)
    if raised_by and raised_by.started_at and raised_by.started_at > since:
        return []
    if finding.scope is FindingScope.RECORD and finding.record_id is not None:
        return [finding.record_id]
    if finding.scope is FindingScope.PAIRING and finding.pairing_id is not None:
        return [record.id for record in records.list_waiting(session, finding.pairing_id, finding.code)]
    return []


def _ask_again(session: Session, record: Record) -> None:
    """Ask for what was asked last, unless the record goes by itself or its sync is off."""
    wish, pairing = last_wish(session, record), pairings.load(session, record.pairing_id)
    if record.state in STOPPED and wish is not None and pairing.state is PairingState.ON:
        ask_again(session, record, pairing, wish, asked_by=ACTOR)


@contextmanager
def noticing_entries(
    session: Session, connection: Connection, entity: str, qbo_ids: Collection[str]
) -> Iterator[None]:
    """Wake what waits for entries that are different after the block: another name, active again, gone."""
    if not findings.is_any_watched(session, connection.organization_id):
        yield
        return
    if entity in SETTINGS or entity == "CompanyCurrency":
        before: object = find_company(session, connection)
        yield
        if before is not None and before != find_company(session, connection):
            wake(session, connection.organization_id, connection.id, {causes.settings(connection.id)})
        return
    earlier = _facts(session, connection, entity, qbo_ids)
    yield
    later = _facts(session, connection, entity, qbo_ids)
    different = [qbo_id for qbo_id in {*earlier, *later} if earlier.get(qbo_id) != later.get(qbo_id)]
    facts = [side[qbo_id] for qbo_id in different for side in (earlier, later) if qbo_id in side]
    changed = set(_names(connection.id, entity, different, facts)) if different else set()
    wake(session, connection.organization_id, connection.id, changed)


@contextmanager
def noticing_numbers(
    session: Session, connection: Connection, entity: str, qbo_ids: Collection[str]
) -> Iterator[None]:
    """Wake what waits for a document number that is free after the block, or for a document that changed."""
    if not findings.is_any_watched(session, connection.organization_id):
        yield
        return
    earlier = _numbered(session, connection, entity, qbo_ids)
    yield
    later = _numbered(session, connection, entity, qbo_ids)
    different = [qbo_id for qbo_id in earlier if earlier[qbo_id] != later.get(qbo_id)]
    changed = {causes.document(connection.id, entity, qbo_id) for qbo_id in different}
    freed = {str(earlier[qbo_id][0]) for qbo_id in different if earlier[qbo_id][0] != later.get(qbo_id, ("",))[0]}
    changed |= {causes.number(connection.id, number) for number in freed if number}
    wake(session, connection.organization_id, connection.id, changed)


def _facts(
    session: Session, connection: Connection, entity: str, qbo_ids: Collection[str]
) -> Mapping[str, Mapping[str, Any]]:
    """What plans ask of an entry. Balances and stamps move all the time and concern nobody."""
    rows = mirror.list_by_ids(session, connection.id, entity, sorted(qbo_ids))
    return {row.qbo_id: _of_entry(row) for row in rows}


def _of_entry(row: MirrorEntry) -> Mapping[str, Any]:
    data = {name: value for name, value in row.data.items() if name not in {"QtyOnHand", "MetaData", "SyncToken"}}
    return {
        "name": row.name_key,
        "full_name": row.full_name_key,
        "email": row.email_key,
        "sku": row.sku_key,
        "active": row.active,
        "currency": row.currency,
        "data": data,
    }


def _names(
    connection_id: int, entity: str, qbo_ids: Sequence[str], facts: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    yield causes.any_entry(connection_id, entity)
    for qbo_id in qbo_ids:
        yield causes.entry(connection_id, entity, "id", qbo_id)
    for fact in facts:
        for by, key in (("name", "name"), ("name", "full_name"), ("email", "email"), ("sku", "sku")):
            if fact[key]:
                yield causes.entry(connection_id, entity, by, name_key(str(fact[key])))


def _numbered(
    session: Session, connection: Connection, entity: str, qbo_ids: Collection[str]
) -> Mapping[str, tuple[str, Any, bool]]:
    found = (numbers.find(session, connection.id, entity, qbo_id) for qbo_id in sorted(qbo_ids))
    return {row.qbo_id: (row.number_key, row.total, row.voided) for row in found if row}
