"""The conditions beside the status: the source's, locked unless it leaves them to the admin; then the admin's."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from qbo_connector.canonical import Invoice, Origin
from qbo_connector.policy.catalogue import Finding, Reason, as_list
from qbo_connector.policy.check import Check
from qbo_connector.policy.criteria import Criterion
from qbo_connector.policy.policies import ExtraFilter, FilterKind
from qbo_connector.policy.rules import Rules
from qbo_connector.policy.saying import said
from qbo_connector.policy.standing import Standing

Look = Callable[[Invoice, Rules, Standing, ExtraFilter], Check]


def filters(document: Invoice, rules: Rules, standing: Standing) -> Iterator[Check]:
    """Each filter of this sync that concerns invoices going out, in the order in which it is declared."""
    unlocked = _unlocked(rules) if standing.include_anyway else ()
    for one in rules.policies.extra_filters:
        look = LOOKS.get(one.kind)
        if look and str(one) not in unlocked:
            yield look(document, rules, standing, one)
    yield from (_lost(name, rules) for name in rules.own.lost)
    if not standing.include_anyway:
        yield from (_own(number, one, document, rules) for number, one in enumerate(rules.own.filters, start=1))


def _own(number: int, one: Criterion, document: Invoice, rules: Rules) -> Check:
    """A filter that an admin set, with what the record says instead."""
    words, seen = str(one), one.seen_in(document)
    values = {"document": document.title, "filter": words, "source": rules.source_name}
    finding = said(
        Reason.NOT_ELIGIBLE_FILTER, values, subject=str(number), details={"filter": words, "value": seen}
    )
    good = one.fits(document)
    check = Check.of(f"filter_{number}", words, finding, good=good)
    return replace(check, stands="" if good else seen)


def _lost(name: str, rules: Rules) -> Check:
    """A filter or mapping speaks of something the source no longer has: a person must say what it should mean."""
    finding = said(Reason.FIELD_MAPPING_GONE, {}, subject=name, field=name, origin=rules.source_name)
    return Check(name=f"field_{name}", passes="", finding=finding)


def _unlocked(rules: Rules) -> tuple[str, ...]:
    latitude = rules.policies.latitude.get("extra_filters")
    return latitude.admin if latitude else ()


def _currency(document: Invoice, rules: Rules, _standing: Standing, one: ExtraFilter) -> Check:
    values = {"document": document.title, "currency": document.currency, "source": rules.source_name}
    finding = said(Reason.NOT_ELIGIBLE_CURRENCY, values, allowed=as_list(one.allowed))
    good = document.currency in one.allowed
    return Check.of("currency", f"It is in {document.currency}", finding, good=good)


def _number_present(document: Invoice, rules: Rules, _standing: Standing, _one: ExtraFilter) -> Check:
    values = {"document": document.title, "origin": rules.source_name}
    finding = said(Reason.NOT_ELIGIBLE_NUMBER_MISSING, values)
    return Check.of("number_present", "It has a number", finding, good=bool(document.number))


def _made_in_source(document: Invoice, rules: Rules, _standing: Standing, _one: ExtraFilter) -> Check:
    words = f"made in {rules.source_name}"
    finding = _no_match(document, rules, words)
    return Check.of("made_in_source", f"It was {words}", finding, good=document.origin is Origin.SOURCE)


def _live_mode(document: Invoice, rules: Rules, _standing: Standing, _one: ExtraFilter) -> Check:
    return Check.of("live_mode", "It is no test", _no_match(document, rules, "live, not test"), good=document.live)


def _no_match(document: Invoice, rules: Rules, words: str) -> Finding:
    values = {"document": document.title, "filter": words, "source": rules.source_name}
    return said(Reason.NOT_ELIGIBLE_FILTER, values)


def _linked_subsidiary(document: Invoice, rules: Rules, standing: Standing, _one: ExtraFilter) -> Check:
    own = document.subsidiary
    values = {
        "document": document.title,
        "subsidiary": own.name if own else "",
        "company": standing.company.name if standing.company else "",
        "source": rules.source_name,
    }
    good = own is not None and own.external_id == rules.subsidiary
    return Check.of(
        "subsidiary", "Its subsidiary is linked", said(Reason.NOT_ELIGIBLE_SUBSIDIARY, values), good=good
    )


def _products_in_location(document: Invoice, rules: Rules, _standing: Standing, _one: ExtraFilter) -> Check:
    """Every product must belong to the invoice's location at the time of syncing (T-28)."""
    place = document.location
    strangers = [
        line.item.full_name
        for line in document.lines
        if place and line.item and line.item.sold_at is not None and place.external_id not in line.item.sold_at
    ]
    name = place.name if place else "the location"
    values = {
        "items": as_list(strangers),
        "document": document.title,
        "location": name,
        "source": rules.source_name,
    }
    finding = said(Reason.PRODUCT_NOT_IN_LOCATION, values)
    return Check.of("products_in_location", f"Every product belongs to {name}", finding, good=not strangers)


LOOKS: Mapping[FilterKind, Look] = {
    FilterKind.PRODUCTS_IN_LOCATION: _products_in_location,
    FilterKind.CURRENCY: _currency,
    FilterKind.NUMBER_PRESENT: _number_present,
    FilterKind.MADE_IN_SOURCE: _made_in_source,
    FilterKind.LIVE_MODE: _live_mode,
    FilterKind.LINKED_SUBSIDIARY: _linked_subsidiary,
}
"""Filters that judge an invoice on its way out. SKUs concern products (H-12), preferences what comes in (B-2)."""
