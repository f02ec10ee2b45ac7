"""The pages for people: what is in the companies, what was asked, what may go wrong next."""

from importlib.resources import files
from typing import Any

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Record
from qbo_connector.simulator.documents.pdf import pdf_of
from qbo_connector.simulator.entities.kinds import Family, Op
from qbo_connector.simulator.entities.registry import ALL_KINDS, kind_named
from qbo_connector.simulator.http.messages import Request, Response
from qbo_connector.simulator.pages import calls
from qbo_connector.simulator.pages.paper import paper_of, status_of, title_of
from qbo_connector.simulator.pages.render import page
from qbo_connector.simulator.pages.switches import SWITCHES, flip
from qbo_connector.simulator.pages.text import pretty
from qbo_connector.simulator.world import World

_SHOWN_REQUESTS = 40
_SHOWN_RECORDS = 200
_IDENTIFIER = 2  # behind the realm stand the entity, the id and perhaps "pdf"


def answer_page(world: World, request: Request) -> Response | None:
    """A page, its style sheet or an uploaded file; None for any other address."""
    if (request.method, request.path) == ("POST", "/_simulator/switch"):
        return flip(world, request)
    if request.method != "GET":
        return None
    parts = [part for part in request.path.split("/") if part]
    match parts:
        case []:
            return _home(world, show=request.query.get("show", "all"))
        case ["_simulator", "style.css"]:
            return Response(status=200, body=_style(), content_type="text/css; charset=utf-8")
        case ["_simulator", "files", realm_id, key]:
            return _file(world, realm_id, key)
        case ["companies", realm_id, *rest] if realm_id in world.companies:
            return _company_page(world.companies[realm_id], rest)
        case _:
            return None


def _home(world: World, *, show: str) -> Response:
    found = [entry for entry in world.requests if calls.FILTERS.get(show, calls.FILTERS["all"])(entry)]
    names = {company.realm_id: _name(company) for company in world.companies.values()}
    return page(
        "home.html",
        companies=[_summary(world, company) for company in world.companies.values()],
        requests=[calls.shown(entry, names) for entry in reversed(found[-_SHOWN_REQUESTS:])],
        show=show,
        filters=tuple(calls.FILTERS),
        switches=SWITCHES,
        faults=[calls.armed(fault) for fault in world.script.shown() if not fault["spent"]],
        clock=world.clock.now().strftime("%Y-%m-%d %H:%M:%S UTC"),
        moved=round(world.clock.offset_s),
        base_url=world.base_url,
        app=world.app,
    )


def _name(company: Company) -> str:
    return str(company.table("CompanyInfo")["1"].body["CompanyName"])


def _summary(world: World, company: Company) -> dict[str, Any]:
    counts = world.requests.counts().get(company.realm_id, {})
    return {
        "realm_id": company.realm_id,
        "name": _name(company),
        "region": company.region.code,
        "invoices": len(company.table("Invoice")),
        "customers": len(company.table("Customer")),
        "requests": counts.get("requests", 0),
        "writes": counts.get("writes", 0),
        "coreplus": counts.get("coreplus", 0),
        "subscription_ended": company.subscription_ended,
    }


def _company_page(company: Company, rest: list[str]) -> Response | None:
    entity = kind_named(rest[0] if rest else "Invoice")
    if entity is None:
        return None
    with company.lock:
        if len(rest) >= _IDENTIFIER:
            return _record_page(company, company.find(entity.name, rest[1]), pdf=rest[2:] == ["pdf"])
        records = sorted(company.table(entity.name).values(), key=lambda record: -record.sequence)
        rows = [_row(record) for record in records[:_SHOWN_RECORDS]]
    return page(
        "company.html",
        company={"realm_id": company.realm_id, "name": _name(company)},
        groups=_groups(company),
        entity=entity.name,
        rows=rows,
        columns=[column for column in ("party", "date", "total", "balance") if any(row[column] for row in rows)],
        more=max(0, len(records) - _SHOWN_RECORDS),
    )


def _groups(company: Company) -> list[tuple[str, list[tuple[str, int]]]]:
    """The kinds that have records, under four headings."""
    groups: dict[str, list[tuple[str, int]]] = {title: [] for title in _TITLES.values()}
    for kind in ALL_KINDS:
        number = len(company.table(kind.name))
        if Op.QUERY in kind.operations and number:
            groups[_TITLES[kind.family]].append((kind.name, number))
    return [(title, kinds) for title, kinds in groups.items() if kinds]


_TITLES = {
    Family.TRANSACTION: "Documents",
    Family.NAME: "People and firms",
    Family.LIST: "Lists",
    Family.SETTING: "Settings",
}


def _row(record: Record) -> dict[str, Any]:
    body = record.body
    party = body.get("CustomerRef") or body.get("VendorRef") or {}
    return {
        "id": record.id,
        "title": title_of(record),
        "status": status_of(record),
        "party": party.get("name", ""),
        "date": body.get("TxnDate", ""),
        "total": body.get("TotalAmt", body.get("Amount", "")),
        "balance": body.get("Balance", ""),
    }


def _record_page(company: Company, record: Record | None, *, pdf: bool) -> Response | None:
    if record is None:
        return None
    if pdf:
        return _paper(company, record)
    return page(
        "record.html",
        company={"realm_id": company.realm_id, "name": _name(company)},
        entity=record.kind.name,
        record_id=record.id,
        paper=paper_of(record),
        text=pretty(record.body),
    )


def _paper(company: Company, record: Record) -> Response | None:
    if Op.PDF not in record.kind.operations:
        return None
    return Response(status=200, body=pdf_of(company, record), content_type="application/pdf")


def _style() -> bytes:
    return files("qbo_connector.simulator.pages").joinpath("style.css").read_bytes()


def _file(world: World, realm_id: str, key: str) -> Response | None:
    company = world.companies.get(realm_id)
    data = company.files.get(key) if company else None
    if data is None:
        return None
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return Response(status=200, body=data, content_type="application/octet-stream", headers=headers)
