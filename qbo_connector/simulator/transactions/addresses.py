"""Where a sales form is billed and shipped to."""

from qbo_connector.simulator.company.records import Body
from qbo_connector.simulator.writing.draft import Draft


def copy_addresses(draft: Draft, customer: Body | None) -> None:
    """Take the customer's addresses where the form has none; give sent ones an id of their own."""
    for field in ("BillAddr", "ShipAddr"):
        own = (customer or {}).get(field) or (customer or {}).get("BillAddr")
        if field not in draft.body and own:
            draft.body[field] = dict(own)
    number_addresses(draft)


def number_addresses(draft: Draft) -> None:
    """Give every address without an id one; a known one keeps its."""
    for field, value in draft.body.items():
        if not field.endswith("Addr") or not isinstance(value, dict) or "Id" in value:
            continue
        if "Line1" in value or "City" in value or "PostalCode" in value:
            before = draft.before.body.get(field, {}) if draft.before else {}
            identifier = before.get("Id") or draft.company.next_id("address")
            draft.body[field] = {"Id": identifier, **value}
