"""The taxes of a source and the tax codes of QuickBooks that stand for them, mapped once by a person.

A wrong guess would reach a tax return, so nothing is guessed: a tax without a code holds its records until
somebody chooses, and choosing takes them up again.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from qbo_connector.policy.amounts import arranged
from qbo_connector.policy.policies import Tax
from qbo_connector.policy.tax import NO_TAX, tax_name
from qbo_connector.store import mirror
from qbo_connector.store.pairings import Pairing
from qbo_connector.sync.ground import Ground, ground_of
from qbo_connector.sync.history import OPERATOR
from qbo_connector.sync.known_documents import known_documents
from qbo_connector.sync.pairings import set_rules
from qbo_connector.sync.services import Services

TAX_CODE = "TaxCode"
PSEUDO = frozenset({"TAX", "NON"})
"""QuickBooks' own marks of US lines; no codes that could be chosen."""

UNTAXED_WORDS = "Sales without tax"


class CodeRefused(Exception):
    """A tax code that QuickBooks does not have, or not any more; the message is a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRow:
    """One tax of the source, with the code chosen for it."""

    name: str
    words: str
    code: str
    gone: bool
    """Whether the chosen code is no longer active in QuickBooks."""
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxTable:
    """What the tab of tax codes shows."""

    pairing: Pairing
    source_name: str
    company: str
    rows: tuple[TaxRow, ...]
    codes: tuple[tuple[str, str], ...]
    needed: bool
    """Whether this sync and company ask for codes at all."""
    automated: bool
    read_at: datetime | None

    @property
    def unmapped(self) -> int:
        """How many taxes wait for a code."""
        return sum(not row.code or row.gone for row in self.rows)


def tax_table(services: Services, organization_id: int, pairing_id: int) -> TaxTable:
    """The taxes that the latest documents bear, and those mapped before.

    Raises:
        NotThere: the organization has no such pairing.
        ConfigurationError: its plugin is not installed.
    """
    with services.database.reading() as session:
        ground = ground_of(services, session, organization_id, pairing_id)
        codes = _codes(session, ground)
        counts = _taxes(session, ground)
        feed = mirror.feed(session, ground.connection.id, TAX_CODE)
    chosen = ground.rules.taxes
    names = sorted({*counts, *chosen}, key=lambda name: (name in chosen, name.casefold()))
    return TaxTable(
        pairing=ground.pairing,
        source_name=ground.rules.source_name,
        company=ground.company.name,
        rows=tuple(
            TaxRow(
                name=name,
                words=name or UNTAXED_WORDS,
                code=chosen.get(name, ""),
                gone=name in chosen and chosen[name] not in codes,
                documents=counts[name],
            )
            for name in names
        ),
        codes=tuple(codes.items()),
        needed=_needs_codes(ground),
        automated=ground.company.automated_tax,
        read_at=feed.ran_at,
    )


def save_taxes(
    services: Services,
    organization_id: int,
    pairing_id: int,
    chosen: Mapping[str, str],
    *,
    expected_version: int,
    asked_by: str = OPERATOR,
) -> None:
    """Map these taxes to these codes; one without a code waits again. Records that waited are looked at again.

    Raises:
        NotThere: the organization has no such pairing.
        CodeRefused: QuickBooks has no such active code.
        RulesChanged: somebody else changed the rules meanwhile.
    """
    with services.database.reading() as session:
        ground = ground_of(services, session, organization_id, pairing_id)
        codes = _codes(session, ground)
    before = dict(ground.rules.taxes)
    for name, code in chosen.items():
        if code and code not in codes and before.get(name) != code:
            raise CodeRefused(f"QuickBooks has no active tax code for “{name or UNTAXED_WORDS}” as it was chosen.")
    merged = {name: code for name, code in {**before, **chosen}.items() if code}
    set_rules(
        services,
        organization_id,
        pairing_id,
        {"taxes": merged},
        expected_version=expected_version,
        asked_by=asked_by,
    )


def _codes(session: Session, ground: Ground) -> dict[str, str]:
    """The active codes that fit sales, by id."""
    entries = mirror.list_all(session, ground.connection.id, TAX_CODE)
    usable = [one for one in entries if one.active and one.qbo_id not in PSEUDO and not one.data.get("Hidden")]
    return {one.qbo_id: one.name for one in sorted(usable, key=lambda one: one.name_key)}


def _taxes(session: Session, ground: Ground) -> Counter[str]:
    """How many of the latest documents bear each tax, by the source's name of it."""
    counts: Counter[str] = Counter()
    if not _needs_codes(ground):
        return counts
    for _, document in known_documents(session, ground.pairing.id):
        charges = arranged(document, ground.rules, ground.company).charges
        names = {tax_name(document, charge) for charge in charges}
        counts.update(names - {NO_TAX} if ground.company.in_us else names)
    return counts


def _needs_codes(ground: Ground) -> bool:
    """US companies with automated tax find the code themselves; companies without sales tax need none."""
    company = ground.company
    asked = ground.rules.policies.tax_in(company.country) is not Tax.CHOOSE_OR_NONE
    return company.sales_tax and asked and not (company.in_us and company.automated_tax)
