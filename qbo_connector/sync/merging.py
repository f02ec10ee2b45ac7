"""Choosing field by field between the source and a version that somebody made in QuickBooks (H-34, B-9).

What QuickBooks keeps becomes a correction of this record for QuickBooks; the source is left as it is, and an
update brings the rest. A choice counts for the two versions that it was made of, and for no others.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from qbo_connector.canonical import Invoice, fingerprint
from qbo_connector.canonical.days import day_in_words
from qbo_connector.errors import NeedsHuman
from qbo_connector.mapping.answer import document_answer
from qbo_connector.mapping.content import content_fingerprint
from qbo_connector.plan.keeping import DATES
from qbo_connector.plan.push import Intent, link_key
from qbo_connector.plan.values import Compared
from qbo_connector.policy.answers import Kept
from qbo_connector.policy.catalogue import Reason
from qbo_connector.policy.catalogue.wording import joined
from qbo_connector.store import bindings, operations, records
from qbo_connector.store.operations import Operation
from qbo_connector.sync.answers import KEPT
from qbo_connector.sync.asking import think
from qbo_connector.sync.corrections import INSTEAD_OF, VALUE, correction, said_by_source, with_overrides
from qbo_connector.sync.mirror_writing import take_document
from qbo_connector.sync.services import Services
from qbo_connector.sync.settling import has_arrived
from qbo_connector.sync.situation import Situation, reloaded
from qbo_connector.sync.source import read_document, read_given
from qbo_connector.sync.standing_there import note_found
from qbo_connector.sync.wishes import Choice, choice_of

SEEN, WINNERS = "seen", "winners"
"""What the button is told: which versions were shown, and a side for each field."""

MERGED = "record.merged"


class Side(StrEnum):
    """Whose value goes."""

    SOURCE = "source"
    QUICKBOOKS = "quickbooks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What the history says of a sync that went well."""

    event: str = ""
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Both versions of a record, field by field. `seen` names them and the rules that a choice is made under."""

    fields: tuple[Compared, ...]
    seen: str
    open: bool
    """Whether the rules leave the choice to a person."""

    @property
    def shown(self) -> tuple[Compared, ...]:
        """The fields in which both sides differ."""
        return tuple(one for one in self.fields if not one.agreed)


def comparison(services: Services, situation: Situation, given: Invoice, *, copy: int) -> Comparison | None:
    """Both versions, as far as they are known without a request; None where nobody edited the document there.

    Args:
        services: of the installation.
        situation: of the record.
        given: the document as its source gives it, without corrections.
        copy: which document of the record is meant.
    """
    document = with_overrides(given, situation.record.overrides or {})
    thought = think(services, situation, document, Intent(copy=copy))
    edited = thought.known.bound.edited if thought.known.bound else None
    if edited is None or thought.plan.shown is None:
        return None
    seen = {
        "source": fingerprint(given),
        "quickbooks": content_fingerprint(edited.stands),
        "rules": situation.pairing.rules_version,
    }
    return Comparison(
        fields=tuple(_given(one, given) for one in thought.plan.shown.compared),
        seen=fingerprint(seen),
        open=any(finding.code is Reason.QBO_CONFLICT for finding in thought.plan.refusals),
    )


def _given(one: Compared, given: Invoice) -> Compared:
    """Dates were corrected before the plan was made: here stands what the source says itself."""
    if one.key not in DATES or one.kept is None:
        return one
    own = said_by_source(given, one.key)
    words = day_in_words(date.fromisoformat(own)) if own else ""
    return replace(one, source=words, kept=Kept(value=one.kept.value, instead_of=own))


def choice(found: Comparison, winners: Mapping[str, Side], source: str) -> Choice:
    """What carries out these winners, by key; all other fields are the source's."""
    kept = tuple(key for key, side in winners.items() if side is Side.QUICKBOOKS)
    theirs = [one.label for one in found.shown if one.key in kept]
    ours = [one.label for one in found.shown if one.key not in kept]
    sides = ((theirs, "QuickBooks"), (ours, source))
    told = joined([f"{joined(labels)} as in {side}" for labels, side in sides if labels])
    return Choice(seen=found.seen, kept=kept, told=told)


def ending(operation: Operation) -> Ending:
    """How the end of a sync is told: by what was chosen, where somebody chose."""
    chosen = choice_of(operation)
    return Ending(event=MERGED, about={"chosen": chosen.told}) if chosen else Ending()


def is_done(services: Services, operation: Operation) -> bool:
    """Whether the merged document has arrived, so that a later attempt chooses nothing any more."""
    if choice_of(operation) is None:
        return False
    with services.database.reading() as session:
        return has_arrived(session, operation)


def merged(
    services: Services, situation: Situation, operation: Operation, chosen: Choice, *, copy: int
) -> tuple[Situation, Invoice]:
    """Read both sides, hold them against those that were chosen of, and keep what QuickBooks keeps.

    Raises:
        NeedsHuman: one of them changed since (`preview.outdated`); nothing was kept.
        ConnectorError: one of them cannot be read.
    """
    if is_done(services, operation):
        return situation, read_document(services, situation)
    given = read_given(services, situation)
    _look_there(services, situation, operation, given, copy)
    found = comparison(services, situation, given, copy=copy)
    if found is None or found.seen != chosen.seen:
        raise NeedsHuman("a side changed after the choice", reason=str(Reason.PREVIEW_OUTDATED))
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        _keep(session, situation, given, found.fields, chosen.kept)
    situation = reloaded(services, situation)
    return situation, with_overrides(given, situation.record.overrides)


def _look_there(services: Services, situation: Situation, operation: Operation, given: Invoice, copy: int) -> None:
    """Read the document in QuickBooks and note another version than the one that is known."""
    document = with_overrides(given, situation.record.overrides or {})
    key = link_key(document, situation.rules, Intent(copy=copy))
    with services.database.reading() as session:
        link = bindings.find_document(
            session, situation.pairing.id, kind=given.kind, external_id=given.external_id, link_key=key
        )
    if link is None:
        return
    entity = services.clients.of(situation.connection).read(link.qbo_type, link.qbo_id, lane=str(operation.lane))
    stands = entity.entity or {}
    if document_answer(stands).sync_token == link.sync_token:
        return
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        note_found(bindings.load(session, link.id), stands)
        take_document(session, situation.connection, link.qbo_type, stands)


def _keep(
    session: Session, situation: Situation, given: Invoice, fields: Sequence[Compared], keys: Collection[str]
) -> None:
    """Corrections of this record for what QuickBooks keeps; where the source wins, earlier ones are taken back."""
    record = records.load(session, situation.record.id)
    texts: dict[str, Any] = dict((record.overrides or {}).get(KEPT, {}))
    for one in fields:
        texts.pop(one.key, None)
        if one.key not in DATES and (wins := _wins(one, keys)):
            texts[one.key] = {VALUE: wins.value, INSTEAD_OF: wins.instead_of}
    records.override(session, record.id, {**kept_dates(given, fields, keys), KEPT: texts or None})


def kept_dates(given: Invoice, fields: Sequence[Compared], keys: Collection[str]) -> dict[str, Any]:
    """The answers about dates: a correction where QuickBooks keeps one, None where the source's goes."""
    dates: dict[str, Any] = {one.key: None for one in fields if one.key in DATES}
    for one in fields:
        if one.key in dates and (wins := _wins(one, keys)):
            dates |= correction(given, one.key, wins.value)
    return dates


def _wins(one: Compared, keys: Collection[str]) -> Kept | None:
    """What QuickBooks keeps of a field; nothing where the source wins, or says the same."""
    return one.kept if one.key in keys and not one.agreed else None
