"""What people keep of a document as it stands in QuickBooks goes in the place of what the source says (H-34).

It stood against one value of the source: when that changes there, the newer word is the source's, and it counts.
Dates are kept in the document itself, since other things hang on them.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from qbo_connector.canonical import Address
from qbo_connector.mapping.sales_form import SalesForm
from qbo_connector.policy.answers import Kept

TEXTS = frozenset({"email", "customer_memo", "private_note"})
DATES = frozenset({"issue_date", "due_date"})
ADDRESSES = frozenset({"billing_address", "shipping_address"})


def with_kept(form: SalesForm, kept: Mapping[str, Kept]) -> SalesForm:
    """The form of the source's values with those that were kept and still stand."""
    for key, one in kept.items():
        if said_of(form, key) == one.instead_of:
            form = _filled(form, key, one.value)
    return form


def said_of(form: SalesForm, key: str) -> str | None:
    """What a form says in a field that can be kept; None where it does not fill it."""
    for one in form.mapped:
        if one.target.key == key:
            return one.text
    if key in ADDRESSES:
        address: Address = getattr(form, key)
        return address.model_dump_json()
    if key in DATES:
        day = getattr(form, key)
        return day.isoformat() if day else None
    text: str | None = getattr(form, key) if key in TEXTS else None
    return text


def _filled(form: SalesForm, key: str, value: str) -> SalesForm:
    if any(one.target.key == key for one in form.mapped):
        mapped = tuple(replace(one, text=value) if one.target.key == key else one for one in form.mapped)
        return replace(form, mapped=mapped)
    told: dict[str, Any] = {key: Address.model_validate_json(value) if key in ADDRESSES else value}
    return replace(form, **told)
