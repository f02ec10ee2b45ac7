"""Batches: up to 30 independent items, each with its own fault (reference §3, §11.24)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qbo_connector.simulator.api.call import Call
from qbo_connector.simulator.api.entity import write_entity
from qbo_connector.simulator.api.mishaps import coded
from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.entities.registry import kind_named
from qbo_connector.simulator.faultcatalogue import gateway_status
from qbo_connector.simulator.faults import IntuitFault, fault, stale, system_failure, throttled
from qbo_connector.simulator.faultscript import CannedAnswer, CodedFault, Mishap, Then
from qbo_connector.simulator.http.messages import Delivery
from qbo_connector.simulator.knobs import Knobs
from qbo_connector.simulator.query.evaluate import run_query

_LONGEST_REQUESTID = 36
_LONGEST_BID = 10
_CUTS = {
    Mishap.HANG_BEFORE_COMMIT: Delivery.HANG,
    Mishap.HANG_AFTER_COMMIT: Delivery.HANG,
    Mishap.RESET_BEFORE_COMMIT: Delivery.RESET,
    Mishap.RESET_AFTER_COMMIT: Delivery.RESET,
}
_BEFORE = frozenset({Mishap.HANG_BEFORE_COMMIT, Mishap.RESET_BEFORE_COMMIT})

Strike = Callable[[int], Then]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRun:
    """What a batch came to. `delivery` is not ANSWER if an item's scripted fault cut it short."""

    responses: list[dict[str, Any]]
    items: int
    writes: bool
    queries: int
    delivery: Delivery = Delivery.ANSWER


def run_batch(company: Company, call: Call, *, strike: Strike, item_ms: int) -> BatchRun:
    """Carry out the items in order. `strike` tells what the fault script holds for the n-th.

    Raises:
        IntuitFault: 1040 for too many items, 2020 without any.
    """
    items = _items(call, company.knobs)
    responses: list[dict[str, Any]] = []
    delivery = Delivery.ANSWER
    for number, item in enumerate(items, start=1):
        mishap = strike(number)
        if isinstance(mishap, Mishap) and mishap in _BEFORE:
            delivery = _CUTS[mishap]
            break
        responses.append(_answer(company, item, mishap, dict(call.request.query)))
        time.sleep(item_ms / 1000)
        if isinstance(mishap, Mishap) and mishap in _CUTS:
            delivery = _CUTS[mishap]
            break
    return BatchRun(
        responses=responses,
        items=len(items),
        writes=any("Query" not in item for item in items),
        queries=sum("Query" in item for item in items),
        delivery=delivery,
    )


def _items(call: Call, knobs: Knobs) -> list[dict[str, Any]]:
    payload = call.payload
    items = payload.get("BatchItemRequest") if isinstance(payload, dict) else None
    items = [items] if isinstance(items, dict) else items  # XML does not tell one from a list of one
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise fault("400", "MalformedRequest", "Batch Request is Empty")  # intuit/QuickBooks-V3-PHP-SDK#528
    if len(items) > knobs.batch_items:
        detail = f"Batch size exceeds allowed limit : {knobs.batch_items}"
        raise fault("1040", "Batch size exceeds allowed limit", detail)
    if call.requestid:
        _check_ids(call.requestid, items, longest_bid=None if knobs.long_bids else _LONGEST_BID)
    return items


def _check_ids(requestid: str, items: list[dict[str, Any]], *, longest_bid: int | None) -> None:
    bids = (str(item.get("bId", "")) for item in items)
    too_long = longest_bid is not None and any(len(bid) > longest_bid for bid in bids)
    if too_long or len(requestid) > _LONGEST_REQUESTID:
        raise fault(
            "2130",
            "Invalid Request Id Format",
            f"With a requestid of at most {_LONGEST_REQUESTID} characters a bId may have {_LONGEST_BID}",
        )


def _answer(company: Company, item: dict[str, Any], mishap: Then, query: dict[str, str]) -> dict[str, Any]:
    try:
        struck = _item_fault(company, mishap)
        if struck is not None:
            raise struck
        with company.lock:
            answer = _carry_out(company, item, query)
    except IntuitFault as refused:
        answer = {"Fault": refused.on_wire()}
    return {**answer, "bId": item.get("bId", "")}


def _item_fault(company: Company, mishap: Then) -> IntuitFault | None:
    if isinstance(mishap, CannedAnswer):
        return fault(str(mishap.status), "Scripted fault", str(mishap.body))
    if isinstance(mishap, CodedFault):
        return coded(mishap) if gateway_status(mishap.code) is None else throttled()
    match mishap:
        case Mishap.THROTTLE | Mishap.THROTTLE_XML:
            return throttled()
        case Mishap.STALE:
            return stale(company.user)
        case Mishap.HTTP_500 | Mishap.HTTP_503_HTML | Mishap.FAULT_IN_200 | Mishap.EXPIRED_TOKEN:
            return system_failure("java.lang.NullPointerException")
        case _:
            return None


def _carry_out(company: Company, item: dict[str, Any], query: dict[str, str]) -> dict[str, Any]:
    if "Query" in item:
        return {"QueryResponse": run_query(company, str(item["Query"]))}
    for name, payload in item.items():
        kind = kind_named(name)
        if kind is not None and name not in {"bId", "operation"}:
            return write_entity(company, kind, _operation(item, payload), payload, _options(item, query))
    raise fault("2000", "Invalid Object Name", "The batch item names no entity that QuickBooks knows")


def _operation(item: dict[str, Any], payload: Any) -> str:
    """What the item says, or what its payload suggests."""
    if "void" in str(item.get("optionsData", "")).lower():
        return "void_include"
    known = isinstance(payload, dict) and payload.get("Id")
    return str(item.get("operation") or ("update" if known else "create")).lower()


def _options(item: dict[str, Any], query: dict[str, str]) -> dict[str, str]:
    """An item may carry its own `optionsData`, such as allowduplicatedocnum or void."""
    return {**query, "include": str(item.get("optionsData", query.get("include", "")))}
