"""The source's version beside the one that somebody made in QuickBooks: what differs, what may be kept (H-34)."""

from collections.abc import Iterator, Mapping
from typing import Any

from qbo_connector.mapping.content import moved_parts, part_fingerprints
from qbo_connector.mapping.difference import Difference
from qbo_connector.mapping.invoice import invoice_body
from qbo_connector.mapping.lines_beside import total_difference
from qbo_connector.mapping.sales_form import SalesForm
from qbo_connector.mapping.side_by_side import differences
from qbo_connector.mapping.symbols import resolved, symbols_in
from qbo_connector.plan.asking import classes_named
from qbo_connector.plan.desk import Desk
from qbo_connector.plan.keeping import said_of
from qbo_connector.plan.values import Compared
from qbo_connector.policy.answers import Kept
from qbo_connector.policy.tax import TaxTreatment


def compared(
    desk: Desk, own: SalesForm, form: SalesForm, tax: TaxTreatment, ids: Mapping[str, str]
) -> tuple[Compared, ...]:
    """Every field in which the document in QuickBooks differs from what a sync would make of it.

    Args:
        desk: the document, and what is known of QuickBooks.
        own: the form as the source alone would have it.
        form: the same with what people kept before.
        tax: told or left to QuickBooks, which then alone knows the total.
        ids: of symbols that exist in QuickBooks.
    """
    edited = desk.known.bound.edited if desk.known.bound else None
    if edited is None:
        return ()
    body, currency = _body(form, ids), desk.document.currency
    moved = edited.moved | moved_parts(part_fingerprints(edited.sent), body)
    found = [*differences(body, edited.stands, own=_body(own, ids), moved=moved, currency=currency)]
    total = None if tax.by_quickbooks else total_difference(form.net + tax.carried, edited.stands, currency)
    found += [total] if total else []
    names = dict(_names(desk))
    return tuple(_compared(one, own, names) for one in found)


def _body(form: SalesForm, ids: Mapping[str, str]) -> Mapping[str, Any]:
    """As it would be sent; what does not exist yet goes by its symbol, and so differs from all there is."""
    body = invoice_body(form)
    told: Mapping[str, Any] = resolved(body, {symbol: ids.get(symbol, symbol) for symbol in symbols_in(body)})
    return told


def _names(desk: Desk) -> Iterator[tuple[str, str]]:
    """What the source calls what the body names by an id."""
    yield "customer", str(desk.document.customer)
    if desk.document.location:
        yield "location", desk.document.location.name
    yield "class", ", ".join(classes_named(desk.document))


def _compared(one: Difference, own: SalesForm, names: Mapping[str, str]) -> Compared:
    instead_of = said_of(own, one.key)
    kept = None if one.keeps is None or instead_of is None else Kept(value=one.keeps, instead_of=instead_of)
    source = names.get(one.key, one.ours)
    return Compared(key=one.key, label=one.label, source=source, quickbooks=one.theirs, kept=kept)
