"""The same answers as XML, which QuickBooks gives to whoever does not ask for JSON."""

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from qbo_connector.simulator.wire.json import scalar

NAMESPACE = "http://schema.intuit.com/finance/v3"
_OF_ENTITIES = frozenset({"domain", "sparse", "status"})
_OF_ELEMENTS = {
    "QueryResponse": frozenset({"startPosition", "maxResults", "totalCount"}),
    "BatchItemResponse": frozenset({"bId"}),
    "Fault": frozenset({"type"}),
    "Row": frozenset({"type", "group"}),
    "ColData": frozenset({"value", "id"}),
}
_SIMPLE = frozenset({"value", "name", "type", "id"})  # a reference or a memo: text with attributes


def response_xml(payload: dict[str, Any], *, time: str | None) -> str:
    """An `IntuitResponse` around an answer's keys."""
    moment = f" time={quoteattr(time)}" if time else ""
    return _document("IntuitResponse", payload, attributes=moment)


def report_xml(report: dict[str, Any]) -> str:
    """A report, which stands alone as `Report`."""
    return _document("Report", report)


def _document(root: str, payload: dict[str, Any], *, attributes: str = "") -> str:
    inner = "".join(_element(name, value) for name, value in payload.items())
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return f'{head}<{root} xmlns="{NAMESPACE}"{attributes}>{inner}</{root}>'


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
    if "value" in value and name not in _OF_ELEMENTS and _SIMPLE.issuperset(value):
        attributes = _attributes(value, _SIMPLE - {"value"})
        return f"<{name}{attributes}>{escape(_text(value['value']))}</{name}>"
    return _object(name, value)


def _object(name: str, value: dict[str, Any]) -> str:
    named = _OF_ENTITIES if "domain" in value else _OF_ELEMENTS.get(name, frozenset[str]())
    members = _base_first(value) if "domain" in value else value
    inner = "".join(_element(key, member) for key, member in members.items() if key not in named)
    return f"<{name}{_attributes(value, named)}>{inner}</{name}>"


def _base_first(entity: dict[str, Any]) -> dict[str, Any]:
    """XML writes what all entities share before what is an entity's own; JSON does it the other way round."""
    names = list(entity)
    at = names.index("domain")
    return {name: entity[name] for name in (*names[at:], *names[:at])}


def _attributes(value: dict[str, Any], names: frozenset[str]) -> str:
    return "".join(f" {name}={quoteattr(_text(value[name]))}" for name in value if name in names)


def _error(value: dict[str, Any]) -> str:
    element = f" element={quoteattr(str(value['element']))}" if value.get("element") else ""
    return (
        f"<Error code={quoteattr(str(value['code']))}{element}><Message>{escape(str(value['Message']))}</Message>"
        f"<Detail>{escape(str(value['Detail']))}</Detail></Error>"
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else scalar(value)
