"""The object view: how the records of each sync stand, by kind and state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from qbo_connector.store import connections, installs, pairings, record_lists, sources
from qbo_connector.store.record_lists import StateCount
from qbo_connector.store.states import ConnectionState, PairingState, SourceAccountState
from qbo_connector.web.overview.filters import GROUPS

if TYPE_CHECKING:
    from qbo_connector.sync.services import Services

SHOWN = ("synced", "syncing", "held", "failing", "excluded")
GROUP_OF = {state: group for group, states in GROUPS.items() for state in states}


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRow:
    """One kind of record of one sync, counted by what people filter by."""

    pairing_id: int
    pairing_name: str
    kind: str
    counts: Mapping[str, int] = field(default_factory=dict)
    last_activity_at: datetime | None = None

    @property
    def total(self) -> int:
        """All records, those never synced too."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """How far a new organization is: the three steps of the first run."""

    connected: bool
    source_connected: bool
    source_key: str
    sync_started: bool

    @property
    def is_done(self) -> bool:
        """Whether records can sync."""
        return self.connected and self.source_connected and self.sync_started

    @property
    def next_step(self) -> int:
        """The first step that is open, from 1; 4 when none is."""
        steps = (self.connected, self.source_connected, self.sync_started)
        return steps.index(False) + 1 if False in steps else len(steps) + 1


def object_rows(services: "Services", organization_id: int) -> tuple[ObjectRow, ...]:
    """A row for each sync and kind; a sync without records has a row of noughts."""
    with services.database.reading() as session:
        names = {row.id: row.name for row in pairings.list_in(session, organization_id)}
        counted = record_lists.counts(session, organization_id)
    rows = [_row(pairing_id, name, counted) for pairing_id, name in names.items()]
    return tuple(row for group in rows for row in group)


def set_up_of(services: "Services", organization_id: int) -> SetUp:
    """What is there already. A sync that was switched off later counts as started."""
    with services.database.reading() as session:
        companies = connections.list_in(session, organization_id)
        accounts = sources.list_in(session, organization_id)
        syncs = pairings.list_in(session, organization_id)
        here = installs.list_installed(session, organization_id)
    return SetUp(
        connected=any(row.state is not ConnectionState.DISCONNECTED for row in companies),
        source_connected=any(row.state is not SourceAccountState.UNINSTALLED for row in accounts),
        source_key=here[0].source_key if len(here) == 1 else "",
        sync_started=any(row.started_at is not None or row.state is PairingState.ON for row in syncs),
    )


def _row(pairing_id: int, name: str, counted: Iterable[StateCount]) -> list[ObjectRow]:
    own = [count for count in counted if count.pairing_id == pairing_id]
    kinds = sorted({count.kind for count in own}) or ["invoice"]
    return [_kind(pairing_id, name, kind, [count for count in own if count.kind == kind]) for kind in kinds]


def _kind(pairing_id: int, name: str, kind: str, own: list[StateCount]) -> ObjectRow:
    counts = dict.fromkeys(GROUPS, 0)
    for count in own:
        counts[GROUP_OF[count.state]] += count.count
    return ObjectRow(
        pairing_id=pairing_id,
        pairing_name=name,
        kind=kind,
        counts=counts,
        last_activity_at=max((count.last_activity_at for count in own), default=None),
    )
