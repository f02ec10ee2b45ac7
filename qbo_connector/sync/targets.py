"""Which record is meant: found by its place in the source, even before it was ever seen."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from qbo_connector.store import pairings, records, sources
from qbo_connector.store.failures import NotThere
from qbo_connector.store.pairings import Pairing
from qbo_connector.store.records import Record
from qbo_connector.sync.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTarget:
    """One record of a source account under one pairing; `record_id` is None while it was never seen."""

    organization_id: int
    pairing_id: int
    source_account_id: int
    kind: str
    external_id: str
    record_id: int | None = None


def locate(
    services: Services, *, organization_id: int, source_account_id: int, kind: str, external_id: str
) -> RecordTarget:
    """The record of a source account.

    Raises:
        NotThere: the account is not the organization's, or it is paired with no QuickBooks company yet.
    """
    with services.database.reading() as session:
        sources.load_in(session, organization_id, source_account_id)
        pairing = pairing_of(session, organization_id, source_account_id)
        record = records.find(session, pairing.id, kind=kind, external_id=external_id)
    return RecordTarget(
        organization_id=organization_id,
        pairing_id=pairing.id,
        source_account_id=source_account_id,
        kind=kind,
        external_id=external_id,
        record_id=record.id if record else None,
    )


def target_of(services: Services, organization_id: int, record_id: int) -> RecordTarget:
    """The same for a record that is known.

    Raises:
        NotThere: the organization has no such record.
    """
    with services.database.reading() as session:
        record = records.load_in(session, organization_id, record_id)
        pairing = pairings.load(session, record.pairing_id)
    return RecordTarget(
        organization_id=organization_id,
        pairing_id=pairing.id,
        source_account_id=pairing.source_account_id,
        kind=record.kind,
        external_id=record.external_id,
        record_id=record.id,
    )


def pairing_of(session: Session, organization_id: int, source_account_id: int) -> Pairing:
    """The account's pairing, a live one before one that is turned off.

    Raises:
        NotThere: it has none.
    """
    rows = [
        row for row in pairings.list_in(session, organization_id) if row.source_account_id == source_account_id
    ]
    if not rows:
        raise NotThere(f"source account {source_account_id} is not paired")
    return min(rows, key=lambda row: (str(row.state) != "on", row.id))


def ensure_record(session: Session, target: RecordTarget) -> Record:
    """The record's row; made if it was never seen."""
    return records.ensure(
        session,
        target.pairing_id,
        organization_id=target.organization_id,
        kind=target.kind,
        external_id=target.external_id,
    )
