"""The history in sentences: who or what did what. Reasons take their words from the findings catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from qbo_connector.store import users
from qbo_connector.store.activity import Activity
from qbo_connector.web.findings import say_from
from qbo_connector.web.formatting import sentence_case

if TYPE_CHECKING:
    from qbo_connector.sync.services import Services

EVENTS = {
    "record.synced": ("synced", "Synced to QuickBooks."),
    "record.unchanged": ("unchanged", "Looked at: nothing had changed."),
    "record.excluded": ("excluded", "Not synced, by rule."),
    "record.held": ("held", "Waits for an answer."),
    "record.failed": ("failing", "Could not be synced."),
    "record.cancelled": ("cancelled", "The sync was cancelled."),
    "record.dismissed": ("dismissed", "Set aside."),
    "record.taken_back": ("new", "Taken back in."),
    "record.linked": ("synced", "Linked to a document that was in QuickBooks."),
    "record.unlinked": ("excluded", "Separated from its document in QuickBooks."),
    "connection.made": ("active", "Connected QuickBooks."),
    "connection.ended": ("disconnected", "Disconnected QuickBooks."),
}
MACHINES = {
    "schedule": "Schedule",
    "hook": "Change in the source",
    "operation": "Follow-up",
    "api": "API key",
    "widget": "Widget",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry of the history."""

    at: datetime
    who: str
    state: str
    sentence: str
    duration_ms: int | None
    record_id: int | None
    operation_id: int | None


def lines_of(services: "Services", session: Session, entries: Sequence[Activity]) -> tuple[Line, ...]:
    """The entries in words, people by name."""
    names = {actor: _who(session, actor) for actor in {entry.actor for entry in entries}}
    return tuple(_line(services, entry, names[entry.actor]) for entry in entries)


def _line(services: "Services", entry: Activity, who: str) -> Line:
    state, sentence = EVENTS.get(entry.event, ("info", f"{sentence_case(entry.event.replace('.', ' '))}."))
    if code := entry.params.get("code"):
        sentence = say_from(services.catalogue, code, entry.params).sentence
    return Line(
        at=entry.at,
        who=who,
        state=state,
        sentence=sentence,
        duration_ms=entry.duration_ms,
        record_id=entry.record_id,
        operation_id=entry.operation_id,
    )


def _who(session: Session, actor: str) -> str:
    kind, _, rest = actor.partition(":")
    if kind == "user" and rest.isdecimal() and (user := users.find(session, int(rest))):
        return user.name or user.email
    if kind == "widget" and rest:
        return f"{rest} in the source"
    return MACHINES.get(kind, sentence_case(kind) or "Somebody")
