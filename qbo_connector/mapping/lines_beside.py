"""The lines of two versions of an invoice side by side, and the amounts below them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from qbo_connector.canonical import Money
from qbo_connector.mapping import limits
from qbo_connector.mapping.arrival import SUBTOTAL, is_in
from qbo_connector.mapping.difference import SHOWN, Difference
from qbo_connector.mapping.invoice import SHIPPING_ITEM

ZERO = Decimal(0)
LINE, TAX_DETAIL = "Line", "TxnTaxDetail"
DISCOUNT_LINE = "DiscountLineDetail"
LINES_SHOWN = 3


def line_differences(body: Mapping[str, Any], stands: Mapping[str, Any], currency: str) -> Iterator[Difference]:
    """All lines go as a whole, so they are one field; those that differ are told, the first few of them."""
    ours, theirs = _sold(body), _sold(stands)
    longest = max(len(ours), len(theirs))
    pairs = [
        (_at(ours, place), _at(theirs, place))
        for place in range(longest)
        if place >= min(len(ours), len(theirs)) or not is_in(theirs[place], ours[place])
    ]
    if pairs:
        texts = (_listed([_line_text(pair[side], currency) for pair in pairs]) for side in (0, 1))
        yield Difference(key="lines", label="Lines", ours=next(texts), theirs=next(texts))


def _sold(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Lines that people see as lines: without what QuickBooks and we put below them."""
    lines = document.get(LINE) or ()
    below = {SUBTOTAL, DISCOUNT_LINE}
    return [line for line in lines if line.get("DetailType") not in below and not _is_shipping(line)]


def _is_shipping(line: Mapping[str, Any]) -> bool:
    item = (line.get("SalesItemLineDetail") or {}).get("ItemRef") or {}
    return bool(item.get("value") == SHIPPING_ITEM)


def _at(lines: Sequence[Mapping[str, Any]], place: int) -> Mapping[str, Any] | None:
    return lines[place] if place < len(lines) else None


def _line_text(line: Mapping[str, Any] | None, currency: str) -> str:
    """``Lamp, 2 × 40, USD 80.00``; nothing of a line that this side lacks."""
    if line is None:
        return ""
    detail = line.get("SalesItemLineDetail") or {}
    item = detail.get("ItemRef") or {}
    counted = f"{_number(detail['Qty'])} × {_number(detail['UnitPrice'])}" if _is_counted(detail) else ""
    amount = _money(line.get("Amount"), currency) if "Amount" in line else ""
    what = limits.shortened(str(line.get("Description") or item.get("name") or ""), SHOWN)
    parts = (what, counted, amount, str(detail.get("ServiceDate") or ""))
    return ", ".join(part for part in parts if part)


def _is_counted(detail: Mapping[str, Any]) -> bool:
    return detail.get("Qty") is not None and detail.get("UnitPrice") is not None


def _number(value: Any) -> str:
    return f"{_decimal(value).normalize():f}"


def _listed(texts: Sequence[str]) -> str:
    said = [text for text in texts if text]
    more = len(said) - LINES_SHOWN
    return "; ".join([*said[:LINES_SHOWN], *([f"and {more} more"] if more > 0 else [])])


def amount_differences(
    body: Mapping[str, Any], stands: Mapping[str, Any], moved: Collection[str], currency: str
) -> Iterator[Difference]:
    """What stands below the lines. Tax only where its total is told: else QuickBooks works it out."""
    told = [
        ("shipping", "Shipping", LINE, _shipping(body), _shipping(stands)),
        ("discount", "Discount", LINE, _discount(body), _discount(stands)),
    ]
    if "TotalTax" in body.get(TAX_DETAIL, {}):
        there = (stands.get(TAX_DETAIL) or {}).get("TotalTax")
        told.append(("tax", "Tax", TAX_DETAIL, body[TAX_DETAIL]["TotalTax"], _decimal(there)))
    if "Deposit" in body:
        told.append(("deposit", "Deposit", "Deposit", body["Deposit"], _decimal(stands.get("Deposit"))))
    for key, label, name, ours, theirs in told:
        if name in moved and ours != theirs:
            yield Difference(key=key, label=label, ours=_money(ours, currency), theirs=_money(theirs, currency))


def total_difference(total: Decimal, stands: Mapping[str, Any], currency: str) -> Difference | None:
    """The totals, where they differ; `total` is what the form comes to."""
    theirs = _decimal(stands.get("TotalAmt"))
    if theirs == total:
        return None
    return Difference(key="total", label="Total", ours=_money(total, currency), theirs=_money(theirs, currency))


def _shipping(document: Mapping[str, Any]) -> Decimal:
    return sum((_decimal(line.get("Amount")) for line in document.get(LINE) or () if _is_shipping(line)), ZERO)


def _discount(document: Mapping[str, Any]) -> Decimal:
    lines = (line for line in document.get(LINE) or () if line.get("DetailType") == DISCOUNT_LINE)
    return sum((_decimal(line.get("Amount")) for line in lines), ZERO)


def _money(amount: Any, currency: str) -> str:
    return str(Money(amount=_decimal(amount), currency=currency))


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value)) if isinstance(value, int | Decimal) else ZERO
