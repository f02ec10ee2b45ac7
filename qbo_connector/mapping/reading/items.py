"""Items of QuickBooks as canonical ones."""

from collections.abc import Mapping
from typing import Any

from qbo_connector.canonical.item import Item, ItemKind
from qbo_connector.canonical.keys import DELETED
from qbo_connector.mapping.reading.fields import Fields

KINDS = {
    "Service": ItemKind.SERVICE,
    "NonInventory": ItemKind.PRODUCT,
    "Inventory": ItemKind.PRODUCT,
    "Group": ItemKind.PRODUCT,
}
"""A bundle is sold as one product. A category is sold not at all."""


def item_from(entity: Mapping[str, Any]) -> Item:
    """An Item of QuickBooks. Its name may be one of ours for a variant; it is not taken apart again.

    Raises:
        DocumentInvalid: it has no id or name, cannot be sold, or a field is unreadable.
    """
    fields = Fields.of(entity)
    for needed in ("Id", "Name"):
        if not fields.has(needed):
            raise fields.refuse(needed)
    kind = fields.text("Type") or "Service"
    if kind not in KINDS:
        raise fields.refuse("Type")
    return Item(
        external_id=fields.text("Id"),
        name=DELETED.sub("", fields.text("Name")),
        sku=fields.text("Sku"),
        kind=KINDS[kind],
        price=fields.measure("UnitPrice"),
    )
