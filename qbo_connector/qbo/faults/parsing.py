"""Finds faults wherever QuickBooks puts them.

``{"Fault": {"Error": [...]}}`` is the documented shape. The sign-in layer writes everything in lower case,
throttling has come as XML even where JSON was asked for, an upload or a batch carries faults inside an answer
with status 200, and a gateway answers in HTML, which holds none.
"""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from qbo_connector.qbo.decoding import decoded, text_of
from qbo_connector.qbo.faults.value import Fault
from qbo_connector.qbo.scrub import shortened, without_secrets

_LONGEST_TEXT = 4000
_MOST_ERRORS = 100
_GOOD = range(200, 300)
_SIGN_OF_A_FAULT = re.compile(rb"""[Ff]ault["'>\s]""")
_ENVELOPES = ("CDCResponse", "AttachableResponse", "BatchItemResponse", "QueryResponse")


def parse(status: int, content_type: str, body: bytes) -> tuple[Fault, ...]:
    """All faults of an answer, in its order; empty for HTML, junk, an empty body and a good answer.

    Args:
        status: HTTP status. A good one with no sign of a fault in its bytes is not decoded at all.
        content_type: tells the charset. Whether it is JSON or XML the first character says, since throttling
            has come as XML under any name.
        body: the answer's bytes.
    """
    if status in _GOOD and not _SIGN_OF_A_FAULT.search(body):
        return ()
    text = text_of(body, content_type).strip()
    if text.startswith("{"):
        return _from_json(text)
    return _from_xml(text) if text.startswith("<") else ()


def faults_in(document: Any) -> tuple[Fault, ...]:
    """All faults of decoded JSON: at the top, in one item of a batch, or inside an envelope of several."""
    return tuple(_errors(document))[:_MOST_ERRORS]


def _from_json(text: str) -> tuple[Fault, ...]:
    try:
        return faults_in(decoded(text))
    except ValueError:
        return ()


def _errors(document: Any) -> Iterator[Fault]:
    if not isinstance(document, dict):
        return
    for key in ("Fault", "fault"):
        fault = document.get(key)
        if isinstance(fault, dict):
            yield from _of_fault(fault)
    for name in _ENVELOPES:
        for inner in _several(document.get(name)):
            yield from _errors(inner)


def _of_fault(fault: dict[str, Any]) -> Iterator[Fault]:
    kind = _text(fault, "type")
    errors = [each for each in _several(_either(fault, "Error")) if isinstance(each, dict)]
    if not errors:
        yield Fault(code="", type=kind)
    for error in errors:
        yield _fault(
            code=_text(error, "code"),
            message=_text(error, "Message"),
            detail=_text(error, "Detail"),
            element=_text(error, "element"),
            kind=kind,
        )


def _from_xml(text: str) -> tuple[Fault, ...]:
    try:
        root: Element = fromstring(text)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return ()
    return tuple(_xml_errors(root))[:_MOST_ERRORS]


def _xml_errors(root: Element) -> Iterator[Fault]:
    for fault in root.iter():
        if _local(fault.tag).lower() != "fault":
            continue
        for error in (child for child in fault if _local(child.tag).lower() == "error"):
            words = {_local(child.tag).lower(): "".join(child.itertext()) for child in error}
            yield _fault(
                code=error.get("code", ""),
                message=words.get("message", ""),
                detail=words.get("detail", ""),
                element=error.get("element", ""),
                kind=fault.get("type", ""),
            )


def _fault(*, code: str, message: str, detail: str, element: str, kind: str) -> Fault:
    code = code.strip()
    return Fault(
        code=(code.lstrip("0") or "0") if code.isdigit() else shortened(code, 20),
        message=_kept(message),
        detail=_kept(detail),
        element=shortened(element.strip(), 100),
        type=shortened(kind, 50),
    )


def _kept(text: str) -> str:
    return shortened(without_secrets(text.strip()), _LONGEST_TEXT)


def _either(holder: dict[str, Any], key: str) -> Any:
    """The value under ``key`` in either spelling: ``Error`` or ``error``."""
    return holder[key] if key in holder else holder.get(key.lower())


def _text(holder: dict[str, Any], key: str) -> str:
    value = _either(holder, key)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _several(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) else []


def _local(tag: Any) -> str:
    """The tag without its namespace; comments and instructions have none."""
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""
