"""How a linked document stands in QuickBooks: as we left it, edited, or voided, and what was paid on it."""

from collections.abc import Mapping
from typing import Any

from qbo_connector.mapping.answer import document_answer
from qbo_connector.mapping.content import content_fingerprint, moved_parts, part_fingerprints
from qbo_connector.mapping.custom_fields import filled_fields
from qbo_connector.mapping.encoding import decoded, encoded
from qbo_connector.plan.known import Edited
from qbo_connector.store.bindings import Binding
from qbo_connector.store.states import InQuickBooks


def note_left(link: Binding, entity: Mapping[str, Any]) -> None:
    """This is the document as it shall stand there; later versions are compared with it."""
    stands = document_answer(entity)
    link.sync_token, link.qbo_updated_at = stands.sync_token, stands.updated_at
    link.number, link.total, link.applied = stands.number, stands.total, stands.applied
    link.answer_fingerprint = content_fingerprint(entity)
    link.left_parts = part_fingerprints(entity)
    link.in_quickbooks, link.edited = InQuickBooks.INTACT, None
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
    link.edited = encoded(entity) if link.in_quickbooks is InQuickBooks.CHANGED else None


def edited_there(link: Binding) -> Edited | None:
    """The version that somebody made of it, where it was kept, beside what we had sent."""
    if link.in_quickbooks is not InQuickBooks.CHANGED or link.edited is None or link.sent_body is None:
        return None
    stands = decoded(link.edited)
    moved = moved_parts(link.left_parts or {}, stands)
    return Edited(stands=stands, sent=decoded(link.sent_body), moved=moved)


def note_custom_fields(link: Binding, entity: Mapping[str, Any]) -> None:
    """Keep what stands in its custom fields: an update that fills some sends the others back."""
    link.custom_fields = encoded(filled_fields(entity))
