"""Recurring transactions: a template of another document, wrapped under that document's name."""

from typing import Any

from qbo_connector.simulator.clock import stamp
from qbo_connector.simulator.company.company import Company, in_wire_order
from qbo_connector.simulator.company.records import Body, Record
from qbo_connector.simulator.entities.coerce import coerce
from qbo_connector.simulator.entities.registry import kind
from qbo_connector.simulator.faults import duplicate_name, fault, not_found, required, stale, unsupported
from qbo_connector.simulator.transactions.lines import total_of
from qbo_connector.simulator.wire.numbers import money
from qbo_connector.simulator.writing import references
from qbo_connector.simulator.writing.draft import Draft

_TEMPLATES = frozenset(
    {
        "Invoice", "Bill", "Purchase", "SalesReceipt", "Estimate", "CreditMemo", "RefundReceipt", "VendorCredit",
        "JournalEntry", "PurchaseOrder", "Deposit", "Transfer",
    }
)  # fmt: skip


def write(company: Company, operation: str, payload: Any) -> Body:
    """Create, update or delete a template; returns what stands under `RecurringTransaction`.

    Raises:
        IntuitFault: 2020, 610, 5010, 6240.
    """
    name, inner = _template(payload)
    match operation:
        case "create":
            return _create(company, name, inner)
        case "update":
            return _update(company, name, inner)
        case "delete":
            record = _current(company, inner)
            company.remove(record)
            return {name: {"domain": "QBO", "status": "Deleted", "Id": record.id}}
        case _:
            raise unsupported(operation)


def _template(payload: Any) -> tuple[str, Any]:
    for name, inner in payload.items() if isinstance(payload, dict) else ():
        if name in _TEMPLATES and isinstance(inner, dict):
            return name, inner
    raise fault("2010", "Request has invalid or unsupported property", "A recurring transaction needs a template")


def _create(company: Company, name: str, inner: Body) -> Body:
    template = _checked(company, name, inner)
    schedule = template.get("RecurringInfo", {}).get("Name")
    if not schedule:
        raise required("RecurringInfo.Name")
    for other in company.table("RecurringTransaction").values():
        if _info(other).get("Name", "").casefold() == str(schedule).casefold():
            raise duplicate_name("Another recurring transaction is already using this name.")
    record = company.insert(kind("RecurringTransaction"), {}, facts={"type": name})
    _wrap(company, record, name, {**template, "SyncToken": "0"})
    return record.body


def _update(company: Company, name: str, inner: Body) -> Body:
    record = _current(company, inner)
    known = record.body[name]["SyncToken"]
    if str(inner.get("SyncToken", "")) != known:
        raise stale(company.user)
    _wrap(company, record, name, {**_checked(company, name, inner), "SyncToken": str(int(known) + 1)})
    company.tell(record, "Update")
    return record.body


def _checked(company: Company, name: str, inner: Body) -> Body:
    template_kind = kind(name)
    body = coerce(template_kind, inner).body
    draft = Draft(company=company, kind=template_kind, body=body, sent=frozenset(body))
    references.resolve(draft)
    lines = [
        {"Id": str(position), **line, "LineNum": position}
        for position, line in enumerate(body.get("Line", []), start=1)
        if line.get("DetailType") != "SubTotalLineDetail"
    ]
    body["Line"] = lines
    body["TotalAmt"] = money(total_of(lines))
    info = body.get("RecurringInfo", {})
    info.setdefault("RecurType", "Unscheduled")
    return body


def _wrap(company: Company, record: Record, name: str, template: Body) -> None:
    """The wrapper shows the template alone; the template carries id, token and stamps."""
    record.updated = company.clock.now()
    at = stamp(record.updated)
    former = record.body.get(name, {}).get("MetaData", {"CreateTime": at})
    system = {"domain": "QBO", "sparse": False, "Id": record.id, "MetaData": {**former, "LastUpdatedTime": at}}
    record.body = {name: in_wire_order(kind(name), {**template, **system})}


def _current(company: Company, inner: Body) -> Record:
    record = company.find("RecurringTransaction", str(inner.get("Id", "")))
    if record is None:
        raise not_found()
    return record


def _info(record: Record) -> Body:
    info: Body = record.body.get(record.facts["type"], {}).get("RecurringInfo", {})
    return info
