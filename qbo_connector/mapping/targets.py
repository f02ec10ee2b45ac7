"""Fields of an invoice in QuickBooks that a mapping can fill, beside those that every sync fills.

Some stand on every form; the custom fields are the company's own, with the names it gave them (H-58).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from qbo_connector.canonical.company import Company
from qbo_connector.mapping import limits

CUSTOM = "custom:"
"""Stands before the definition id of a custom field."""


class TargetKind(StrEnum):
    """What a field can hold."""

    TEXT = "text"
    DATE = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One field. `limit` is how many characters fit."""

    key: str
    label: str
    kind: TargetKind = TargetKind.TEXT
    limit: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A field with the text that goes there; an empty text empties it."""

    target: Target
    text: str


CUSTOMER_MEMO = Target(key="customer_memo", label="Message on invoice", limit=limits.CUSTOMER_MEMO)
PRIVATE_NOTE = Target(key="private_note", label="Memo on statement", limit=limits.PRIVATE_NOTE)
TRACKING = Target(key="tracking_number", label="Tracking no.", limit=limits.TRACKING_NUMBER)
SHIP_METHOD = Target(key="ship_method", label="Ship via", limit=limits.SHIP_METHOD)
SHIP_DATE = Target(key="ship_date", label="Shipping date", kind=TargetKind.DATE)
STANDING = (CUSTOMER_MEMO, PRIVATE_NOTE, TRACKING, SHIP_METHOD, SHIP_DATE)


def targets(company: Company) -> tuple[Target, ...]:
    """Everything that can be filled in this company, its own custom fields last."""
    own = (
        Target(key=f"{CUSTOM}{number}", label=name, limit=limits.CUSTOM_FIELD)
        for number, name in company.custom_fields
    )
    return (*STANDING, *own)


def find_target(company: Company, key: str) -> Target | None:
    """The field of this key; None where the company does not have it, or not any more."""
    return next((target for target in targets(company) if target.key == key), None)


def filled_body(filled: Iterable[Filled]) -> dict[str, Any]:
    """The part of an invoice's body that these fields are."""
    body: dict[str, Any] = {}
    custom: list[dict[str, str]] = []
    for one in filled:
        if one.target.key.startswith(CUSTOM):
            custom.append(_custom_field(one))
        else:
            name, value = _standing_field(one)
            body[name] = value
    return body | ({"CustomField": custom} if custom else {})


def _standing_field(one: Filled) -> tuple[str, Any]:
    names = {
        CUSTOMER_MEMO.key: ("CustomerMemo", {"value": one.text}),
        PRIVATE_NOTE.key: ("PrivateNote", one.text),
        TRACKING.key: ("TrackingNum", one.text),
        SHIP_METHOD.key: ("ShipMethodRef", {"value": one.text}),
        SHIP_DATE.key: ("ShipDate", one.text),
    }
    return names[one.target.key]


def _custom_field(one: Filled) -> dict[str, str]:
    return {
        "DefinitionId": one.target.key.removeprefix(CUSTOM),
        "Name": one.target.label,
        "Type": "StringType",
        "StringValue": one.text,
    }
