"""The filters of a sync: those nobody can change, those an admin sets, and what they would leave out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qbo_connector.canonical import Invoice
from qbo_connector.policy.criteria import Criterion, FilterRefused, criterion
from qbo_connector.policy.own_rules import LIVE
from qbo_connector.policy.policies import Cutoff, Finalization, Policies
from qbo_connector.policy.policy_words import policy_words
from qbo_connector.policy.properties import Properties
from qbo_connector.store import pairings, sources
from qbo_connector.store.pairings import Pairing
from qbo_connector.sync.history import OPERATOR
from qbo_connector.sync.known_documents import known_documents
from qbo_connector.sync.pairings import set_rules
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import rules_of
from qbo_connector.sync.source_properties import remembered, vocabulary_of

MOST_FILTERS = 20
EXAMPLES = 5

Row = Mapping[str, Any]
"""A filter as rules keep it: property, operator, values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedFilter:
    """A condition of the source itself, with what it is for (H-20)."""

    words: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterPage:
    """What the editor works with."""

    pairing: Pairing
    source_name: str
    locked: tuple[LockedFilter, ...]
    properties: Properties
    stored: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A record that a filter would exclude: by which one, and what it says instead."""

    number: str
    party: str
    words: str
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How many of the known records filters would leave out; `examples` are a few of them."""

    known: int
    excluded: int
    examples: tuple[LeftOut, ...]


def filter_page(services: Services, organization_id: int, pairing_id: int) -> FilterPage:
    """The filters of a sync as they stand.

    Raises:
        NotThere: the organization has no such pairing.
        ConfigurationError: its plugin is not installed.
    """
    with services.database.reading() as session:
        pairing = pairings.load_in(session, organization_id, pairing_id)
        account = sources.load(session, pairing.source_account_id)
    rules = rules_of(services, pairing, account)
    return FilterPage(
        pairing=pairing,
        source_name=rules.source_name,
        locked=tuple(locked_filters(rules.policies, rules.source_name)),
        properties=vocabulary_of(services, pairing, account).properties,
        stored=tuple(pairing.rules.get("filters", ())),
    )


def locked_filters(policies: Policies, source: str) -> Iterator[LockedFilter]:
    """The conditions that come with the source, in words; every sync of it obeys them (H-20 to H-23)."""
    words = policy_words()
    statuses = [words["eligible_statuses"].of(str(status)).label for status in policies.eligible_statuses]
    *first, last = (status.lower() for status in statuses)
    allowed = f"{', '.join(first)} or {last}" if first else last
    yield LockedFilter(words=f"Status is {allowed}", why="Others are not ready to be booked.")
    if policies.finalization is Finalization.REQUIRED:
        yield _locked("finalization", str(policies.finalization), source)
    if policies.cutoff not in {Cutoff.NONE, Cutoff.UNPAID_HISTORY}:
        yield _locked("cutoff", str(policies.cutoff), source)
    for one in policies.extra_filters:
        yield _locked("extra_filters", str(one), source)


def _locked(key: str, value: str, source: str) -> LockedFilter:
    words = policy_words()[key].of(value)
    return LockedFilter(words=words.label.format(source=source), why=words.consequence.format(source=source))


def read_filters(properties: Properties, rows: Sequence[Row]) -> tuple[Criterion, ...]:
    """The filters that these rows are.

    Raises:
        FilterRefused: names the property and operator of the first one that cannot be.
    """
    if len(rows) > MOST_FILTERS:
        raise FilterRefused(f"A sync has at most {MOST_FILTERS} filters.", part="property")
    return tuple(criterion(properties, row["property"], row["operator"], row.get("values", ())) for row in rows)


def effect_of(services: Services, organization_id: int, pairing_id: int, filters: Sequence[Criterion]) -> Effect:
    """Try filters on the records that are known already; nothing is read or changed.

    Raises:
        NotThere: the organization has no such pairing.
    """
    known, left_out = 0, []
    with services.database.reading() as session:
        pairings.load_in(session, organization_id, pairing_id)
        for _, document in known_documents(session, pairing_id):
            known += 1
            if (failed := next((one for one in filters if not one.fits(document)), None)) is not None:
                left_out.append(_left_out(document, failed))
    return Effect(known=known, excluded=len(left_out), examples=tuple(left_out[:EXAMPLES]))


def _left_out(document: Invoice, failed: Criterion) -> LeftOut:
    return LeftOut(
        number=document.number or document.external_id,
        party=str(document.customer),
        words=str(failed),
        seen=failed.seen_in(document),
    )


def save_filters(
    services: Services,
    organization_id: int,
    pairing_id: int,
    rows: Sequence[Row],
    *,
    expected_version: int,
    asked_by: str = OPERATOR,
) -> None:
    """Put these filters in force in place of those before; what they left out or let through is looked at again.

    Raises:
        NotThere: the organization has no such pairing.
        FilterRefused: one of them cannot be.
        RulesChanged: somebody else changed the rules meanwhile.
    """
    with services.database.reading() as session:
        pairing = pairings.load_in(session, organization_id, pairing_id)
        account = sources.load(session, pairing.source_account_id)
    vocabulary = vocabulary_of(services, pairing, account)
    filters = read_filters(vocabulary.properties, rows)
    keys = [one.property.key for one in filters]
    changes = {
        "filters": [one.stored() for one in filters],
        LIVE: remembered(vocabulary, pairing.rules, *keys),
    }
    set_rules(services, organization_id, pairing_id, changes, expected_version=expected_version, asked_by=asked_by)
