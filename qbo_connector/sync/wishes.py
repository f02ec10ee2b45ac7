"""What was last asked for a record and did not come to pass: asked again, it is asked with the same choices."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from qbo_connector.store import operations
from qbo_connector.store.operations import Operation
from qbo_connector.store.pairings import Pairing
from qbo_connector.store.records import Record
from qbo_connector.store.states import Intent, Lane, Outcome

SYNCS = frozenset({Intent.PUSH, Intent.UPDATE, Intent.CREATE_COPY})
MERGE = "merge"
"""Where an update keeps what was chosen field by field, and of which versions."""

CAME_TO_PASS = frozenset({Outcome.SYNCED, Outcome.UNCHANGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a person chose field by field. A value of its own, so that no request can bring one past the button."""

    seen: str
    """Which versions the choice was made of."""
    kept: tuple[str, ...]
    """Keys of the fields that QuickBooks keeps; all others are the source's."""
    told: str
    """The choice in words, for the history."""

    @property
    def stored(self) -> dict[str, Any]:
        """As it stands among the inputs of an operation."""
        return {"seen": self.seen, "kept": list(self.kept), "told": self.told}


def choice_of(operation: Operation) -> Choice | None:
    """The choice that an operation carries out, if it does."""
    told = operation.inputs.get(MERGE)
    return Choice(seen=told["seen"], kept=tuple(told["kept"]), told=told["told"]) if told else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An intent with the choices that a person made for it."""

    intent: Intent
    inputs: dict[str, Any] = field(default_factory=dict)
    key: str | None = None
    """Of what cannot melt into an open push: asked twice for one reason, it is one operation."""


def last_wish(session: Session, record: Record) -> Wish | None:
    """The last sync that somebody asked for; None if nobody ever did, or if it was called off.

    An update over somebody's change in QuickBooks was confirmed for that change alone: it is asked again as a
    plain sync, without what was chosen field by field. A copy stays a copy, of the same ordinal (P-21).
    """
    asked = next((one for one in operations.list_of_record(session, record.id) if one.intent in SYNCS), None)
    if asked is None or asked.outcome is Outcome.CANCELLED:
        return None
    if asked.outcome in CAME_TO_PASS:
        return Wish(intent=Intent.PUSH)
    if asked.intent is Intent.CREATE_COPY:
        return Wish(intent=Intent.CREATE_COPY, inputs=dict(asked.inputs), key=_key(asked))
    inputs = {name: value for name, value in asked.inputs.items() if name != MERGE}
    return Wish(intent=Intent.PUSH, inputs=inputs)


def ask_again(session: Session, record: Record, pairing: Pairing, wish: Wish, *, asked_by: str) -> Operation:
    """Ask for it once more, behind whatever people wait for."""
    return operations.request(
        session,
        organization_id=record.organization_id,
        connection_id=pairing.connection_id,
        pairing_id=pairing.id,
        record_id=record.id,
        intent=wish.intent,
        lane=Lane.BULK,
        asked_by=asked_by,
        inputs=wish.inputs,
        idempotency_key=wish.key,
    )


def _key(asked: Operation) -> str:
    return f"again:{asked.id}"
