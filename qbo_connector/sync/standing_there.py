"""How a linked document stands in QuickBooks: as we left it, edited, or voided, and what was paid on it."""

from collections.abc import Mapping
from typing import Any

from qbo_connector.mapping.answer import document_answer
from qbo_connector.mapping.content import content_fingerprint
from qbo_connector.mapping.custom_fields import filled_fields
from qbo_connector.mapping.encoding import encoded
from qbo_connector.store.bindings import Binding
from qbo_connector.store.states import InQuickBooks


def note_left(link: Binding, entity: Mapping[str, Any]) -> None:
    """This is the document as it shall stand there; later versions are compared with it."""
    stands = document_answer(entity)
    link.sync_token, link.qbo_updated_at = stands.sync_token, stands.updated_at
    link.number, link.total, link.applied = stands.number, stands.total, stands.applied
    link.answer_fingerprint = content_fingerprint(entity)
    link.in_quickbooks = InQuickBooks.INTACT
    note_custom_fields(link, entity)


def note_found(link: Binding, entity: Mapping[str, Any]) -> None:
    """Another version was found. A payment is no edit, and an edit that was undone is none any more (H-3)."""
    stands = document_answer(entity)
    link.sync_token, link.qbo_updated_at, link.applied = stands.sync_token, stands.updated_at, stands.applied
    note_custom_fields(link, entity)
    if stands.voided:
        link.in_quickbooks = InQuickBooks.VOIDED
    elif link.answer_fingerprint and link.answer_fingerprint == content_fingerprint(entity):
        link.in_quickbooks = InQuickBooks.INTACT
    else:
        link.in_quickbooks = InQuickBooks.CHANGED


def note_custom_fields(link: Binding, entity: Mapping[str, Any]) -> None:
    """Keep what stands in its custom fields: an update that fills some sends the others back."""
    link.custom_fields = encoded(filled_fields(entity))
