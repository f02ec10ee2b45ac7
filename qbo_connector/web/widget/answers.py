"""The use cases' values as the JSON of the widget. Money and figures leave as text, moments as ISO 8601."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from qbo_connector.sync.asks import OperationView
from qbo_connector.sync.look import CopyView, PreviewView, RecordView
from qbo_connector.sync.views import CheckView, ComparedView, FindingView, FixView, QuickBooksLink

if TYPE_CHECKING:
    from qbo_connector.canonical import FieldChange

Json = dict[str, Any]
WHOLE_LINE = re.compile(r"lines\[[^\]]*\]")


def moment(value: datetime | None) -> str | None:
    """``2026-11-22T09:12:00Z``."""
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def finding_json(view: FindingView) -> Json:
    """A finding with its buttons."""
    return {
        "code": view.code,
        "class": view.cls,
        "sentence": view.sentence,
        "explanation": view.explanation,
        "remedy": view.remedy,
        "details": dict(view.details),
        "fixes": [fix_json(fix) for fix in view.fixes],
        "count": view.count,
        "first_seen_at": moment(view.first_seen_at),
        "last_seen_at": moment(view.last_seen_at),
    }


def fix_json(view: FixView) -> Json:
    """A button with the answers it needs; what is known already is filled in."""
    names = (*view.inputs, *(name for name in view.preset if name not in view.inputs))
    return {
        "action": view.action,
        "button": view.button,
        "allowed": view.allowed,
        "writes": view.writes,
        "url": view.url,
        "inputs": [_input_json(view, name) for name in names],
    }


def _input_json(view: FixView, name: str) -> Json:
    """One answer; with what can be chosen where that differs from finding to finding."""
    asked = {"name": name, "value": view.preset.get(name), "answered": name in view.settled}
    if name not in view.choices:
        return asked
    return {**asked, "choices": [{"value": value, "label": label} for value, label in view.choices[name]]}


def check_json(view: CheckView) -> Json:
    """One check of the list, passed or with its repair."""
    return {
        "code": view.code,
        "passed": view.passed,
        "state": view.state,
        "sentence": view.sentence,
        "explanation": view.explanation,
        "remedy": view.remedy,
        "fixes": [fix_json(fix) for fix in view.fixes],
        "stands": view.stands,
    }


def link_json(view: QuickBooksLink | None) -> Json | None:
    """A document in QuickBooks."""
    return None if view is None else {"url": view.url, "number": view.number}


def record_json(kind: str, view: RecordView) -> Json:
    """Where the record stands."""
    document = view.document
    return {
        "state": view.state,
        "kind": kind,
        "document": None
        if document is None
        else {
            "number": document.number,
            "customer": document.customer,
            "amount": document.amount,
            "currency": document.currency,
            "status": document.status,
        },
        "checks": [check_json(check) for check in view.checks],
        "finding": finding_json(view.finding) if view.finding else None,
        "quickbooks": link_json(view.quickbooks),
        "copies": _copies(view.copies),
        "actions": list(view.actions),
        "changes": view.changes,
        "last_synced_at": moment(view.last_synced_at),
        "first_sync": view.first_sync,
        "operation": view.operation,
        "shadow": view.shadow,
        "compare": [_compared(row) for row in view.compare],
    }


def _compared(view: ComparedView) -> Json:
    """A field of both versions: `field` for people, `key` for the answer that names its winner."""
    return {
        "key": view.key,
        "field": view.field,
        "source": view.source,
        "quickbooks": view.quickbooks,
        "winners": list(view.winners),
        "why": view.why,
    }


def preview_json(view: PreviewView) -> Json:
    """What a sync would do."""
    return {
        "plan_fingerprint": view.plan_fingerprint,
        "decision": view.decision,
        "rows": [{"source": source, "quickbooks": target, "value": value} for source, target, value in view.rows],
        "lines": [dict(line) for line in view.lines],
        "discount": view.discount,
        "shipping": view.shipping,
        "tax": view.tax,
        "total": view.total,
        "quickbooks_total": view.quickbooks_total,
        "equal": view.equal,
        "creates": list(view.creates),
        "warnings": [finding_json(finding) for finding in view.warnings],
        "refusals": [finding_json(finding) for finding in view.refusals],
        "calls": view.calls,
        "changes": changes_json(view.changes),
    }


def changes_json(changes: "Iterable[FieldChange]") -> list[Json]:
    """Fields that differ: before at the last sync, and now."""
    return [_change(change) for change in changes]


def _change(change: "FieldChange") -> Json:
    if WHOLE_LINE.fullmatch(change.path):
        whole = ("a line", "removed") if change.after is None else (None, "a new line")
        return {"field": "line", "before": whole[0], "now": whole[1]}
    label = f"line {change.label}" if change.path.startswith("lines[") else change.label
    return {"field": label, "before": change.before, "now": change.after}


def operation_json(view: OperationView) -> Json:
    """How far an operation is."""
    return {
        "id": view.id,
        "version": view.version,
        "state": view.state,
        "phase": view.phase,
        "outcome": view.outcome,
        "finding": finding_json(view.finding) if view.finding else None,
        "quickbooks": link_json(view.quickbooks),
        "retry_at": moment(view.retry_at),
    }


def _copies(copies: Iterable[CopyView]) -> list[Json]:
    """The newest first, counted from the oldest."""
    oldest_first = sorted(copies, key=lambda copy: (copy.synced_at is not None, copy.synced_at))
    counted = enumerate(oldest_first, start=1)
    numbered = [
        {"ordinal": ordinal, "number": copy.number, "url": copy.url, "synced_at": moment(copy.synced_at)}
        for ordinal, copy in counted
    ]
    return numbered[::-1]
