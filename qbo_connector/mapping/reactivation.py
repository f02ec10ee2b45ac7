"""The body that makes an inactive list entry active again (Intuit's pages on Customer, Item, Account …)."""

from typing import Any

from qbo_connector.canonical.keys import plain_name
from qbo_connector.mapping.listing import NAME_FIELDS


def active_body(entity: str, qbo_id: str, sync_token: str, name: str) -> dict[str, Any]:
    """QuickBooks adds a suffix to the name of what is inactive; its own name is restored with it."""
    return {
        "Id": qbo_id,
        "SyncToken": sync_token,
        "sparse": True,
        "Active": True,
        NAME_FIELDS.get(entity, "Name"): plain_name(name),
    }
