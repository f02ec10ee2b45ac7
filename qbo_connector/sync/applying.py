"""Taking an answer over: the binding, the mirror, the end of the step and of its series, in the caller's commit.

The same functions serve the worker that sent a step and the one that settles it after a crash; all they need
stands in the step itself.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from qbo_connector.canonical import Invoice
from qbo_connector.mapping.answer import DocumentAnswer, document_answer
from qbo_connector.qbo.entities import spelled
from qbo_connector.store import bindings, connections, mirror, numbers, series, steps
from qbo_connector.store.bindings import Binding
from qbo_connector.store.connections import Connection
from qbo_connector.store.states import Origin
from qbo_connector.store.steps import Step
from qbo_connector.sync.mirror_writing import take_document, take_entries
from qbo_connector.sync.reviving import noticing_numbers
from qbo_connector.sync.situation import Situation
from qbo_connector.sync.standing_there import note_left

REACTIVATE = "reactivate"
"""Steps that make an entry active again bind nothing."""


def apply_list_answer(session: Session, connection: Connection, step: Step, entity: Mapping[str, Any]) -> str:
    """Bind the customer, item or location that was created; returns its QuickBooks id."""
    kind, _, identity = step.symbol.partition(":")
    name = spelled(step.entity)
    take_entries(session, connection, name, [entity])
    qbo_id = str(entity["Id"])
    if kind == REACTIVATE:
        end_step(session, step)
        return qbo_id
    link = bind_list_entry(session, connection, kind=kind, identity=identity, qbo_type=name, qbo_id=qbo_id)
    link.sent_fingerprint = str(step.params.get("fingerprint", ""))
    end_step(session, step)
    return qbo_id


def bind_list_entry(
    session: Session,
    connection: Connection,
    *,
    kind: str,
    identity: str,
    qbo_type: str,
    qbo_id: str,
    origin: Origin = Origin.SOURCE,
) -> Binding:
    """Remember which entry stands for a source's party, item or location; an earlier link to another one ends."""
    known = bindings.find_shared(session, connection.id, kind=kind, external_id=identity)
    if known and known.qbo_id == qbo_id and known.qbo_type == qbo_type:
        return known
    if known:
        bindings.end(session, known.id, reason="linked to another entry")
    entry = mirror.find(session, connection.id, qbo_type, qbo_id)
    return bindings.add(
        session,
        Binding(
            organization_id=connection.organization_id,
            connection_id=connection.id,
            kind=kind,
            external_id=identity,
            qbo_type=qbo_type,
            qbo_id=qbo_id,
            sync_token=entry.sync_token if entry else "",
            origin=origin,
            synced_at=datetime.now(UTC),
        ),
    )


def apply_document_answer(
    session: Session, situation: Situation, step: Step, entity: Mapping[str, Any], document: Invoice | None
) -> tuple[Binding, DocumentAnswer]:
    """Bind the document that was written; `document` is what it was made of, where that is still known."""
    answer = document_answer(entity)
    name = spelled(step.entity)
    take_document(session, situation.connection, name, entity)
    link = _document_binding(session, situation, step, name, answer)
    link.source_fingerprint = str(step.params.get("source_fingerprint", ""))
    link.sent_fingerprint = str(step.params.get("sent_fingerprint", ""))
    link.sent_document = document.model_dump_json() if document else link.sent_document
    link.sent_body = step.body
    note_left(link, entity)
    link.synced_at = datetime.now(UTC)
    end_step(session, step)
    return link, answer


def _document_binding(
    session: Session, situation: Situation, step: Step, qbo_type: str, answer: DocumentAnswer
) -> Binding:
    record = situation.record
    link_key = str(step.params.get("link_key", ""))
    known = bindings.find_document(
        session, situation.pairing.id, kind=record.kind, external_id=record.external_id, link_key=link_key
    )
    if known and known.qbo_id == answer.qbo_id:
        return known
    if known:
        bindings.end(session, known.id, reason="replaced by a document created anew")
    return bindings.add(
        session,
        Binding(
            organization_id=record.organization_id,
            connection_id=situation.connection.id,
            pairing_id=situation.pairing.id,
            record_id=record.id,
            kind=record.kind,
            external_id=record.external_id,
            link_key=link_key,
            qbo_type=qbo_type,
            qbo_id=answer.qbo_id,
            origin=Origin.SOURCE,
            copy_ordinal=int(link_key) if link_key.isdecimal() and situation.copies else 0,
        ),
    )


def apply_deletion(session: Session, situation: Situation, step: Step) -> None:
    """The document was deleted by us: its link ends, and its number is free again."""
    record = situation.record
    link = bindings.find_document(
        session,
        situation.pairing.id,
        kind=record.kind,
        external_id=record.external_id,
        link_key=str(step.params.get("link_key", "")),
    )
    if link:
        with noticing_numbers(session, situation.connection, link.qbo_type, [link.qbo_id]):
            numbers.forget(session, situation.connection.id, link.qbo_type, link.qbo_id)
        bindings.end(session, link.id, reason="undone")
    end_step(session, step)


def document_key(situation: Situation, link_key: str) -> str:
    """What the series of a document counts: pairing, record and link key."""
    record = situation.record
    return f"{record.kind}:{situation.pairing.id}:{record.external_id}:{link_key}"


def end_step(session: Session, step: Step) -> None:
    """The answer stands in our tables; the series ends with it."""
    applied = steps.mark_applied(session, step)
    connections.expect_echo(session, step.connection_id, since=applied.sent_at)
    series.advance(session, step.connection_id, step.binding_key)
