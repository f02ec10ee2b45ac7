"""The history in sentences: who or what did what. Reasons take their words from the findings catalogue."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from qbo_connector.store import users
from qbo_connector.store.activity import Activity
from qbo_connector.sync.shadow import EVENT as SHADOWED
from qbo_connector.sync.shadow import would_sentence
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
    SHADOWED: ("shadowed", "Planned in shadow mode."),
    "shadow.on": ("shadowed", "Shadow mode switched on: nothing is sent."),
    "shadow.off": ("on", "Shadow mode switched off."),
    "mapping.linked": ("synced", "Linked to an entry of QuickBooks."),
    "mapping.unlinked": ("excluded", "A link to an entry of QuickBooks was taken back."),
    "record.cancelled": ("cancelled", "The sync was cancelled."),
    "record.dismissed": ("dismissed", "Set aside."),
    "record.taken_back": ("new", "Taken back in."),
    "record.linked": ("synced", "Linked to a document that was in QuickBooks."),
    "record.unlinked": ("excluded", "Separated from its document in QuickBooks."),
    "record.accepted": ("synced", "The version of QuickBooks was accepted."),
    "record.merged": ("synced", "Synced to QuickBooks, chosen field by field: {chosen}."),
    "record.sent_again": ("syncing", "Sent again, as it had not arrived."),
    "record.released": ("syncing", "Released, to be taken up by another worker."),
    "record.undone": ("new", "The last sync was taken back."),
    "entry.reactivated": ("synced", "Made active in QuickBooks again."),
    "access.requested": ("info", "Asked for access."),
    "sync.started": ("on", "Set up {name} and turned it on."),
    "sync.turned_on": ("on", "Turned {name} on."),
    "sync.turned_off": ("off", "Turned {name} off."),
    "rules.changed": ("info", "Changed the rules of {name}: {fields}."),
    "source.connected": ("active", "Connected {name}."),
    "source.changed": ("info", "Changed the account {name}: {fields}."),
    "source.hook_secret_renewed": ("info", "Renewed the hook secret of {name}."),
    "source.hook_warning_aside": ("dismissed", "Set aside the warning about refused messages to {name}."),
    "source.hook_warning_shown": ("info", "Shows the warning about refused messages to {name} again."),
    "source.removed": ("disconnected", "Removed the account {name}."),
    "source.installed": ("info", "Installed {name}."),
    "source.uninstalled": ("info", "Uninstalled {name}."),
    "member.added": ("info", "Added {name} as {role}."),
    "member.role_changed": ("info", "{name} is {role} now."),
    "member.removed": ("info", "Ended the membership of {name}."),
    "entitlement.granted": ("info", "Switched on {name} for {source}."),
    "entitlement.withdrawn": ("info", "Switched off {name} for {source}."),
    "preflight.overridden": ("info", "Allowed all the same: {check}. {reason}"),
    "connection.made": ("active", "Connected QuickBooks."),
    "connection.ended": ("disconnected", "Disconnected QuickBooks."),
}
GAP = re.compile(r"{(\w+)}")
"""In a sentence; what people typed is put in as it is, and escaped where it is shown."""

MACHINES = {
    "schedule": "Schedule",
    "hook": "Change in the source",
    "operation": "Follow-up",
    "api": "API key",
    "widget": "Widget",
    "cause": "What it waited for has changed",
    "operator": "Operator",
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
    sentence = GAP.sub(lambda gap: str(entry.params.get(gap[1], "")), sentence)
    if entry.event == SHADOWED:
        sentence = would_sentence(entry.params)
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
