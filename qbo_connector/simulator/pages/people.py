"""The pages for people: what is in the companies, what was asked, what may go wrong next."""

from importlib.resources import files
from typing import Any

from qbo_connector.simulator.company.company import Company, name_of
from qbo_connector.simulator.company.records import Record
from qbo_connector.simulator.entities.kinds import Op
from qbo_connector.simulator.entities.registry import ALL_KINDS, kind_named
from qbo_connector.simulator.http.messages import Request, Response
from qbo_connector.simulator.pages.render import page
from qbo_connector.simulator.pages.switches import SWITCHES, flip
from qbo_connector.simulator.pages.text import pretty
from qbo_connector.simulator.requestlog import Entry
from qbo_connector.simulator.world import World

_SHOWN_REQUESTS = 40
_SHOWN_RECORDS = 200


def answer_page(world: World, request: Request) -> Response | None:
    """A page, its style sheet or an uploaded file; None for any other address."""
    if (request.method, request.path) == ("POST", "/_simulator/switch"):
        return flip(world, request)
    if request.method != "GET":
        return None
    parts = [part for part in request.path.split("/") if part]
    match parts:
        case []:
            return _home(world)
        case ["_simulator", "style.css"]:
            return Response(status=200, body=_style(), content_type="text/css; charset=utf-8")
        case ["_simulator", "files", realm_id, key]:
            return _file(world, realm_id, key)
        case ["companies", realm_id, *rest] if realm_id in world.companies:
            return _company_page(world.companies[realm_id], rest)
        case _:
            return None


def _home(world: World) -> Response:
    entries = list(world.requests)[-_SHOWN_REQUESTS:]
    return page(
        "home.html",
        companies=[_summary(world, company) for company in world.companies.values()],
        requests=[_request(entry) for entry in reversed(entries)],
        switches=SWITCHES,
        faults=[fault for fault in world.script.shown() if not fault["spent"]],
        clock=world.clock.now().strftime("%Y-%m-%d %H:%M:%S UTC"),
        moved=round(world.clock.offset_s),
        base_url=world.base_url,
        app=world.app,
    )


def _summary(world: World, company: Company) -> dict[str, Any]:
    counts = world.requests.counts().get(company.realm_id, {})
    return {
        "realm_id": company.realm_id,
        "name": company.table("CompanyInfo")["1"].body["CompanyName"],
        "region": company.region.code,
        "invoices": len(company.table("Invoice")),
        "customers": len(company.table("Customer")),
        "requests": counts.get("requests", 0),
        "writes": counts.get("writes", 0),
        "coreplus": counts.get("coreplus", 0),
        "subscription_ended": company.subscription_ended,
    }


def _request(entry: Entry) -> dict[str, Any]:
    what = f"{entry.operation} {entry.entity}".strip()
    return {
        "n": entry.n,
        "at": entry.at.strftime("%H:%M:%S"),
        "what": what,
        "method": entry.method,
        "path": entry.path,
        "status": entry.status or "cut",
        "good": not entry.fault_code and entry.status == 200,  # noqa: PLR2004
        "fault_code": entry.fault_code,
        "replayed": entry.replayed,
        "duration_ms": round(entry.duration_ms, 1),
        "request": pretty(entry.request_body),
        "response": pretty(entry.response_body),
    }


def _company_page(company: Company, rest: list[str]) -> Response | None:
    shown = [kind for kind in ALL_KINDS if Op.QUERY in kind.operations]
    entity = kind_named(rest[0] if rest else "Invoice")
    if entity is None:
        return None
    with company.lock:
        if len(rest) > 1:
            return _record_page(company, company.find(entity.name, rest[1]))
        records = sorted(company.table(entity.name).values(), key=lambda record: -record.sequence)
        rows = [_row(record) for record in records[:_SHOWN_RECORDS]]
    return page(
        "company.html",
        company={"realm_id": company.realm_id, "name": company.table("CompanyInfo")["1"].body["CompanyName"]},
        kinds=[(kind.name, len(company.table(kind.name))) for kind in shown],
        entity=entity.name,
        rows=rows,
        more=max(0, len(records) - _SHOWN_RECORDS),
    )


def _row(record: Record) -> dict[str, Any]:
    body = record.body
    party = body.get("CustomerRef") or body.get("VendorRef") or {}
    return {
        "id": record.id,
        "title": body.get("DocNumber") or name_of(record) or record.id,
        "party": party.get("name", ""),
        "date": body.get("TxnDate", ""),
        "total": body.get("TotalAmt", body.get("Amount", "")),
        "balance": body.get("Balance", ""),
        "active": record.active,
    }


def _record_page(company: Company, record: Record | None) -> Response | None:
    if record is None:
        return None
    return page(
        "record.html",
        company={"realm_id": company.realm_id, "name": company.table("CompanyInfo")["1"].body["CompanyName"]},
        entity=record.kind.name,
        title=record.body.get("DocNumber") or name_of(record) or record.id,
        text=pretty(record.body),
    )


def _style() -> bytes:
    return files("qbo_connector.simulator.pages").joinpath("style.css").read_bytes()


def _file(world: World, realm_id: str, key: str) -> Response | None:
    company = world.companies.get(realm_id)
    data = company.files.get(key) if company else None
    if data is None:
        return None
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return Response(status=200, body=data, content_type="application/octet-stream", headers=headers)
