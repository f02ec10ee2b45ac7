"""The documents of a sync that were read before, as they were then: what rules are tried on before they count."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from qbo_connector.canonical import Invoice
from qbo_connector.errors import DocumentInvalid
from qbo_connector.store.records import Record

MOST = 300
"""The latest ones; enough to judge a rule by, few enough to be read while a person waits."""


def known_documents(session: Session, pairing_id: int) -> Iterator[tuple[Record, Invoice]]:
    """The latest records with their documents, newest activity first; what cannot be read any more is left out."""
    query = select(Record).where(Record.pairing_id == pairing_id, Record.document.is_not(None))
    for record in session.scalars(query.order_by(Record.last_activity_at.desc(), Record.id.desc()).limit(MOST)):
        try:
            yield record, Invoice.model_validate_json(record.document or "")
        except DocumentInvalid:
            continue
