"""What can be read out of a fault's words: which document, which lengths, which list entry, which field."""

import re
from enum import StrEnum

from qbo_connector.qbo.faults.context import Context
from qbo_connector.qbo.faults.fields import word_for
from qbo_connector.qbo.faults.value import Fault
from qbo_connector.qbo.scrub import shortened, without_secrets


class Subject(StrEnum):
    """What a fault about a reference points to."""

    CUSTOMER = "customer"
    VENDOR = "vendor"
    ITEM = "item"
    TAX_CODE = "tax code"
    ACCOUNT = "account"
    ENTRY = "entry"
    DOCUMENT = "document"
    UNKNOWN = "unknown"


_DUPLICATE = re.compile(
    r"DocNumber=(?P<number>.*?) is assigned to "
    r"TxnType=(?P<txn_type>[\w ]{1,40}?) with TxnId=(?P<txn_id>-?\d{1,25})",
    re.DOTALL,
)
_LENGTHS = re.compile(
    r"Min:\s*(?P<least>[\d,]+)\s+Max:\s*(?P<limit>[\d,]+).*?Supplied length:\s*(?P<length>[\d,]+)", re.DOTALL
)
_ENTRY = re.compile(
    r":\s*(?P<list>[A-Za-z][A-Za-z ]{0,40}?) element id (?P<id>[\w-]{1,40}) not found", re.IGNORECASE
)
_PARAMETER = re.compile(r"Required parameter (?P<parameter>[\w.\[\]/]{1,100}) is missing", re.IGNORECASE)
_SUPPLIED = re.compile(r"Supplied value:\s*(?P<value>.{1,200})", re.DOTALL)
_ENUM = re.compile(r"Invalid Enumeration\s*:\s*(?P<value>\S.{0,100})", re.IGNORECASE)

_LISTS = {
    "account": Subject.ACCOUNT,
    "customer": Subject.CUSTOMER,
    "vendor": Subject.VENDOR,
    "item": Subject.ITEM,
    "product": Subject.ITEM,
    "tax": Subject.TAX_CODE,
    "class": Subject.ENTRY,
    "department": Subject.ENTRY,
    "location": Subject.ENTRY,
    "term": Subject.ENTRY,
    "paymentmethod": Subject.ENTRY,
    "payment method": Subject.ENTRY,
}
_OWN_LISTS = {"customer": Subject.CUSTOMER, "vendor": Subject.VENDOR, "item": Subject.ITEM}
_BOUGHT = frozenset({"bill", "billpayment", "vendorcredit", "purchase", "purchaseorder", "vendor"})


def pointed_at(fault: Fault, context: Context) -> Subject:
    """What a 610 or a 2500 is about, as far as its words, its element and the request tell."""
    if "deleted this transaction" in fault.detail.lower():
        return Subject.DOCUMENT
    entry = _ENTRY.search(fault.detail)
    named = _list_subject(entry["list"] if entry else "", context) or _element_subject(fault.element)
    if named:
        return named
    if context.only_itself:
        return Subject.DOCUMENT
    if context.operation == "read":
        return _OWN_LISTS.get(context.entity, Subject.UNKNOWN)
    return Subject.UNKNOWN


def parameter(fault: Fault) -> str:
    """The parameter a 2020 misses: from its words, else its element."""
    found = _PARAMETER.search(fault.detail)
    return found["parameter"] if found else fault.element


def pieces(fault: Fault) -> dict[str, str]:
    """The values that a sentence or a repair needs, by name; absent ones are left out.

    6140: ``number``, ``txn_type``, ``txn_id``, and ``other_document`` in words · 2050: ``length``, ``limit`` ·
    2500: ``list``, ``id`` · 2020: ``parameter`` · anywhere: ``element``, ``field`` (in the words of the screens),
    ``value``.
    """
    found: dict[str, str] = {}
    for pattern in (_DUPLICATE, _LENGTHS, _ENTRY, _PARAMETER, _SUPPLIED, _ENUM):
        match = pattern.search(fault.detail)
        if match:
            found |= {name: _clean(value) for name, value in match.groupdict().items() if value}
    for name in {"length", "limit"} & found.keys():
        found[name] = found[name].replace(",", "")
    found.pop("least", None)
    if "txn_type" in found:
        found["other_document"] = f"{found['txn_type'].lower()} {found.get('number', '')}".strip()
    element = fault.element or found.get("parameter", "")
    if element:
        found["element"] = element
        found["field"] = word_for(element)
    return {name: value for name, value in found.items() if value}


def _clean(value: str) -> str:
    return shortened(" ".join(without_secrets(value).split()), 100)


def _list_subject(name: str, context: Context) -> Subject | None:
    """``Names`` is the one list of customers, vendors and employees; the document tells which."""
    name = name.strip().lower()
    if name.rstrip("s") == "name":
        return Subject.VENDOR if context.entity in _BOUGHT else Subject.CUSTOMER
    return next((subject for start, subject in _LISTS.items() if name.startswith(start)), None)


def _element_subject(element: str) -> Subject | None:
    name = element.replace("/", ".").rsplit(".", 1)[-1].lower()
    if name.endswith("accountref"):
        return Subject.ACCOUNT
    return next((subject for start, subject in _LISTS.items() if name.startswith(start)), None)
