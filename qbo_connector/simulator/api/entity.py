"""Reading, writing, voiding and sending one record."""

from typing import Any

from qbo_connector.simulator.api.call import Call
from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body, Record
from qbo_connector.simulator.documents.send import send
from qbo_connector.simulator.entities.kinds import EntityKind, Op
from qbo_connector.simulator.faults import fault, no_resource, not_found, unsupported
from qbo_connector.simulator.writing import recurring
from qbo_connector.simulator.writing.draft import WriteFlags
from qbo_connector.simulator.writing.exchange import read_rate, write_rate
from qbo_connector.simulator.writing.save import create, remove, update
from qbo_connector.simulator.writing.void import void

_LONGEST_PATH = 3


def read_entity(company: Company, call: Call) -> dict[str, Any]:
    """GET of one record.

    Raises:
        IntuitFault: 2030 for a malformed id, 610 for an unknown one, 500 for a path that leads nowhere.
    """
    kind = kind_of(call)
    identifier = call.identifier
    if kind.name == "ExchangeRate" and identifier is None:
        return {kind.answer_name: read_rate(company, dict(call.request.query))}
    if identifier is None or len(call.segments) >= _LONGEST_PATH:
        raise no_resource(call.request.path, host=call.host)
    if Op.READ not in kind.operations:
        raise unsupported("read")
    if kind.name == "CompanyInfo" and identifier == company.realm_id:
        identifier = "1"
    record = find_record(company, kind, identifier)
    return {kind.answer_name: with_extras(company, record, call.request.query.get("include", ""))}


def find_record(company: Company, kind: EntityKind, identifier: str) -> Record:
    """A record by the id in a path, inactive ones too.

    Raises:
        IntuitFault: 2030 or 610.
    """
    found = company.find(kind.name, identifier)
    if found is not None:
        return found
    if not identifier.isdigit():
        detail = f"Id should be a valid number. Supplied value:{identifier}"
        refused = fault("2030", "Invalid ID", detail, "Id")
        refused.timed = False
        raise refused
    raise not_found()


def with_extras(company: Company, record: Record, include: str) -> Body:
    """A record with what `include=` adds: the link a customer pays an invoice by."""
    body = record.body
    if record.kind.name != "Invoice" or "invoicelink" not in include.lower():
        return body
    payable = body.get("AllowOnlineCreditCardPayment") or body.get("AllowOnlineACHPayment")
    if not payable or "BillEmail" not in body:
        return body
    return {**body, "InvoiceLink": f"https://connect.intuit.com/t/simulated-{company.realm_id}-{record.id}"}


def write_entity(
    company: Company, kind: EntityKind, operation: str, payload: Any, query: dict[str, str]
) -> dict[str, Any]:
    """Any write of one record; returns the answer's keys.

    Raises:
        IntuitFault: whatever refused it.
    """
    if isinstance(payload, dict) and set(payload) == {kind.answer_name}:
        payload = payload[kind.answer_name]
    flags = WriteFlags.of(query)
    if kind.name == "RecurringTransaction":
        return {kind.answer_name: recurring.write(company, operation, payload)}
    if kind.name == "ExchangeRate" and operation in {"create", "update"}:
        return {kind.answer_name: write_rate(company, payload).body}
    match operation:
        case "create":
            record = create(company, kind, payload, flags)
        case "update":
            record = update(company, kind, payload, flags)
        case "delete":
            return {kind.answer_name: remove(company, kind, payload)}
        case "void" | "void_include":
            voided = void(company, kind, payload, by_include=operation == "void_include")
            if voided is None:
                return {"BatchItemResponse": []}
            record = voided
        case _:
            raise unsupported(operation)
    return {kind.answer_name: with_extras(company, record, query.get("include", ""))}


def send_entity(company: Company, call: Call) -> dict[str, Any]:
    """Mail a document.

    Raises:
        IntuitFault: 500 for one that cannot be sent, 6420 without an address.
    """
    kind = kind_of(call)
    if Op.SEND not in kind.operations:
        raise unsupported("send")
    record = find_record(company, kind, str(call.identifier))
    send(company, record, to=call.request.query.get("sendTo"))
    return {kind.answer_name: record.body}


def kind_of(call: Call) -> EntityKind:
    """The entity of a path.

    Raises:
        IntuitFault: 500 for a path that leads nowhere.
    """
    if call.kind is None:
        raise no_resource(call.request.path, host=call.host)
    return call.kind
