"""What the stage answers: one record, its preview, and the acts of the operation a button starts."""

from dataclasses import dataclass, field
from threading import Event
from typing import Any

Json = dict[str, Any]

QUICKBOOKS = {"url": "https://qbo.example/app/invoice?txnId=145", "number": "W-1042"}
DOCUMENT = {
    "number": "W-1042",
    "customer": "Acme Retail LLC",
    "amount": "1250.00",
    "currency": "USD",
    "status": "open",
}


@dataclass(kw_only=True)
class Script:
    """One performance. ``acts`` are played one after the other, each after its delay in seconds."""

    record: Json
    after: Json | None = None
    preview: Json = field(default_factory=dict)
    acts: list[tuple[float, Json]] = field(default_factory=list)
    refusal: tuple[int, Json] | None = None
    fix_refusal: tuple[int, Json] | None = None
    choices: list[Json] = field(default_factory=list)
    running: str = ""
    """An operation that somebody started before the page was opened."""
    record_held: Event | None = None
    """The first answer waits for this."""
    preview_held: Event | None = None
    """Each preview waits for this."""


def record(state: str, **changes: Any) -> Json:
    """A record in this state, as ``GET record`` answers it."""
    return {
        "state": state,
        "kind": "invoice",
        "document": DOCUMENT,
        "checks": [],
        "finding": None,
        "quickbooks": None,
        "copies": [],
        "actions": ["sync", "preview"],
        "changes": 0,
        "compare": [],
        "operation": None,
        "last_synced_at": None,
        "first_sync": False,
        **changes,
    }


def finding(code: str, cls: str, *, fixes: list[Json] | None = None, **words: Any) -> Json:
    """A finding with words; what is not said stays out."""
    return {
        "code": code,
        "class": cls,
        "sentence": words.get("sentence", "QuickBooks has a rule here."),
        "explanation": words.get("explanation", ""),
        "remedy": words.get("remedy", ""),
        "details": words.get("details", {}),
        "fixes": fixes or [],
        "count": words.get("count", 1),
        "first_seen_at": "2026-11-20T09:00:00Z",
        "last_seen_at": "2026-11-22T09:12:00Z",
    }


def fix(action: str, button: str, **more: Any) -> Json:
    """One button of a finding."""
    return {"action": action, "button": button, "allowed": True, "inputs": [], "url": None, **more}


def preview(**changes: Any) -> Json:
    """A preview of two lines with a discount and tax, equal to the cent."""
    return {
        "plan_fingerprint": "plan-1",
        "decision": "create",
        "rows": [
            {"source": "Number", "quickbooks": "Invoice no.", "value": "W-1042"},
            {"source": "Customer", "quickbooks": "Customer", "value": "Acme Retail LLC"},
            {"source": "Due date", "quickbooks": "Due date", "value": "Dec 21, 2026"},
            {"source": "Location", "quickbooks": "Location", "value": "Portland Store"},
        ],
        "lines": [
            {
                "item": "Stoneware Mug (Blue)",
                "description": "Hand-thrown, 0.4 l",
                "quantity": "48",
                "unit_price": "24.00",
                "amount": "1152.00",
            },
            {
                "item": "Gift Box",
                "description": "Gift Box",
                "quantity": "12",
                "unit_price": "9.50",
                "amount": "114.00",
            },
        ],
        "discount": "116.00",
        "tax": "100.00",
        "total": "1250.00",
        "quickbooks_total": "1250.00",
        "equal": True,
        "creates": ["Customer Acme Retail LLC", "Item Stoneware Mug (Blue)"],
        "warnings": [],
        "refusals": [],
        "calls": 3,
        "changes": [],
        **changes,
    }


def act(state: str, **changes: Any) -> Json:
    """One moment of an operation, as ``GET operations/<id>`` answers it."""
    return {
        "state": state,
        "phase": "",
        "outcome": None,
        "finding": None,
        "quickbooks": None,
        "retry_at": None,
        **changes,
    }


def synced(**changes: Any) -> Json:
    """The record after a good sync."""
    usual = {"quickbooks": QUICKBOOKS, "actions": ["preview", "undo"], "last_synced_at": "2026-11-22T09:12:00Z"}
    return record("synced", **usual | changes)


def done(**changes: Any) -> Json:
    """The last act of a good sync."""
    return act("done", outcome="synced", quickbooks=QUICKBOOKS, **changes)
