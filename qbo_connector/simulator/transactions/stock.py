"""What lies on the shelf: moved by everything that sells, buys or counts inventory items."""

from collections.abc import Iterator
from decimal import Decimal

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body, Record
from qbo_connector.simulator.faults import fault
from qbo_connector.simulator.wire.numbers import decimal_of, measure
from qbo_connector.simulator.writing.draft import Draft

_DIRECTION = {
    "Invoice": -1,
    "SalesReceipt": -1,
    "CreditMemo": 1,
    "RefundReceipt": 1,
    "Bill": 1,
    "Purchase": 1,
    "VendorCredit": -1,
    "InventoryAdjustment": 1,
}
_QUANTITY = {
    "SalesItemLineDetail": "Qty",
    "ItemBasedExpenseLineDetail": "Qty",
    "ItemAdjustmentLineDetail": "QtyDiff",
}


def check_stock_dates(draft: Draft) -> None:
    """Refuse a document that is older than the count of an item it moves.

    Raises:
        IntuitFault: 6270.
    """
    for item, _ in _moves(draft.company, draft.kind.name, draft.body):
        if str(draft.body.get("TxnDate", "")) < str(item.body.get("InvStartDate", "")):
            raise fault(
                "6270",
                "Invalid transaction date",
                f"Transaction date is prior to start date for inventory item : {item.body['Name']}",
                "TxnDate",
            )


def move_stock(company: Company, record: Record, before: Body) -> None:
    """After a write: book the difference on the items, whose SyncToken stays (reference §5.1)."""
    for body, sign in ((before, -1), (record.body, 1)):
        for item, quantity in _moves(company, record.kind.name, body):
            item.body["QtyOnHand"] = measure(decimal_of(item.body.get("QtyOnHand")) + sign * quantity)
            company.touch(item)


def _moves(company: Company, entity: str, body: Body) -> Iterator[tuple[Record, Decimal]]:
    direction = _DIRECTION.get(entity, 0)
    for line in body.get("Line", []) if direction else ():
        detail_type = str(line.get("DetailType"))
        detail = line.get(detail_type, {})
        if detail_type == "GroupLineDetail":
            yield from _moves(company, entity, detail)
        item = company.find("Item", str(detail.get("ItemRef", {}).get("value", "")))
        if item is not None and item.body.get("Type") == "Inventory" and detail_type in _QUANTITY:
            yield item, direction * decimal_of(detail.get(_QUANTITY[detail_type]))
