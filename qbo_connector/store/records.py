"""A record is one document of a source as people see it in lists: where it stands, and why.

Its links to QuickBooks are bindings; a record can have several of them.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, NotRequired, Required, TypedDict, Unpack

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, bindparam, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.canonical.keys import name_key, number_key
from qbo_connector.store.clock import utc_now
from qbo_connector.store.dialects import insert_into
from qbo_connector.store.loading import load as load_row
from qbo_connector.store.loading import load_within
from qbo_connector.store.row import Row, reachable_within, within
from qbo_connector.store.states import RecordState
from qbo_connector.store.types import EncryptedText, Json, closed

IDS_AT_ONCE = 500


class Record(Row):
    """One document of a source.

    ``document`` is the canonical document as it was last read, as JSON text. ``overrides`` are the answers that
    people gave for this record only. ``qbo_type`` and ``qbo_id`` name the document to open in QuickBooks.
    ``reason`` is a code of the findings catalogue, ``reason_params`` its placeholders.
    """

    __tablename__ = "records"
    __table_args__ = (
        reachable_within(),
        within("pairing_id", "pairings"),
        UniqueConstraint("pairing_id", "kind", "external_id"),
        Index("ix_records_activity", "organization_id", "last_activity_at", "id"),
        Index("ix_records_state", "organization_id", "state", "last_activity_at", "id"),
        Index("ix_records_counts", "organization_id", "pairing_id", "kind", "state"),
        Index("ix_records_number", "organization_id", "number_key", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    pairing_id: Mapped[int]
    kind: Mapped[str]
    external_id: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    number_key: Mapped[str] = mapped_column(default="")
    party_name: Mapped[str] = mapped_column(default="")
    party_email: Mapped[str] = mapped_column(default="")
    search_text: Mapped[str] = mapped_column(default="")
    amount: Mapped[Decimal | None] = mapped_column(default=None)
    currency: Mapped[str] = mapped_column(default="")
    source_status: Mapped[str] = mapped_column(default="")
    source_url: Mapped[str] = mapped_column(default="")
    document_date: Mapped[date | None] = mapped_column(default=None)
    state: Mapped[RecordState] = mapped_column(closed(RecordState, "state"), default=RecordState.NEW)
    reason: Mapped[str] = mapped_column(default="")
    reason_params: Mapped[dict[str, str]] = mapped_column(Json, default_factory=dict, insert_default=dict)
    qbo_type: Mapped[str] = mapped_column(default="")
    qbo_id: Mapped[str] = mapped_column(default="")
    source_fingerprint: Mapped[str] = mapped_column(default="")
    document: Mapped[str | None] = mapped_column(EncryptedText, default=None)
    overrides: Mapped[dict[str, Any]] = mapped_column(Json, default_factory=dict, insert_default=dict)
    note: Mapped[str] = mapped_column(default="")
    first_seen_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)
    last_read_at: Mapped[datetime | None] = mapped_column(default=None)
    last_synced_at: Mapped[datetime | None] = mapped_column(default=None)
    last_activity_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)


class Reading(TypedDict, total=False):
    """What a read of the source tells about a record; what is left out stays as it is."""

    number: str
    party_name: str
    party_email: str
    amount: Decimal | None
    currency: str
    source_status: str
    source_url: str
    document_date: date | None
    source_fingerprint: str
    document: str


class Standing(TypedDict):
    """Where a record stands now."""

    state: Required[RecordState]
    reason: NotRequired[str]
    params: NotRequired[dict[str, str]]
    qbo: NotRequired[tuple[str, str]]
    synced: NotRequired[bool]


def ensure(session: Session, pairing_id: int, *, organization_id: int, kind: str, external_id: str) -> Record:
    """The record of a source's document; made if it was never seen."""
    about = {"pairing": pairing_id, "what": kind, "external": external_id}
    known = session.scalar(_one(), about)
    if known is not None:
        return known
    statement = insert_into(session, Record).values(
        organization_id=organization_id, pairing_id=pairing_id, kind=kind, external_id=external_id
    )
    session.execute(statement.on_conflict_do_nothing(index_elements=["pairing_id", "kind", "external_id"]))
    return session.scalars(_one(), about).one()


def find(session: Session, pairing_id: int, *, kind: str, external_id: str) -> Record | None:
    """The record of a source's document, if it was ever seen."""
    return session.scalar(_one(), {"pairing": pairing_id, "what": kind, "external": external_id})


def load(session: Session, record_id: int) -> Record:
    """Raises NotThere if there is none."""
    return load_row(session, Record, record_id)


def load_in(session: Session, organization_id: int, record_id: int) -> Record:
    """Raises NotThere if the organization has none of this id."""
    return load_within(session, Record, organization_id, record_id)


def list_by_external_id(
    session: Session, organization_id: int, *, kind: str, external_id: str
) -> Sequence[Record]:
    """The records of one source document in all pairings of the organization."""
    query = select(Record).where(
        Record.organization_id == organization_id, Record.kind == kind, Record.external_id == external_id
    )
    return session.scalars(query.order_by(Record.id)).all()


def list_waiting(session: Session, pairing_id: int, reason: str) -> Sequence[Record]:
    """The records of a pairing that wait for this reason to pass, one that is raised once for all of them."""
    query = select(Record).where(
        Record.pairing_id == pairing_id, Record.state == RecordState.WAITING, Record.reason == reason
    )
    return session.scalars(query.order_by(Record.id)).all()


def list_standing_so(
    session: Session, record_ids: Sequence[int], states: Collection[RecordState]
) -> Sequence[int]:
    """Those of these records that stand in one of the states, in the order of their ids."""
    found: list[int] = []
    for start in range(0, len(record_ids), IDS_AT_ONCE):
        some = record_ids[start : start + IDS_AT_ONCE]
        query = select(Record.id).where(Record.id.in_(some), Record.state.in_(states))
        found += session.scalars(query.order_by(Record.id))
    return found


def count_in_state(session: Session, pairing_id: int, state: RecordState) -> int:
    """How many records of a pairing stand so."""
    query = select(func.count()).where(Record.pairing_id == pairing_id, Record.state == state)
    return session.scalars(query).one()


def note_reading(session: Session, record_id: int, **reading: Unpack[Reading]) -> Record:
    """Take over what the source says now."""
    record = load(session, record_id)
    for field, value in reading.items():
        setattr(record, field, value)
    record.number_key = number_key(record.number)
    record.search_text = name_key(f"{record.number} {record.party_name} {record.external_id}")
    record.last_read_at = utc_now()
    session.flush()
    return record


def set_standing(session: Session, record_id: int, **standing: Unpack[Standing]) -> Record:
    """Say where the record stands, and why. Without a reason, the former reason is cleared."""
    record = load(session, record_id)
    record.state = standing["state"]
    record.reason = standing.get("reason", "")
    record.reason_params = dict(standing.get("params", {}))
    record.qbo_type, record.qbo_id = standing.get("qbo", (record.qbo_type, record.qbo_id))
    record.last_activity_at = utc_now()
    if standing.get("synced", False):
        record.last_synced_at = record.last_activity_at
    session.flush()
    return record


def override(session: Session, record_id: int, answers: dict[str, Any]) -> Record:
    """Add a person's answers for this record; a None takes the former answer back."""
    record = load(session, record_id)
    merged = {**record.overrides, **answers}
    record.overrides = {key: value for key, value in merged.items() if value is not None}
    session.flush()
    return record


@cache
def _one() -> Select[Record]:
    return select(Record).where(
        Record.pairing_id == bindparam("pairing"),
        Record.kind == bindparam("what"),
        Record.external_id == bindparam("external"),
    )
