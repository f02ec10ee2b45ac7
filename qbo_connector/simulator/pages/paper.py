"""A record as people know it: a form with lines and a total, or a card with an address."""

from collections.abc import Iterator
from typing import Any

from qbo_connector.simulator.company.company import name_of
from qbo_connector.simulator.company.records import Body, Record
from qbo_connector.simulator.entities.kinds import Op
from qbo_connector.simulator.transactions.settling import TXN_TYPES
from qbo_connector.simulator.wire.numbers import decimal_of

_DATES = (("TxnDate", "Date"), ("DueDate", "Due"), ("ExpirationDate", "Valid until"), ("StartDate", "From"))
_PARTIES = (("CustomerRef", "Customer"), ("VendorRef", "Vendor"), ("EmployeeRef", "Employee"))
_FACTS = (
    ("SalesTermRef", "Terms"),
    ("DepartmentRef", "Location"),
    ("PaymentMethodRef", "Paid by"),
    ("PaymentRefNum", "Reference"),
    ("BillEmail", "E-mail"),
    ("EmailStatus", "Mail"),
    ("CompanyName", "Company"),
    ("PrimaryEmailAddr", "E-mail"),
    ("PrimaryPhone", "Phone"),
    ("Type", "Type"),
    ("AccountType", "Type"),
    ("Sku", "SKU"),
    ("QtyOnHand", "On hand"),
    ("UnitPrice", "Price"),
    ("PrivateNote", "Note"),
)
_TOTALS = (("TotalAmt", "Total"), ("Amount", "Amount"), ("Balance", "Open"), ("UnappliedAmt", "Not applied"))
_PLAIN_TEXT = {"SubTotalLineDetail": "Subtotal", "DiscountLineDetail": "Discount"}


def paper_of(record: Record) -> dict[str, Any]:
    """What the page of a record shows above its JSON."""
    body = record.body
    return {
        "title": title_of(record),
        "status": status_of(record),
        "facts": [fact for fact in _facts(body) if fact[1]],
        "lines": [_line(line) for line in _flat(body.get("Line", []))],
        "totals": list(_totals(body)),
        "links": [_link(entry) for entry in _links(body)],
        "has_pdf": Op.PDF in record.kind.operations,
    }


def title_of(record: Record) -> str:
    """What people call a record: its number, its name, or else its id."""
    return str(record.body.get("DocNumber") or name_of(record) or record.id)


def status_of(record: Record) -> tuple[str, str] | None:
    """A word on how a record stands, and its tone; None where there is nothing to say."""
    body = record.body
    if not record.active:
        return ("inactive", "")
    if str(body.get("PrivateNote", "")).startswith("Voided") and not decimal_of(body.get("TotalAmt")):
        return ("voided", "bad")
    if record.facts.get("deposit"):
        return ("deposited", "good")
    if record.kind.name in {"Invoice", "Bill"}:
        return _payment_status(body)
    return (str(body["TxnStatus"]).lower(), "") if "TxnStatus" in body else None


def _payment_status(body: Body) -> tuple[str, str]:
    left = decimal_of(body.get("Balance"))
    if not left:
        return ("paid", "good")
    return ("open", "") if left == decimal_of(body.get("TotalAmt")) else ("partly paid", "")


def _facts(body: Body) -> Iterator[tuple[str, str]]:
    for field, label in (*_PARTIES, *_DATES, *_FACTS):
        if field in body:
            yield label, _text(body[field])
    for field, label in (("BillAddr", "Billed to"), ("ShipAddr", "Shipped to")):
        if field in body:
            parts = ("Line1", "City", "CountrySubDivisionCode", "PostalCode")
            yield label, ", ".join(str(body[field][part]) for part in parts if body[field].get(part))


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return str(
            next((value[key] for key in ("name", "Address", "FreeFormNumber", "value") if key in value), "")
        )
    return str(value)


def _flat(lines: list[Body]) -> Iterator[Body]:
    for line in lines:
        yield line
        yield from line.get("GroupLineDetail", {}).get("Line", [])


def _line(line: Body) -> dict[str, str]:
    kind = str(line.get("DetailType", ""))
    detail: Body = line.get(kind, {})
    named: Body = next(
        (detail[field] for field in ("ItemRef", "AccountRef", "GroupItemRef") if field in detail), {}
    )
    settled = ", ".join(f"{link['TxnType']} {link['TxnId']}" for link in line.get("LinkedTxn", []))
    what = named.get("name") or _PLAIN_TEXT.get(kind) or settled
    text = line.get("Description", "")
    return {
        "what": str(what or text or kind),
        "text": str(text) if what and text != what else "",
        "quantity": str(detail.get("Qty", detail.get("Quantity", ""))),
        "price": str(detail.get("UnitPrice", "")),
        "amount": str(line.get("Amount", "")),
    }


def _totals(body: Body) -> Iterator[tuple[str, str]]:
    tax = body.get("TxnTaxDetail", {}).get("TotalTax")
    if tax:
        yield "Tax", str(tax)
    currency = body.get("CurrencyRef", {}).get("value", "")
    for field, label in _TOTALS:
        if field in body:
            yield label, f"{body[field]} {currency}".strip()


def _links(body: Body) -> Iterator[Body]:
    yield from body.get("LinkedTxn", [])
    for line in body.get("Line", []):
        yield from line.get("LinkedTxn", [])


def _link(entry: Body) -> dict[str, str]:
    entity = TXN_TYPES.get(str(entry.get("TxnType")), str(entry.get("TxnType")))
    return {"entity": entity, "id": str(entry.get("TxnId", ""))}
