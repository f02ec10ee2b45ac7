"""The control plane: what a test tells the simulator, under `/_simulator/`."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.faultscript import ScriptedFault
from qbo_connector.simulator.http.messages import Request, Response, json_response
from qbo_connector.simulator.statefile import dumped, restore
from qbo_connector.simulator.throttle import Traffic
from qbo_connector.simulator.webhooks.sender import WebhookConfig
from qbo_connector.simulator.wire import json as wire_json
from qbo_connector.simulator.world import World
from qbo_connector.simulator.writing.merge import merge

Handler = Callable[[World, dict[str, Any], Request], Any]
PREFIX = "/_simulator/"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NewCompany(_Strict):
    """Body of reset and companies; `tax` is "automated" or "manual" and matters in the US only."""

    region: str = "US"
    seed: str = "sandbox"
    tax: str = "automated"


class ClockMove(_Strict):
    """Body of clock: one of the two."""

    now: datetime | None = None
    advance_s: float | None = None


class FaultList(_Strict):
    """Body of faults."""

    faults: list[ScriptedFault]


class Merge(_Strict):
    """Two names that a person makes one: `drop` goes, whatever refers to it refers to `keep`."""

    entity: str = Field(pattern="^(Customer|Vendor|Account|Class|Item)$")
    keep: str
    drop: str


class OtherApps(_Strict):
    """What other apps send to the company at this moment, for the limits that all apps share."""

    requests: int = Field(default=0, ge=0, le=100_000)
    batches: int = Field(default=0, ge=0, le=100_000)
    reports: int = Field(default=0, ge=0, le=100_000)


class CompanyChange(_Strict):
    """Body of companies/<realm>: states a user, Intuit or another app would bring about."""

    subscription_ended: bool | None = None
    disconnected: bool | None = None
    user_removed: bool | None = None
    book_close_date: str | None = None
    preferences: dict[str, dict[str, Any]] | None = None
    merge: Merge | None = None
    other_apps: OtherApps | None = None


def answer_control(world: World, request: Request) -> Response:
    """Answer a call to the control plane; a wrong one says in JSON what is wrong."""
    name, _, rest = request.path.removeprefix(PREFIX).strip("/").partition("/")
    handler = _HANDLERS.get((request.method, name if not rest else f"{name}/"))
    if handler is None:
        return json_response(
            {"error": f"{request.method} {request.path} is not part of the simulator"}, status=404
        )
    try:
        answer = handler(world, _body_of(request), request)
        return answer if isinstance(answer, Response) else json_response(answer)
    except ValidationError as err:
        return json_response({"error": str(err)}, status=400)
    except (ValueError, TypeError, KeyError) as err:
        return json_response({"error": str(err)}, status=400)


def _body_of(request: Request) -> dict[str, Any]:
    body = json.loads(request.body) if request.body.strip() else {}
    if not isinstance(body, dict):
        raise TypeError("the body must be a JSON object")
    return body


def credentials(world: World, company: Company) -> dict[str, str]:
    """Everything a client needs, usable at once."""
    now, knobs = world.clock.now(), world.knobs
    own = [grant for grant in world.grants.all() if grant.realm_id == company.realm_id and grant.alive(now, knobs)]
    refreshed = next((world.grants.refresh(grant.refresh_token) for grant in own), None)
    grant, access = refreshed or world.grants.begin(realm_id=company.realm_id)
    return {
        "client_id": world.app.client_id,
        "client_secret": world.app.client_secret,
        "realm_id": company.realm_id,
        "access_token": access,
        "refresh_token": grant.refresh_token,
        "verifier_token": world.app.verifier_token,
    }


def _credentials(world: World, _body: dict[str, Any], request: Request) -> Any:
    realm_id = request.query.get("realm_id")
    return credentials(world, world.companies[realm_id] if realm_id else world.first_company)


def _reset(world: World, body: dict[str, Any], _request: Request) -> Any:
    wanted = NewCompany.model_validate({"region": world.options.region, "seed": world.options.seed, **body})
    return credentials(world, world.reset(region=wanted.region, seed=wanted.seed, tax=wanted.tax))


def _add_company(world: World, body: dict[str, Any], _request: Request) -> Any:
    wanted = NewCompany.model_validate({"region": world.options.region, "seed": world.options.seed, **body})
    return credentials(world, world.add_company(region=wanted.region, seed=wanted.seed, tax=wanted.tax))


def _companies(world: World, _body: dict[str, Any], _request: Request) -> Any:
    return {"companies": [_summary(company) for company in world.companies.values()]}


def _summary(company: Company) -> dict[str, Any]:
    return {
        "realm_id": company.realm_id,
        "name": company.table("CompanyInfo")["1"].body["CompanyName"],
        "region": company.region.code,
        "subscription_ended": company.subscription_ended,
    }


def _tell_subscription(company: Company) -> None:
    """CompanyInfo goes on to be read and names the state (Intuit, CompanyInfo, NameValue)."""
    for pair in company.table("CompanyInfo")["1"].body["NameValue"]:
        if pair["Name"] == "SubscriptionStatus":
            pair["Value"] = "EXPIRED" if company.subscription_ended else "SUBSCRIBED"


def _change_company(world: World, body: dict[str, Any], request: Request) -> Any:
    company = world.companies[request.path.rstrip("/").rpartition("/")[2]]
    change = CompanyChange.model_validate(body)
    for grant in world.grants.all():
        if grant.realm_id == company.realm_id:
            grant.revoked = grant.revoked or bool(change.disconnected)
            grant.member = grant.member if change.user_removed is None else not change.user_removed
    if change.subscription_ended is not None:
        company.subscription_ended = change.subscription_ended
        _tell_subscription(company)
    _change_preferences(world, company, change)
    _send_as_others(world, company, change.other_apps or OtherApps())
    if change.merge is not None:
        with company.lock, company.by_person():
            merge(company, change.merge.entity, keep=change.merge.keep, drop=change.merge.drop)
            world.changed(company.take_events())
    return _summary(company)


def _send_as_others(world: World, company: Company, others: OtherApps) -> None:
    for traffic, number in (
        (Traffic.BATCH, others.batches),
        (Traffic.REPORT, others.reports),
        (Traffic.PLAIN, others.requests),
    ):
        world.throttle.others_sent(company.realm_id, traffic=traffic, number=number)


def _change_preferences(world: World, company: Company, change: CompanyChange) -> None:
    groups = dict(change.preferences or {})
    if change.book_close_date is not None:
        books = {"BookCloseDate": change.book_close_date or None}
        groups["AccountingInfoPrefs"] = {**groups.get("AccountingInfoPrefs", {}), **books}
    if not groups:
        return
    with company.lock:
        record = company.table("Preferences")["1"]
        merged = {name: {**record.body.get(name, {}), **values} for name, values in groups.items()}
        body = {**record.body, **{n: {k: v for k, v in g.items() if v is not None} for n, g in merged.items()}}
        with company.by_person():
            company.replace(record, body)
        world.changed(company.take_events())


def _arm(world: World, body: dict[str, Any], _request: Request) -> Any:
    world.script.arm(FaultList.model_validate(body).faults)
    return {"faults": world.script.shown()}


def _faults(world: World, _body: dict[str, Any], _request: Request) -> Any:
    return {"faults": world.script.shown()}


def _set_knobs(world: World, body: dict[str, Any], _request: Request) -> Any:
    world.knobs = world.knobs.changed(body)
    return world.knobs.model_dump()


def _knobs(world: World, _body: dict[str, Any], _request: Request) -> Any:
    return world.knobs.model_dump()


def _move_clock(world: World, body: dict[str, Any], _request: Request) -> Any:
    move = ClockMove.model_validate(body)
    if move.now is not None:
        world.clock.move_to(move.now if move.now.tzinfo else move.now.replace(tzinfo=UTC))
    if move.advance_s is not None:
        world.clock.advance(move.advance_s)
    return _clock(world, body, _request)


def _clock(world: World, _body: dict[str, Any], _request: Request) -> Any:
    return {"now": world.clock.now().isoformat(), "offset_s": world.clock.offset_s}


def _set_webhooks(world: World, body: dict[str, Any], _request: Request) -> Any:
    world.webhooks.configure(WebhookConfig.model_validate(body))
    return world.webhooks.shown()


def _webhooks(world: World, _body: dict[str, Any], _request: Request) -> Any:
    return world.webhooks.shown()


def _requests(world: World, _body: dict[str, Any], request: Request) -> Any:
    after = int(request.query.get("after", "0"))
    entries = world.requests.after(after)
    return {"requests": [entry.shown() for entry in entries], "counts": world.requests.counts()}


def _state(world: World, _body: dict[str, Any], _request: Request) -> Any:
    return Response(status=200, body=wire_json.dumps(dumped(world)).encode())


def _restore(world: World, _body: dict[str, Any], request: Request) -> Any:
    restore(world, wire_json.loads(request.body))
    return credentials(world, world.first_company)


def _clear_requests(world: World, _body: dict[str, Any], _request: Request) -> Any:
    world.requests.clear()
    return {"requests": [], "counts": {}}


_HANDLERS: dict[tuple[str, str], Handler] = {
    ("GET", "credentials"): _credentials,
    ("POST", "reset"): _reset,
    ("GET", "companies"): _companies,
    ("POST", "companies"): _add_company,
    ("POST", "companies/"): _change_company,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _arm,
    ("GET", "knobs"): _knobs,
    ("POST", "knobs"): _set_knobs,
    ("GET", "clock"): _clock,
    ("POST", "clock"): _move_clock,
    ("GET", "webhooks"): _webhooks,
    ("POST", "webhooks"): _set_webhooks,
    ("GET", "state"): _state,
    ("POST", "state"): _restore,
    ("GET", "requests"): _requests,
    ("DELETE", "requests"): _clear_requests,
}
