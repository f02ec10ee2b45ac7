"""Carrying out a call against a company, once it may pass."""

from collections.abc import Callable
from typing import Any

from qbo_connector.simulator.api.batch import run_batch
from qbo_connector.simulator.api.call import READS, Call
from qbo_connector.simulator.api.cdc import changes
from qbo_connector.simulator.api.entity import find_record, kind_of, read_entity, send_entity, write_entity
from qbo_connector.simulator.api.outcome import Outcome, report, success
from qbo_connector.simulator.api.upload import download, upload
from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.documents.pdf import pdf_of
from qbo_connector.simulator.entities.kinds import Op
from qbo_connector.simulator.faults import no_resource, unsupported
from qbo_connector.simulator.faultscript import Subject, Then
from qbo_connector.simulator.http.messages import Delivery
from qbo_connector.simulator.query.evaluate import run_query
from qbo_connector.simulator.reports.run import run_report
from qbo_connector.simulator.world import World
from qbo_connector.simulator.writing.taxservice import create_tax_code

_PERSON = "x-simulator-person"  # marks a write as made by a person inside QuickBooks, not by the app
_ONE = {"coreplus": 1}
_WRITE = {"writes": 1}


def execute(world: World, company: Company, call: Call) -> Outcome:
    """Do what is asked and answer it.

    Raises:
        IntuitFault: QuickBooks refuses.
    """
    match call.operation:
        case "batch":
            return _batch(world, company, call)
        case "pdf" | "download":
            return _document(company, call)
        case "report":
            with company.lock:
                return report(run_report(company, call), as_json=call.wants_json, counts=_ONE)
        case operation:
            with company.lock, company.by_person(person=_PERSON in call.request.headers):
                payload = _single(company, call, operation)
                counts = _ONE if operation in READS else _WRITE
                return success(payload, at=world.clock.now(), as_json=call.wants_json, counts=counts)


def _single(company: Company, call: Call, operation: str) -> dict[str, Any]:
    handler = _HANDLERS.get(operation)
    return handler(company, call) if handler else _write(company, call, operation)


def _query(company: Company, call: Call) -> dict[str, Any]:
    return {"QueryResponse": run_query(company, _statement(call))}


def _write(company: Company, call: Call, operation: str) -> dict[str, Any]:
    if call.request.method != "POST":
        raise no_resource(call.request.path, host=call.host)
    if call.head == "taxservice":
        return create_tax_code(company, call.payload)
    return write_entity(company, kind_of(call), operation, call.payload, dict(call.request.query))


def _statement(call: Call) -> str:
    """The query of a GET stands in the address, that of a POST is the body."""
    if call.request.method == "POST" and call.request.body:
        return call.request.body.decode("utf-8", "replace")
    return call.request.query.get("query", "")


def _document(company: Company, call: Call) -> Outcome:
    if call.operation == "download":
        return Outcome(
            status=200, body=download(company, call).encode(), content_type="text/plain;charset=utf-8", counts=_ONE
        )
    kind = kind_of(call)
    if Op.PDF not in kind.operations:
        raise unsupported("pdf")
    with company.lock:
        record = find_record(company, kind, str(call.identifier))
        body = pdf_of(company, record)
    return Outcome(status=200, body=body, content_type="application/pdf", counts=_ONE)


def _batch(world: World, company: Company, call: Call) -> Outcome:
    def strike(number: int) -> Then:
        subject = Subject(
            method=call.request.method, target=call.request.target, realm_id=call.realm_id, item=number
        )
        struck = world.script.take(subject)
        return struck.then if struck else None

    run = run_batch(company, call, strike=strike, item_ms=world.options.batch_item_ms)
    reads = run.queries if world.knobs.batch_reads == "each" else min(run.queries, 1)
    counts = {"batch_items": run.items, "writes": int(run.writes), "coreplus": reads}
    payload = {"BatchItemResponse": run.responses}
    outcome = success(payload, at=world.clock.now(), as_json=call.wants_json, counts=counts)
    if run.delivery is Delivery.ANSWER:
        return outcome
    return Outcome(
        status=outcome.status,
        body=outcome.body,
        content_type=outcome.content_type,
        delivery=run.delivery,
        counts=counts,
    )


_HANDLERS: dict[str, Callable[[Company, Call], dict[str, Any]]] = {
    "query": _query,
    "cdc": changes,
    "upload": upload,
    "read": read_entity,
    "send": send_entity,
}
