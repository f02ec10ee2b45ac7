"""What of the source stands for what in QuickBooks, as one sync sees it: customers, items, locations.

The rows are what the latest documents name. Each is answered as a plan would be, from the mirror; a person can
link it to another entry once for all, or take a link back.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from sqlalchemy.orm import Session

from qbo_connector.plan.asking import questions
from qbo_connector.plan.known import Absent, Answer, NameTaken, Present, Several
from qbo_connector.plan.questions import (
    ByName,
    ClassQuestion,
    ItemQuestion,
    ListQuestion,
    LocationQuestion,
    PartyQuestion,
)
from qbo_connector.store import activity, bindings, mirror, pairings
from qbo_connector.store.activity import Activity
from qbo_connector.store.failures import NotThere
from qbo_connector.store.pairings import Pairing
from qbo_connector.store.states import Lane
from qbo_connector.sync import causes
from qbo_connector.sync.answering import answer_one
from qbo_connector.sync.ground import Ground, ground_of
from qbo_connector.sync.known_documents import known_documents
from qbo_connector.sync.linking import link_entry
from qbo_connector.sync.reviving import wake
from qbo_connector.sync.services import Services

Question = ListQuestion
MOST_CHOICES = 50


class Table(StrEnum):
    """The lists that can be mapped."""

    CUSTOMERS = "customers"
    ITEMS = "items"
    LOCATIONS = "locations"


ENTITIES = {Table.CUSTOMERS: "Customer", Table.ITEMS: "Item", Table.LOCATIONS: "Department"}
KINDS = {Table.CUSTOMERS: "customer", Table.ITEMS: "item", Table.LOCATIONS: "location"}


class Recognition(StrEnum):
    """How a name of the source stands with QuickBooks."""

    LINKED = "linked"
    """Joined once, by a person or by the sync that created it."""
    FOUND = "found"
    """Recognised by name, e-mail or SKU."""
    CHOSEN = "chosen"
    """A rule of the sync says which one."""
    INACTIVE = "inactive"
    SEVERAL = "several"
    TAKEN = "taken"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingRow:
    """One customer, item or location of the source."""

    symbol: str
    identity: str
    name: str
    detail: str
    standing: Recognition
    entry: str
    qbo_id: str
    documents: int
    """How many of the latest documents name it."""

    @property
    def can_be_unlinked(self) -> bool:
        """Whether there is a link to take back."""
        return self.standing is Recognition.LINKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of QuickBooks, to choose from."""

    qbo_id: str
    name: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingTable:
    """What one tab shows."""

    pairing: Pairing
    source_name: str
    company: str
    table: Table
    rows: tuple[MappingRow, ...]
    read_at: datetime | None
    """When QuickBooks' list was last known to be whole."""

    def find(self, symbol: str) -> MappingRow | None:
        """The row of this symbol."""
        return next((row for row in self.rows if row.symbol == symbol), None)


def mapping_table(services: Services, organization_id: int, pairing_id: int, table: Table) -> MappingTable:
    """The rows of one tab; no request to anybody.

    Raises:
        NotThere: the organization has no such pairing.
        ConfigurationError: its plugin is not installed.
    """
    with services.database.reading() as session:
        ground = ground_of(services, session, organization_id, pairing_id)
        asked, counts = _asked(session, ground, table)
        rows = [_row(services, session, ground, one, counts[symbol]) for symbol, one in asked.items()]
        feed = mirror.feed(session, ground.connection.id, ENTITIES[table])
    unsettled = {Recognition.MISSING, Recognition.SEVERAL, Recognition.TAKEN, Recognition.INACTIVE}
    rows.sort(key=lambda row: (row.standing not in unsettled, row.name.casefold()))
    return MappingTable(
        pairing=ground.pairing,
        source_name=ground.rules.source_name,
        company=ground.company.name,
        table=table,
        rows=tuple(rows),
        read_at=feed.ran_at,
    )


def entries_to_choose(
    services: Services, organization_id: int, pairing_id: int, table: Table, search: str
) -> tuple[Entry, ...]:
    """Active entries of QuickBooks whose name contains the search, from the mirror.

    Raises:
        NotThere: the organization has no such pairing.
    """
    with services.database.reading() as session:
        pairing = pairings.load_in(session, organization_id, pairing_id)
        rows = mirror.list_entries(
            session, pairing.connection_id, ENTITIES[table], search=search, limit=MOST_CHOICES
        )
    return tuple(Entry(qbo_id=row.qbo_id, name=row.name, detail=row.email_key or row.sku_key) for row in rows)


def link(
    services: Services,
    organization_id: int,
    pairing_id: int,
    table: Table,
    *,
    symbol: str,
    qbo_id: str,
    asked_by: str,
) -> None:
    """Let this entry stand for it from now on; records that waited for that are looked at again.

    Raises:
        NotThere: nothing of that name is known, or QuickBooks has no such entry.
    """
    with services.database.writing() as session:
        ground = ground_of(services, session, organization_id, pairing_id)
        question = _known(session, ground, table, symbol)
        entry = link_entry(
            session, ground.connection, KINDS[table], question.identity, qbo_type=ENTITIES[table], qbo_id=qbo_id
        )
        _tell(session, ground, question, "mapping.linked", entry.name, asked_by)
    services.bell.ring(Lane.BULK)


def unlink(
    services: Services, organization_id: int, pairing_id: int, table: Table, *, symbol: str, asked_by: str
) -> None:
    """Take a link back: from now on it is looked for by name, e-mail or SKU again.

    Raises:
        NotThere: nothing of that name is known.
    """
    with services.database.writing() as session:
        ground = ground_of(services, session, organization_id, pairing_id)
        question = _known(session, ground, table, symbol)
        found = bindings.find_shared(
            session, ground.connection.id, kind=KINDS[table], external_id=question.identity
        )
        if found is not None:
            bindings.end(session, found.id, reason=f"taken back by {asked_by}")
            changed = {causes.link(ground.connection.id, question.symbol)}
            wake(session, ground.pairing.organization_id, ground.connection.id, changed)
            _tell(session, ground, question, "mapping.unlinked", "", asked_by)
    services.bell.ring(Lane.BULK)


def _tell(session: Session, ground: Ground, question: Question, event: str, entry: str, asked_by: str) -> None:
    pairing = ground.pairing
    activity.append(
        session,
        Activity(
            organization_id=pairing.organization_id,
            event=event,
            actor=asked_by,
            pairing_id=pairing.id,
            params={"name": question.name, "entry": entry},
        ),
    )


def _known(session: Session, ground: Ground, table: Table, symbol: str) -> Question:
    found = _asked(session, ground, table)[0].get(symbol)
    if found is None:
        raise NotThere(f"no document names {symbol}")
    return found


def _asked(session: Session, ground: Ground, table: Table) -> tuple[dict[str, Question], Counter[str]]:
    """What the latest documents name, each once, and how many of them name it."""
    found: dict[str, Question] = {}
    counts: Counter[str] = Counter()
    for _, document in known_documents(session, ground.pairing.id):
        asked = questions(document, ground.rules, ground.company)
        of_table: dict[Table, tuple[Question | None, ...]] = {
            Table.CUSTOMERS: asked.parties,
            Table.ITEMS: asked.items,
            Table.LOCATIONS: (asked.location,),
        }
        named = {one.symbol: one for one in of_table[table] if one is not None and one.name}
        found = {**named, **found}
        counts.update(list(named))
    return found, counts


def _row(services: Services, session: Session, ground: Ground, one: Question, documents: int) -> MappingRow:
    answer = answer_one(session, ground.connection, one, asked_at=services.clock())
    kind = one.symbol.partition(":")[0]
    linked = bindings.find_shared(session, ground.connection.id, kind=kind, external_id=one.identity)
    chosen = not isinstance(one, ByName) and bool(one.qbo_id)
    standing = _standing(answer, linked=linked is not None, chosen=chosen)
    here = answer if isinstance(answer, Present) else None
    return MappingRow(
        symbol=one.symbol,
        identity=one.identity,
        name=one.name,
        detail=_detail(one),
        standing=standing,
        entry=here.name if here else _others(answer),
        qbo_id=here.qbo_id if here else "",
        documents=documents,
    )


def _standing(answer: Answer, *, linked: bool, chosen: bool) -> Recognition:
    match answer:
        case Present(active=False):
            return Recognition.INACTIVE
        case Present() if chosen:
            return Recognition.CHOSEN
        case Present():
            return Recognition.LINKED if linked else Recognition.FOUND
        case Several():
            return Recognition.SEVERAL
        case NameTaken():
            return Recognition.TAKEN
        case Absent():
            return Recognition.MISSING
        case other:
            assert_never(other)


def _others(answer: Answer) -> str:
    match answer:
        case Several(candidates=candidates):
            return ", ".join(one.name for one in candidates)
        case NameTaken(by=by):
            return by
        case _:
            return ""


def _detail(one: Question) -> str:
    match one:
        case PartyQuestion():
            return one.email
        case ItemQuestion():
            return one.sku
        case LocationQuestion() | ClassQuestion():
            return ""
        case other:
            assert_never(other)


def is_table(name: str) -> bool:
    """Whether a tab of this name exists."""
    return name in set(Table)
