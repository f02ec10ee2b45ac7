"""The change feed (change data capture): what changed since, what was deleted, and how far that is true."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from qbo_connector.qbo.answers import Answer
from qbo_connector.qbo.clock import instant
from qbo_connector.qbo.entities import spelled

MOST_OBJECTS = 1000
"""In one answer, over all entities together; there is no second page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedObject:
    """A list entry or document as it stands now; a void or a deactivation is one of these as well."""

    entity: str
    qbo_id: str
    changed_at: datetime | None
    body: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """A document that was deleted."""

    entity: str
    qbo_id: str
    changed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """One answer of the feed.

    Args:
        objects: oldest change first within each entity.
        tombstones: deletions.
        server_time: QuickBooks' clock; the next question goes from here, minus an overlap.
        saturated: the answer was full and something may be missing: ask for fewer entities or a shorter time,
            and do not move the cursor.
        answer: the answer itself.
    """

    objects: tuple[ChangedObject, ...]
    tombstones: tuple[Tombstone, ...]
    server_time: datetime | None
    saturated: bool
    answer: Answer


def changed_since(moment: datetime) -> str:
    """The parameter of the feed; whole seconds, rounded down.

    Raises:
        ValueError: for a time without an offset, which QuickBooks would read as Pacific.
    """
    if moment.tzinfo is None:
        raise ValueError("a change feed needs a time with an offset")
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def change_set(answer: Answer) -> ChangeSet:
    """Sort an answer of the feed into living and dead."""
    objects: list[ChangedObject] = []
    tombstones: list[Tombstone] = []
    for entity, body in _rows(answer.body):
        qbo_id = str(body.get("Id", ""))
        stamps = body.get("MetaData")
        changed_at = instant(stamps.get("LastUpdatedTime")) if isinstance(stamps, dict) else None
        if body.get("status") == "Deleted":
            tombstones.append(Tombstone(entity=entity, qbo_id=qbo_id, changed_at=changed_at))
        else:
            objects.append(ChangedObject(entity=entity, qbo_id=qbo_id, changed_at=changed_at, body=body))
    return ChangeSet(
        objects=tuple(objects),
        tombstones=tuple(tombstones),
        server_time=answer.time,
        saturated=len(objects) + len(tombstones) >= MOST_OBJECTS,
        answer=answer,
    )


def entity_list(entities: Sequence[str]) -> str:
    """``("invoice", "Customer")`` → ``Invoice,Customer``.

    Raises:
        ValueError: for none, or for a name that is none.
    """
    if not entities or not all(name.isalpha() for name in entities):
        raise ValueError("a change feed is asked for entities by name")
    return ",".join(spelled(name) for name in entities)


def _rows(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for group in _dicts(body.get("CDCResponse")):
        for response in _dicts(group.get("QueryResponse")):
            for entity, rows in response.items():
                yield from ((entity, row) for row in _dicts(rows))


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
