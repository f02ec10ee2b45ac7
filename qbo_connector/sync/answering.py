"""The mirror answers the questions of a plan: one read transaction, no request to QuickBooks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from qbo_connector.canonical import Origin
from qbo_connector.canonical.keys import plain_name
from qbo_connector.mapping.side_by_side import words_of
from qbo_connector.plan.known import Absent, Answer, Bound, Edited, Free, Known, NameTaken, Present, Several, Taken
from qbo_connector.plan.questions import (
    ByName,
    ItemQuestion,
    ListQuestion,
    Match,
    NumberQuestion,
    PartyQuestion,
    Questions,
)
from qbo_connector.store import bindings, deliveries, mirror, numbers
from qbo_connector.store.bindings import Binding
from qbo_connector.store.connections import Connection
from qbo_connector.store.mirror import MirrorEntry
from qbo_connector.store.states import FeedState, InQuickBooks
from qbo_connector.store.states import Origin as StoredOrigin
from qbo_connector.sync.feed_schedule import is_behind
from qbo_connector.sync.liveness import CHANNEL_LAG, channel_is_alive
from qbo_connector.sync.situation import Situation
from qbo_connector.sync.standing_there import edited_there

FEED_LAG = timedelta(hours=2)
"""How long ago the change feed may have run for a live webhook channel to prove anything: it fills the holes."""

OF_KIND = {"customer": "Customer", "vendor": "Vendor", "item": "Item", "location": "Department", "class": "Class"}
NAMESAKES = {"Customer": ("Vendor", "Employee"), "Vendor": ("Customer", "Employee")}
"""Customers, vendors and employees share one space of names (fault 6240)."""

INCOME_TYPES = ("SalesOfProductIncome", "ServiceFeeIncome")
"""Sub-types of income accounts that suit new items, best first."""

BORN = {StoredOrigin.QUICKBOOKS: Origin.QUICKBOOKS, StoredOrigin.IMPORT: Origin.IMPORT}
"""Where a pair was born; links made or found later belong to a document of the source."""


def answer(
    session: Session, situation: Situation, asked: Questions, *, link_key: str, asked_at: datetime
) -> Known:
    """Everything the plan asked for, as the mirror and the bindings know it at this moment."""
    connection = situation.connection
    links = bindings.list_document(
        session, situation.pairing.id, kind=situation.record.kind, external_id=situation.record.external_id
    )
    own = next((link for link in links if link.link_key == link_key), None)
    other = next((link for link in links if link is not own), None)
    lists = {
        question.symbol: answer_one(session, connection, question, asked_at=asked_at)
        for question in asked.of_lists()
    }
    creates = any(isinstance(found, Absent) for found in lists.values())
    return Known(
        company=situation.company,
        lists=lists,
        number=_number(session, connection, asked.number, asked_at) if asked.number else None,
        accounts=accounts_known(session, connection, situation.rules.accounts, creates=creates),
        bound=as_bound(session, own) if own else None,
        earlier=as_bound(session, other) if other else None,
        copies=frozenset(link.qbo_id for link in links),
    )


def answer_one(
    session: Session,
    connection: Connection,
    question: ListQuestion,
    *,
    asked_at: datetime,
) -> Answer:
    """The one that was picked, a link made earlier, a match in the mirror, or absent with or without proof.

    A link to something that QuickBooks no longer has counts for nothing: what bears its name is looked for anew.
    """
    kind = question.symbol.partition(":")[0]
    entity = OF_KIND[kind]
    if not isinstance(question, ByName) and question.qbo_id:
        picked = mirror.find(session, connection.id, entity, question.qbo_id)
        return _present(picked) if picked else Absent(proved=True)
    linked = bindings.find_shared(session, connection.id, kind=kind, external_id=question.identity)
    entry = mirror.find(session, connection.id, linked.qbo_type, linked.qbo_id) if linked else None
    if linked and entry:
        return replace(_present(entry), sent_fingerprint=linked.sent_fingerprint)
    for entries in _matches(session, connection, entity, question):
        if entries:
            return _chosen(entries)
    taken = _taken(session, connection, entity, question.name)
    return taken or Absent(proved=proves_absence(session, connection, entity, asked_at=asked_at))


def proves_absence(session: Session, connection: Connection, entity: str, *, asked_at: datetime) -> bool:
    """Whether the mirror is fresh enough to say that something does not exist.

    Its feed ran after the operation was asked for, or the webhook channel is alive and at most a minute behind.
    """
    feed = mirror.feed(session, connection.id, entity)
    if feed.state is not FeedState.LOADED or feed.ran_at is None:
        return False
    if feed.ran_at >= asked_at:
        return True
    if asked_at - feed.ran_at > FEED_LAG or not channel_is_alive(connection, asked_at):
        return False
    oldest = deliveries.oldest_new(session, connection.id)
    return oldest is None or asked_at - oldest <= CHANNEL_LAG


def _matches(
    session: Session, connection: Connection, entity: str, question: ListQuestion
) -> Iterable[Sequence[MirrorEntry]]:
    """Candidates, way by way; a name in full comes first, since names of lower levels may repeat."""
    if isinstance(question, PartyQuestion) and question.full_name:
        yield mirror.find_by_full_name(session, connection.id, entity, question.full_name)
    if isinstance(question, ByName):
        yield mirror.find_by_full_name(session, connection.id, entity, question.name)
        yield mirror.find_by_name(session, connection.id, entity, question.name)
        return
    for by in question.by:
        if by is Match.NAME:
            yield mirror.find_by_name(session, connection.id, entity, question.name)
        elif by is Match.EMAIL and isinstance(question, PartyQuestion):
            yield mirror.find_by_email(session, connection.id, entity, question.email)
        elif by is Match.SKU and isinstance(question, ItemQuestion):
            yield mirror.find_by_sku(session, connection.id, entity, question.sku)


def _chosen(entries: Sequence[MirrorEntry]) -> Answer:
    """One active entry is it; inactive ones count only where no active one exists."""
    living = [entry for entry in entries if entry.active] or list(entries)
    if len(living) == 1:
        return _present(living[0])
    return Several(candidates=tuple(_present(entry) for entry in living))


def _present(entry: MirrorEntry) -> Present:
    reason = _unusable(entry)
    return Present(
        qbo_id=entry.qbo_id,
        name=plain_name(entry.name),
        active=entry.active,
        currency=entry.currency,
        usable=not reason,
        reason=reason,
        sent_fingerprint="",
    )


def _unusable(entry: MirrorEntry) -> str:
    if entry.type != "Item":
        return ""
    if entry.data.get("Type") == "Category":
        return "is_category"
    sells = entry.data.get("IncomeAccountRef") or entry.data.get("Type") == "Group"
    return "" if sells or "Type" not in entry.data else "no_income_account"


def _taken(session: Session, connection: Connection, entity: str, name: str) -> NameTaken | None:
    for other in NAMESAKES.get(entity, ()):
        if found := mirror.find_by_name(session, connection.id, other, name):
            return NameTaken(name=found[0].name, by=other)
    return None


def _number(
    session: Session, connection: Connection, question: NumberQuestion, asked_at: datetime
) -> Taken | Free:
    found = numbers.find_by_number(session, connection.id, question.number, entity=question.entity)
    feed = mirror.feed(session, connection.id, f"{question.entity} numbers")
    if not found:
        return Free(complete=feed.state is FeedState.LOADED and not is_behind(feed, asked_at))
    row = found[0]
    return Taken(
        entity=row.type,
        qbo_id=row.qbo_id,
        number=row.number,
        party_id=row.party_qbo_id,
        party_name=plain_name(row.party_name),
        total=row.total or Decimal(0),
        voided=row.voided,
    )


def accounts_known(
    session: Session, connection: Connection, chosen: Mapping[str, str], *, creates: bool = True
) -> dict[str, Answer]:
    """The accounts an admin chose; where something is created, income else falls to the company's own account."""
    found = {role: _account(session, connection, qbo_id) for role, qbo_id in chosen.items() if qbo_id}
    if "income" in found or not creates:
        return found
    return {"income": _own_income(session, connection), **found}


def _account(session: Session, connection: Connection, qbo_id: str) -> Answer:
    entry = mirror.find(session, connection.id, "Account", qbo_id)
    return _present(entry) if entry else Absent(proved=True)


def _own_income(session: Session, connection: Connection) -> Answer:
    accounts = [entry for entry in mirror.list_all(session, connection.id, "Account") if entry.active]
    for wanted in INCOME_TYPES:
        for entry in accounts:
            if entry.data.get("AccountSubType") == wanted:
                return _present(entry)
    return Absent(proved=True)


def as_bound(session: Session, link: Binding) -> Bound:
    """A link as plans see it."""
    changed = link.in_quickbooks is InQuickBooks.CHANGED
    edited = edited_there(link)
    return Bound(
        binding_id=link.id,
        qbo_type=link.qbo_type,
        qbo_id=link.qbo_id,
        number=link.number,
        total=link.total or Decimal(0),
        sent_fingerprint=link.sent_fingerprint,
        source_fingerprint=link.source_fingerprint,
        synced_at=link.synced_at,
        changed_in_quickbooks=changed,
        changed_fields=_changed_fields(session, link, edited) if changed else (),
        edited=edited,
        gone=link.in_quickbooks in {InQuickBooks.DELETED, InQuickBooks.VOIDED},
        voided=link.in_quickbooks is InQuickBooks.VOIDED,
        applied=link.applied or Decimal(0),
        origin=BORN.get(link.origin, Origin.SOURCE),
    )


def _changed_fields(session: Session, link: Binding, edited: Edited | None) -> tuple[str, ...]:
    """What was changed there; where that version was not kept, what the index of documents tells of it."""
    if edited is not None and link.left_parts is not None:
        return words_of(edited.moved)
    stands = numbers.find(session, link.connection_id, link.qbo_type, link.qbo_id)
    if stands is None:
        return ()
    pairs = {"number": (stands.number, link.number), "total": (stands.total, link.total)}
    return tuple(name for name, (now, before) in pairs.items() if now != before)
