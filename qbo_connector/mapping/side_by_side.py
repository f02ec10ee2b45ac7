"""An invoice as it shall stand beside the one that stands in QuickBooks, field by field, for people to choose."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qbo_connector.canonical.days import day_in_words
from qbo_connector.canonical.party import Address
from qbo_connector.mapping import limits
from qbo_connector.mapping.address import FIELDS as ADDRESS
from qbo_connector.mapping.address import address_body
from qbo_connector.mapping.arrival import is_in
from qbo_connector.mapping.difference import SHOWN, Difference
from qbo_connector.mapping.lines_beside import LINE, TAX_DETAIL, amount_differences, line_differences
from qbo_connector.mapping.targets import CUSTOM

ISSUE_DATE, DUE_DATE = "issue_date", "due_date"
CUSTOM_FIELDS = "CustomField"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One field: its key for programs, its words for people, its name in QuickBooks.

    `keeps` says whether what stands there can be said back as it is. Of references and amounts only the source
    knows what they mean.
    """

    key: str
    label: str
    name: str
    keeps: bool = False


PARTS = (
    Part(key="number", label="Number", name="DocNumber"),
    Part(key="customer", label="Customer", name="CustomerRef"),
    Part(key="email", label="Billing e-mail", name="BillEmail", keeps=True),
    Part(key="billing_address", label="Billing address", name="BillAddr", keeps=True),
    Part(key="shipping_address", label="Shipping address", name="ShipAddr", keeps=True),
    Part(key=ISSUE_DATE, label="Invoice date", name="TxnDate", keeps=True),
    Part(key=DUE_DATE, label="Due date", name="DueDate", keeps=True),
    Part(key="location", label="Location", name="DepartmentRef"),
    Part(key="class", label="Class", name="ClassRef"),
    Part(key="customer_memo", label="Message on invoice", name="CustomerMemo", keeps=True),
    Part(key="private_note", label="Memo on statement", name="PrivateNote", keeps=True),
    Part(key="tracking_number", label="Tracking no.", name="TrackingNum", keeps=True),
    Part(key="ship_method", label="Ship via", name="ShipMethodRef", keeps=True),
    Part(key="ship_date", label="Shipping date", name="ShipDate", keeps=True),
    Part(key="currency", label="Currency", name="CurrencyRef"),
    Part(key="exchange_rate", label="Exchange rate", name="ExchangeRate"),
)
ADDRESSES = frozenset({"billing_address", "shipping_address"})
DAYS = frozenset({ISSUE_DATE, DUE_DATE, "ship_date"})
NEVER_EMPTY = frozenset({ISSUE_DATE, DUE_DATE})
"""Fields that a form of ours either says or leaves to QuickBooks, but cannot empty."""

OTHERS = {
    LINE: "lines",
    TAX_DETAIL: "tax",
    CUSTOM_FIELDS: "custom fields",
    "Deposit": "deposit",
    "TotalAmt": "total",
}
WORDS = {**{part.name: part.label.lower() for part in PARTS}, **OTHERS}


def words_of(names: Collection[str]) -> tuple[str, ...]:
    """Those parts of a document that an invoice of ours fills, in words, in the order of the form."""
    return tuple(words for name, words in WORDS.items() if name in names)


def differences(
    body: Mapping[str, Any],
    stands: Mapping[str, Any],
    *,
    own: Mapping[str, Any],
    moved: Collection[str],
    currency: str,
) -> Iterator[Difference]:
    """Where the body of an update would change the document.

    Args:
        body: of the update, ids in place.
        stands: the document as QuickBooks states it.
        own: the body as the source alone would have it, without what people kept before: shown as ours.
        moved: names of parts that changed on either side since they were the same. The others are the same still,
            however QuickBooks writes what it was told: it reflows addresses.
        currency: of the amounts.
    """
    for part in PARTS:
        if part.name in moved and part.name in body and not is_in(stands.get(part.name), body[part.name]):
            yield _difference(part, own.get(part.name), stands.get(part.name))
    if CUSTOM_FIELDS in moved:
        yield from _custom_fields(body, stands, own)
    if LINE in moved:
        yield from line_differences(body, stands, currency)
    yield from amount_differences(body, stands, moved, currency)


def _difference(part: Part, ours: Any, theirs: Any) -> Difference:
    is_address = part.key in ADDRESSES
    kept = _address(theirs) if is_address else _inner(theirs)
    says_nothing = part.key in NEVER_EMPTY and _as_day(kept) is None
    text = _address_text if is_address else _day if part.key in DAYS else _text
    return Difference(
        key=part.key,
        label=part.label,
        ours=text(ours),
        theirs=text(theirs),
        keeps=kept if part.keeps and not says_nothing else None,
    )


def _text(value: Any) -> str:
    """For people: a reference by its name."""
    named = value.get("name") if isinstance(value, Mapping) else None
    return limits.shortened(str(named or _inner(value)), SHOWN)


def _day(value: Any) -> str:
    """QuickBooks writes days as ISO does; what is none stays as it is written."""
    day = _as_day(_inner(value))
    return day_in_words(day) if day else _text(value)


def _as_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _inner(value: Any) -> str:
    """The text itself; QuickBooks wraps some."""
    if isinstance(value, Mapping):
        value = value.get("value") or value.get("Address")
    return "" if value is None else str(value)


def _address_text(value: Any) -> str:
    parts = value if isinstance(value, Mapping) else {}
    lines = (str(text) for name, text in parts.items() if name not in {"Id", "Lat", "Long"} and text)
    return limits.shortened(", ".join(lines), SHOWN)


def _address(value: Any) -> str | None:
    """An address as JSON of ours; None where ours cannot say it as QuickBooks does."""
    parts = {name: text for name, text in (value or {}).items() if name not in {"Id", "Lat", "Long"} and text}
    address = Address(**{ours: str(parts.get(theirs, "")) for ours, theirs in ADDRESS})
    return address.model_dump_json() if address_body(address) == parts else None


def _custom_fields(
    body: Mapping[str, Any], stands: Mapping[str, Any], own: Mapping[str, Any]
) -> Iterator[Difference]:
    there, ours = _custom_texts(stands), _custom_texts(own)
    for field in body.get(CUSTOM_FIELDS) or ():
        number, theirs = field["DefinitionId"], there.get(field["DefinitionId"], "")
        if theirs != field["StringValue"]:
            yield Difference(
                key=f"{CUSTOM}{number}", label=field["Name"], ours=ours[number], theirs=theirs, keeps=theirs
            )


def _custom_texts(document: Mapping[str, Any]) -> dict[str, str]:
    fields = document.get(CUSTOM_FIELDS) or ()
    return {str(one.get("DefinitionId")): _inner(one.get("StringValue")) for one in fields}
