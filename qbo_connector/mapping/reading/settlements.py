"""What payments of customers and to vendors have in common."""

from typing import Any

from qbo_connector.canonical.application import AppliedTo
from qbo_connector.canonical.parts import Memos, Status
from qbo_connector.mapping.reading.books import Books
from qbo_connector.mapping.reading.fields import Fields
from qbo_connector.mapping.reading.heading import heading, is_voided
from qbo_connector.mapping.reading.links import applications_in


def settlement_fields(fields: Fields, books: Books, settles: frozenset[AppliedTo]) -> dict[str, Any]:
    """The fields of a canonical settlement. A voided one settles nothing any more."""
    charges, credits_ = applications_in(fields, settles)
    return {
        **heading(fields, books),
        "status": Status.VOID if is_voided(fields) else Status.PAID,
        "memos": Memos(note=fields.text("PrivateNote")),
        "applications": charges,
        "credits": credits_,
    }
