"""Item → Item (Intuit's Item page; article rows T-27, T-29)."""

from typing import Any

from qbo_connector.canonical.item import Item, ItemKind
from qbo_connector.mapping.symbols import ref

TYPES = {ItemKind.SERVICE: "Service", ItemKind.PRODUCT: "NonInventory"}
"""A product becomes NonInventory: the stock is kept in the source, so QuickBooks must not count it again."""


def item_body(item: Item, *, income_account: str, taxable: bool, name: str = "") -> dict[str, Any]:
    """The body that creates this item. `income_account` is a symbol."""
    body: dict[str, Any] = {
        "Name": " ".join((name or item.full_name).split()),
        "Type": TYPES[item.kind],
        "IncomeAccountRef": ref(income_account),
        "Taxable": taxable,
    }
    if item.sku:
        body["Sku"] = item.sku
    if item.price is not None:
        body["UnitPrice"] = item.price
    return body
