"""What people corrected of one document, for QuickBooks only: a number, a date, a name, a text.

A correction of a date or text was made of what the source said then. When that changes in the source, its newer
word counts; as long as it says the same, or says it again, the correction does.
"""

from collections.abc import Mapping
from typing import Any

from qbo_connector.canonical import Invoice
from qbo_connector.errors import DocumentInvalid
from qbo_connector.plan.keeping import DATES

FIELDS = {"customer name": "name", "billing e-mail": "email"}
"""Fields that may be corrected, as screens name them."""

NUMBER = "number"
VALUE, INSTEAD_OF = "value", "instead_of"


def with_overrides(document: Invoice, answers: Mapping[str, Any]) -> Invoice:
    """The document with what a person corrected for QuickBooks only: a number, a date, a name, an address.

    A date that was right when it was given, and is not beside what the source says since, gives way.

    Raises:
        DocumentInvalid: the correction itself cannot be right.
    """
    told = counting(document, answers)
    try:
        return corrected(document, told)
    except DocumentInvalid:
        lasting = {
            name: value for name, value in told.items() if name not in DATES or not isinstance(value, Mapping)
        }
        return corrected(document, lasting)


def counting(document: Invoice, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers without corrections of what the document does not say any more."""
    return {name: value for name, value in answers.items() if _counts(document, name, value)}


def corrected(document: Invoice, told: Mapping[str, Any]) -> Invoice:
    """The document with these corrections, whatever they were made of.

    Raises:
        DocumentInvalid: they cannot be right together.
    """
    own = {name: _value(told[name]) for name in (NUMBER, *DATES) if name in told}
    party = {FIELDS[name]: _value(value) for name, value in told.items() if name in FIELDS}
    if party:
        own["customer"] = document.customer.but(**party)
    return document.but(**own) if own else document


def correction(given: Invoice, name: str, value: str) -> dict[str, Any]:
    """The answer that corrects a field of the document as its source gives it."""
    return {name: {VALUE: value, INSTEAD_OF: said_by_source(given, name)}}


def said_by_source(given: Invoice, name: str) -> str:
    """What the document says in a field that may be corrected."""
    if name in FIELDS:
        return str(getattr(given.customer, FIELDS[name]))
    day = getattr(given, name)
    return str(day.isoformat()) if day else ""


def _counts(document: Invoice, name: str, told: Any) -> bool:
    """A correction without what it stood against was made by an earlier version, and stays."""
    if not isinstance(told, Mapping) or INSTEAD_OF not in told:
        return True
    return bool(told[INSTEAD_OF] == said_by_source(document, name))


def _value(told: Any) -> Any:
    return told[VALUE] if isinstance(told, Mapping) else told
