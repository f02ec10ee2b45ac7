"""Requests in XML, read into the same form as requests in JSON."""

from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring


class XmlObject(dict[str, Any]):
    """An object that came as XML. Unlike JSON's, its unknown members are passed over in silence."""


def is_xml(content_type: str) -> bool:
    """Whether a content type means XML."""
    return "xml" in content_type.lower()


def read_xml(body: bytes) -> dict[str, Any]:
    """An entity in XML as an object; attributes and elements alike become its fields.

    Raises:
        ValueError: not well-formed, or with tricks such as entities.
    """
    try:
        root = fromstring(body)
    except (ParseError, DefusedXmlException) as err:
        raise ValueError(str(err)) from err
    read = _object(root)
    return read if isinstance(read, dict) else {}


def _object(element: Element) -> Any:
    children = list(element)
    attributes: dict[str, Any] = {name: value for name, value in element.attrib.items() if "}" not in name}
    text = (element.text or "").strip()
    if not children:
        name = _name(element)
        return {"value": text, **attributes} if attributes or name.endswith("Ref") else text
    out = XmlObject(attributes)
    for child in children:
        name, value = _name(child), _object(child)
        if name not in out:
            out[name] = value
        elif isinstance(out[name], list):
            out[name].append(value)
        else:
            out[name] = [out[name], value]
    return out


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]
