"""Bundles: a group line unfolds into the lines of its item."""

from qbo_connector.simulator.company.company import reference_to
from qbo_connector.simulator.company.records import Body, Record
from qbo_connector.simulator.faults import business, required
from qbo_connector.simulator.transactions.lines import in_line_order, total_of
from qbo_connector.simulator.wire.numbers import cents, decimal_of, measure, money
from qbo_connector.simulator.writing.draft import Draft


def expand(draft: Draft, line: Body) -> Body:
    """A group line with its members and its amount. Members that were sent are kept as they are.

    Raises:
        IntuitFault: no group item, or an item that is none.
    """
    detail = dict(line.get("GroupLineDetail", {}))
    if "GroupItemRef" not in detail:
        raise required("Line.GroupLineDetail.GroupItemRef")
    group = draft.company.find("Item", detail["GroupItemRef"]["value"])
    if group is None or group.body.get("Type") != "Group":
        raise business("A group line needs a bundle item.")
    quantity = decimal_of(detail.get("Quantity")) or decimal_of(1)
    members = detail.get("Line") or [_member(draft, entry, quantity) for entry in _entries(group)]
    members = [{**member, "Id": member.get("Id") or draft.company.next_id("groupline")} for member in members]
    detail.update({"Quantity": measure(quantity), "Line": [in_line_order(member) for member in members]})
    return in_line_order({**line, "Amount": money(total_of(members)), "GroupLineDetail": detail})


def _entries(group: Record) -> list[Body]:
    entries: list[Body] = group.body.get("ItemGroupDetail", {}).get("ItemGroupLine", [])
    return entries


def _member(draft: Draft, entry: Body, quantity: "object") -> Body:
    item = draft.company.find("Item", entry["ItemRef"]["value"])
    price = decimal_of(item.body.get("UnitPrice")) if item else decimal_of(0)
    count = decimal_of(entry.get("Qty")) * decimal_of(quantity)
    detail: Body = {"ItemRef": reference_to(item) if item else entry["ItemRef"]}
    detail |= {"UnitPrice": measure(price), "Qty": measure(count)}
    if draft.us:
        detail["TaxCodeRef"] = {"value": "TAX" if item and item.body.get("Taxable") else "NON"}
    elif item and "SalesTaxCodeRef" in item.body:
        detail["TaxCodeRef"] = {"value": item.body["SalesTaxCodeRef"]["value"]}
    description = {"Description": item.body["Description"]} if item and "Description" in item.body else {}
    return {
        **description,
        "Amount": money(cents(price * count)),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }
