"""From a record's id in an address to what the use cases ask for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbo_connector.store import activity, operations, pairings, records, sources
from qbo_connector.store.operations import Operation
from qbo_connector.store.records import Record
from qbo_connector.store.states import Intent
from qbo_connector.sync.targets import RecordTarget, target_of
from qbo_connector.web.history import Line, lines_of

if TYPE_CHECKING:
    from qbo_connector.sync.services import Services

SHOWN_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """One record of the organization, with its surroundings and whatever is still to be done for it."""

    record: Record
    target: RecordTarget
    connection_id: int
    sync_name: str
    source_name: str
    running: Operation | None


def aim_at(services: "Services", organization_id: int, record_id: int) -> Aim:
    """The record behind an address.

    Raises:
        NotThere: the organization has no such record.
    """
    with services.database.reading() as session:
        record = records.load_in(session, organization_id, record_id)
        pairing = pairings.load_in(session, organization_id, record.pairing_id)
        account = sources.load_in(session, organization_id, pairing.source_account_id)
        open_ones = operations.list_open_of_record(session, record_id)
    entry = services.registry.find(account.source_key)
    return Aim(
        record=record,
        target=target_of(services, organization_id, record_id),
        connection_id=pairing.connection_id,
        sync_name=pairing.name,
        source_name=entry.manifest.name if entry else account.name,
        running=next((one for one in open_ones if one.intent is not Intent.WRITE_BACK), None),
    )


def history_of(services: "Services", organization_id: int, record_id: int) -> tuple[Line, ...]:
    """The newest entries of the record's history.

    Raises:
        NotThere: the organization has no such record.
    """
    with services.database.reading() as session:
        records.load_in(session, organization_id, record_id)
        entries = activity.list_of_record(session, record_id, limit=SHOWN_AT_ONCE)
        return lines_of(services, session, entries)
