"""Shadow mode on and off: for one sync, or for everything that writes to a company.

Leaving it sends nothing by itself; what was planned meanwhile waits until somebody asks for it.
"""

from sqlalchemy.orm import Session

from qbo_connector.store import activity, connections, pairings, record_lists, records
from qbo_connector.store.activity import Activity
from qbo_connector.store.pairings import Pairing
from qbo_connector.store.record_lists import Paging, RecordFilter
from qbo_connector.store.records import Record
from qbo_connector.store.states import Lane, RecordState
from qbo_connector.sync.asks import refuse_on_demand
from qbo_connector.sync.services import Services
from qbo_connector.sync.wishes import ask_again, last_wish

AT_ONCE = 200
"""So many records are asked for in one transaction."""


def switch_pairing(services: Services, organization_id: int, pairing_id: int, *, on: bool, asked_by: str) -> None:
    """Let one sync plan and record only, or send again.

    Raises:
        NotThere: the organization has none of this id.
    """
    with services.database.writing() as session:
        pairing = pairings.load_in(session, organization_id, pairing_id)
        if pairings.set_shadow(session, pairing_id, on=on):
            _note(session, organization_id, on=on, asked_by=asked_by, pairing=pairing)


def switch_connection(
    services: Services, organization_id: int, connection_id: int, *, on: bool, asked_by: str
) -> None:
    """Let everything that writes to a company plan and record only, or send again.

    Raises:
        NotThere: the organization has none of this id.
    """
    with services.database.writing() as session:
        connections.load_in(session, organization_id, connection_id)
        if connections.set_shadow(session, connection_id, on=on):
            _note(session, organization_id, on=on, asked_by=asked_by, connection_id=connection_id)


def count_waiting(session: Session, pairing_id: int) -> int:
    """How many records were planned in shadow mode and not sent since."""
    return records.count_in_state(session, pairing_id, RecordState.SHADOWED)


def sync_waiting(services: Services, organization_id: int, pairing_id: int, *, asked_by: str) -> int:
    """Ask for everything that was planned in shadow mode, as it was asked for then; returns how many.

    Raises:
        NotThere: the organization has no such pairing.
        Refused: the source syncs one record at a time, on demand (T-8).
    """
    refuse_on_demand(services, organization_id, pairing_id)
    wanted = RecordFilter(pairing_id=pairing_id, states=(RecordState.SHADOWED,))
    asked = 0
    while True:
        with services.database.writing() as session:
            pairing = pairings.load_in(session, organization_id, pairing_id)
            page = record_lists.list_page(session, organization_id, wanted, Paging(size=AT_ONCE))
            for row in page.rows:
                _ask(session, pairing, records.load(session, row.id), asked_by)
        asked += len(page.rows)
        services.bell.ring(Lane.BULK)
        if len(page.rows) < AT_ONCE:
            return asked


def _ask(session: Session, pairing: Pairing, record: Record, asked_by: str) -> None:
    wish = last_wish(session, record)
    if wish is not None:
        ask_again(session, record, pairing, wish, asked_by=asked_by)
    records.set_standing(session, record.id, state=RecordState.SYNCING if wish else RecordState.NEW)


def _note(
    session: Session,
    organization_id: int,
    *,
    on: bool,
    asked_by: str,
    pairing: Pairing | None = None,
    connection_id: int | None = None,
) -> None:
    activity.append(
        session,
        Activity(
            organization_id=organization_id,
            event="shadow.on" if on else "shadow.off",
            actor=asked_by,
            pairing_id=pairing.id if pairing else None,
            connection_id=connection_id,
            params={"name": pairing.name} if pairing else {},
        ),
    )
