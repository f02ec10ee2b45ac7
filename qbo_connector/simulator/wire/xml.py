"""The same answers as XML, which QuickBooks gives to whoever does not ask for JSON."""

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from qbo_connector.simulator.wire.json import scalar

NAMESPACE = "http://schema.intuit.com/finance/v3"
_ATTRIBUTES = frozenset(
    {"domain", "sparse", "status", "name", "type", "startPosition", "maxResults", "totalCount"}
)


def response_xml(payload: dict[str, Any], *, time: str | None) -> str:
    """An `IntuitResponse` around an answer's keys."""
    moment = f" time={quoteattr(time)}" if time else ""
    inner = "".join(_element(name, value) for name, value in payload.items() if name != "time")
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<IntuitResponse xmlns="{NAMESPACE}"{moment}>{inner}</IntuitResponse>'
    )


def fault_xml(fault: dict[str, Any], *, time: str) -> str:
    """A Fault alone, as the throttle sends it."""
    return response_xml({"Fault": fault}, time=time)


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, member) for member in value)
    if name == "Error":
        return _error(value)
    if not isinstance(value, dict):
        return f"<{name}>{escape(_text(value))}</{name}>"
    if name.endswith("Ref") and "value" in value:
        attributes = "".join(f" {key}={quoteattr(_text(value[key]))}" for key in ("name", "type") if key in value)
        return f"<{name}{attributes}>{escape(_text(value['value']))}</{name}>"
    return _object(name, value)


def _object(name: str, value: dict[str, Any]) -> str:
    entity = "SyncToken" in value or "domain" in value or name == "QueryResponse"
    named = (_ATTRIBUTES - {"name", "type", "status"}) if entity else frozenset[str]()
    if "status" in value and entity:
        named |= {"status"}
    if name == "Fault":
        named = frozenset({"type"})
    attributes = "".join(f" {key}={quoteattr(_text(value[key]))}" for key in value if key in named)
    inner = "".join(_element(key, member) for key, member in value.items() if key not in named)
    return f"<{name}{attributes}>{inner}</{name}>"


def _error(value: dict[str, Any]) -> str:
    element = f" element={quoteattr(str(value['element']))}" if value.get("element") else ""
    return (
        f"<Error code={quoteattr(str(value['code']))}{element}><Message>{escape(str(value['Message']))}</Message>"
        f"<Detail>{escape(str(value['Detail']))}</Detail></Error>"
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else scalar(value)
