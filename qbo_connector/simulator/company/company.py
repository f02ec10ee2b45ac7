"""One QuickBooks company: its records and everything that hangs together inside it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

from qbo_connector.simulator.clock import Clock, stamp
from qbo_connector.simulator.company.index import Index
from qbo_connector.simulator.company.links import LinkBook
from qbo_connector.simulator.company.records import Body, Event, Record, Tombstone
from qbo_connector.simulator.company.regions import Region
from qbo_connector.simulator.entities.kinds import EntityKind
from qbo_connector.simulator.entities.registry import kind
from qbo_connector.simulator.knobs import Knobs


class Company:
    """The records of a realm. Callers hold `lock` while they read or change them."""

    def __init__(self, *, realm_id: str, region: Region, clock: Clock, knobs: Callable[[], Knobs]) -> None:
        self.realm_id = realm_id
        self.region = region
        self.clock = clock
        self.lock = threading.RLock()
        self.index = Index()
        self.links = LinkBook()
        self.tombstones: list[Tombstone] = []
        self.files: dict[str, bytes] = {}
        self.subscription_ended = False
        self.user = "Sandbox User"
        self._app_writes = True
        self._knobs = knobs
        self._tables: dict[str, dict[str, Record]] = {}
        self._last_ids: dict[str, int] = {}
        self._sequence = 0
        self._events: list[Event] = []

    @property
    def knobs(self) -> Knobs:
        """The switches in force now."""
        return self._knobs()

    def table(self, entity: str) -> dict[str, Record]:
        """Every record of an entity by id; also those that are inactive."""
        return self._tables.setdefault(entity, {})

    def find(self, entity: str, identifier: str) -> Record | None:
        """One record, if it is there."""
        return self.table(entity).get(identifier)

    def records(self) -> Iterator[Record]:
        """Every record of every entity."""
        for table in self._tables.values():
            yield from table.values()

    def setting(self, group: str, name: str) -> Any:
        """One preference, None where it is not set."""
        record = self.find("Preferences", "1")
        return record.body.get(group, {}).get(name) if record else None

    def next_id(self, space: str) -> str:
        """A fresh id of a sequence."""
        self._last_ids[space] = self._last_ids.get(space, 0) + 1
        return str(self._last_ids[space])

    def reserve(self, space: str, identifier: str) -> None:
        """Let the sequence go on above an id that was given from outside."""
        if identifier.isdigit():
            self._last_ids[space] = max(self._last_ids.get(space, 0), int(identifier))

    def insert(self, entity: EntityKind, body: Body, *, facts: dict[str, Any] | None = None) -> Record:
        """Store a new record with its id, token and stamps; a body with an Id keeps it (seeds)."""
        identifier = str(body.get("Id") or self.next_id(entity.id_space))
        self.reserve(entity.id_space, identifier)
        now = self.clock.now()
        at = stamp(now)
        system: Body = {
            "domain": "QBO",
            "sparse": False,
            "Id": identifier,
            "SyncToken": "0",
            "MetaData": {"CreateTime": at, "LastUpdatedTime": at},
        }
        ordered = in_wire_order(entity, {**body, **system})
        record = Record(
            kind=entity, id=identifier, body=ordered, updated=now, sequence=self._tick(), facts=facts or {}
        )
        self.table(entity.name)[identifier] = record
        self.index.add(record)
        self.tell(record, "Create")
        return record

    def adopt(self, record: Record) -> None:
        """Take up a record as it is, from the state file."""
        self.table(record.kind.name)[record.id] = record
        self.index.add(record)
        self._sequence = max(self._sequence, record.sequence)

    def last_ids(self) -> dict[str, int]:
        """How far each sequence of ids has come."""
        return dict(self._last_ids)

    def replace(self, record: Record, body: Body, *, operation: str = "Update") -> None:
        """Give a record a new body: a real change, so SyncToken and LastUpdatedTime move."""
        self.index.remove(record)
        token = str(int(record.body["SyncToken"]) + 1)
        record.body = in_wire_order(record.kind, {**body, "SyncToken": token})
        self.touch(record)
        self.index.add(record)
        self.tell(record, operation)

    def touch(self, record: Record) -> None:
        """Move LastUpdatedTime alone, as a new invoice does to its customer (reference §5.1)."""
        record.updated = self.clock.now()
        record.sequence = self._tick()
        record.body["MetaData"] = {**record.body["MetaData"], "LastUpdatedTime": stamp(record.updated)}

    def remove(self, record: Record) -> None:
        """Delete a record for good and leave a tombstone."""
        self.index.remove(record)
        del self.table(record.kind.name)[record.id]
        now = self.clock.now()
        self.tombstones.append(Tombstone(entity=record.kind.name, id=record.id, at=now))
        self.tell(record, "Delete", at=now)

    def tell(
        self, record: Record, operation: str, *, at: datetime | None = None, deleted_id: str | None = None
    ) -> None:
        """Note an event for the webhooks."""
        event = Event(
            realm_id=self.realm_id,
            entity=record.kind.name,
            id=record.id,
            operation=operation,
            at=at or self.clock.now(),
            deleted_id=deleted_id,
            own=self._app_writes,
        )
        self._events.append(event)

    @contextmanager
    def by_person(self, *, person: bool = True) -> Iterator[None]:
        """Within this, changes count as made by a person inside QuickBooks (or by the app, if not `person`)."""
        self._app_writes = not person
        try:
            yield
        finally:
            self._app_writes = True

    def take_events(self) -> list[Event]:
        """The events since the last time."""
        events, self._events = self._events, []
        return events

    def _tick(self) -> int:
        self._sequence += 1
        return self._sequence


def in_wire_order(entity: EntityKind, body: Body) -> Body:
    """The same body with its fields in the order in which QuickBooks writes them."""
    ordered = {name: body[name] for name in entity.shape if name in body}
    for name, value in body.items():
        ordered.setdefault(name, value)
    return ordered


def reference_to(record: Record) -> Body:
    """A reference to a record: its id and the name QuickBooks shows beside it."""
    return {"value": record.id, "name": name_of(record)}


def name_of(record: Record) -> str:
    """What a record is called where others refer to it."""
    for field in ("FullyQualifiedName", "DisplayName", "Name"):
        if record.body.get(field):
            return str(record.body[field])
    return ""


def amount(record: Record, field: str) -> Decimal:
    """A stored amount, 0 where there is none."""
    return Decimal(str(record.body.get(field) or 0))


def kinds_named(*names: str) -> tuple[EntityKind, ...]:
    """Several entities at once."""
    return tuple(kind(name) for name in names)
