"""Calls and armed faults as the first page shows them."""

import re
from collections.abc import Callable
from typing import Any

from qbo_connector.simulator.pages.text import pretty
from qbo_connector.simulator.requestlog import Entry, readable

_GOOD = 200
_COMPANY = re.compile(r"^/v3/company/\d+")

FILTERS: dict[str, Callable[[Entry], bool]] = {
    "all": lambda _entry: True,
    "writes": lambda entry: entry.method == "POST" and entry.operation not in {"query", "cdc"},
    "refused": lambda entry: not _is_good(entry),
}


def shown(entry: Entry, names: dict[str, str]) -> dict[str, Any]:
    """One call: what it was, how it went, and both bodies."""
    return {
        "n": entry.n,
        "at": entry.at.strftime("%H:%M:%S"),
        "what": f"{entry.operation} {entry.entity}".strip(),
        "company": names.get(entry.realm_id, entry.realm_id),
        "method": entry.method,
        "path": _COMPANY.sub("…", entry.path),
        "query": [(name, value) for name, value in entry.query.items() if name != "minorversion"],
        "status": entry.status or "cut",
        "good": _is_good(entry),
        "fault_code": entry.fault_code,
        "reason": _reason(entry) if entry.fault_code else "",
        "replayed": entry.replayed,
        "duration_ms": round(entry.duration_ms, 1),
        "request": pretty(entry.request_body),
        "response": pretty(entry.response_body),
    }


def armed(fault: dict[str, Any]) -> dict[str, str]:
    """One line of the script in words."""
    then, match = fault["then"], fault["match"]
    if isinstance(then, str):
        what = then.replace("_", " ")
    elif then:
        what = f"fault {then['code']}" if "code" in then else f"answer {then['status']}"
    else:
        what = f"slow by {fault['after_s']} s"
    left = "every time" if fault["times"] is None else f"{fault['times'] - fault['fired']} left"
    subject = f"{match['method'] or 'any call'} {match['path'] or ''}".strip()
    item = f", item {match['item']} of a batch" if match["item"] else ""
    return {"what": what, "subject": subject + item, "left": left}


def _is_good(entry: Entry) -> bool:
    return not entry.fault_code and entry.status == _GOOD


def _reason(entry: Entry) -> str:
    """The first error's sentence, in whichever envelope."""
    body = readable(entry.response_body)
    fault = body.get("Fault") or body.get("fault") if isinstance(body, dict) else None
    errors = (fault.get("Error") or fault.get("error") or []) if isinstance(fault, dict) else []
    first = errors[0] if errors else {}
    return str(first.get("Detail") or first.get("message") or "")
