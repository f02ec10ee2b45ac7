"""What QuickBooks says of documents, taken over: their numbers, and what became of those that are ours."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from qbo_connector.mapping.answer import DocumentAnswer, document_answer
from qbo_connector.store import bindings, numbers
from qbo_connector.store.bindings import Binding
from qbo_connector.store.connections import Connection
from qbo_connector.store.states import InQuickBooks
from qbo_connector.sync import causes
from qbo_connector.sync.mirror_writing import take_documents
from qbo_connector.sync.reviving import noticing_numbers, wake
from qbo_connector.sync.standing_there import note_found


def take_standing(
    session: Session, connection: Connection, entity: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Index documents as they stand, and mark the linked ones that somebody changed or voided.

    What waits for one of them is looked at again where it stands otherwise than before: an edit was taken back.
    """
    take_documents(session, connection, entity, rows)
    stands = {str(row.get("Id", "")): row for row in rows}
    links = bindings.list_by_qbo_ids(session, connection.id, qbo_type=entity, qbo_ids=list(stands))
    otherwise = [link.qbo_id for link in links if _compare(link, stands[link.qbo_id])]
    session.flush()
    changed = {causes.document(connection.id, entity, qbo_id) for qbo_id in otherwise}
    wake(session, connection.organization_id, connection.id, changed)


def take_deletion(session: Session, connection: Connection, entity: str, qbo_id: str) -> None:
    """The document is gone: its number is free, and links to it say so."""
    with noticing_numbers(session, connection, entity, [qbo_id]):
        numbers.forget(session, connection.id, entity, qbo_id)
    for link in bindings.list_by_qbo(session, connection.id, qbo_type=entity, qbo_id=qbo_id):
        link.in_quickbooks = InQuickBooks.DELETED
    session.flush()


def _compare(link: Binding, entity: Mapping[str, Any]) -> bool:
    """True if it stands otherwise than before: as we left it, edited, or voided."""
    before = link.in_quickbooks
    if _is_news(link, document_answer(entity)):
        note_found(link, entity)
    return link.in_quickbooks is not before


def _is_news(link: Binding, stands: DocumentAnswer) -> bool:
    """Another version than ours, and not an older one, read before our last write and taken after it."""
    if link.sync_token == stands.sync_token:
        return False
    if link.sync_token.isdecimal() and stands.sync_token.isdecimal():
        return int(stands.sync_token) > int(link.sync_token)
    return not (link.qbo_updated_at and stands.updated_at and stands.updated_at < link.qbo_updated_at)
