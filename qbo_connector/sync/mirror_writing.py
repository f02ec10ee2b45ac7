"""What QuickBooks said about lists and documents, taken into the mirror. Short transactions, no request."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from qbo_connector.mapping.answer import document_answer
from qbo_connector.mapping.listing import LISTS, list_entry
from qbo_connector.store import mirror, numbers, operations
from qbo_connector.store.connections import Connection
from qbo_connector.store.mirror import MirrorFeed, MirrorObject
from qbo_connector.store.numbers import Numbered
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import FeedState
from qbo_connector.sync.reviving import noticing_entries, noticing_numbers
from qbo_connector.sync.services import Services

WHOLE = ("Preferences", "CompanyInfo", "CompanyCurrency", "TaxCode", "TaxRate")
"""Kept as QuickBooks says them: there is nothing personal in them, and plans ask for many of their fields."""

NUMBERED = ("Invoice", "SalesReceipt", "CreditMemo", "RefundReceipt", "Bill", "VendorCredit", "BillPayment")
"""Documents whose numbers are indexed: everything that syncs write and that fault 6140 can name as the holder.

Whether sales forms share one series of numbers Intuit does not say, so the index tells the types apart. Invoices
come first, because most plans ask about them.
"""


def take_entries(session: Session, connection: Connection, entity: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Take rows of one list over, inside the caller's transaction."""
    objects = [_object(entity, row) for row in rows]
    with noticing_entries(session, connection, entity, [one.qbo_id for one in objects]):
        mirror.upsert(session, connection.id, entity, objects, organization_id=connection.organization_id)


def forget_entry(session: Session, connection: Connection, entity: str, qbo_id: str) -> None:
    """Drop an entry that QuickBooks no longer has."""
    with noticing_entries(session, connection, entity, [qbo_id]):
        mirror.forget(session, connection.id, entity, qbo_id)


def keep_entries(
    services: Services,
    connection: Connection,
    entity: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    held: Operation,
    gone_if_missing: Sequence[str] = (),
) -> None:
    """Take rows of one list over in a transaction of their own; ids that should be there and are not go.

    Raises:
        LeaseLost: the operation that asked is not ours any more; what it read may be old by now.
    """
    with services.database.writing() as session:
        operations.guard(session, held.id, held.fence)
        take_entries(session, connection, entity, rows)
        here = {str(row.get("Id", "")) for row in rows}
        for qbo_id in gone_if_missing:
            if qbo_id not in here:
                forget_entry(session, connection, entity, qbo_id)


def take_document(session: Session, connection: Connection, entity: str, row: Mapping[str, Any]) -> None:
    """Index the number of a document that QuickBooks just described."""
    take_documents(session, connection, entity, [row])


def take_documents(
    session: Session, connection: Connection, entity: str, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Index the numbers of documents; those without one stand in the index as well, so that it can be counted."""
    answers = [document_answer(row) for row in rows]
    documents = [
        Numbered(
            qbo_id=one.qbo_id,
            number=one.number,
            party_qbo_id=one.party_id,
            party_name=one.party_name,
            total=one.total,
            voided=one.voided,
            updated_at=one.updated_at,
        )
        for one in answers
    ]
    with noticing_numbers(session, connection, entity, [one.qbo_id for one in documents]):
        numbers.upsert(session, connection.id, entity, documents)


def feed_name(entity: str) -> str:
    """What the entity's feed is called: of documents it is the numbers that are kept."""
    return f"{entity} numbers" if entity in NUMBERED else entity


def feed_ran(
    session: Session,
    connection: Connection,
    entity: str,
    *,
    server_time: datetime | None,
    full: bool,
    began: datetime | None = None,
) -> None:
    """Remember how far a feed is complete.

    Args:
        entity: the feed's name, see `feed_name`.
        server_time: QuickBooks' clock up to which everything is known.
        full: the whole list was read, not only its changes.
        began: our clock before the first question left; only what is asked for later is not proved by it.
    """
    now = began or datetime.now(UTC)
    before = mirror.feed(session, connection.id, entity)
    mirror.save_feed(
        session,
        MirrorFeed(
            connection_id=connection.id,
            type=entity,
            state=FeedState.LOADED,
            cursor=server_time or before.cursor,
            ran_at=now,
            full_at=now if full else before.full_at,
        ),
    )


def was_compared(session: Session, connection: Connection, entity: str, *, at: datetime) -> None:
    """Remember that as many were counted in QuickBooks as the mirror knows: as good as read whole."""
    feed = mirror.feed(session, connection.id, feed_name(entity))
    feed.full_at = at
    mirror.save_feed(session, feed)


def is_list(entity: str) -> bool:
    """Whether the mirror keeps entries of this kind."""
    return entity in LISTS or entity in WHOLE


def _object(entity: str, row: Mapping[str, Any]) -> MirrorObject:
    entry = list_entry(entity, row)
    data = row if entity in WHOLE else entry.data
    return MirrorObject(
        qbo_id=entry.qbo_id,
        name=entry.name,
        full_name=entry.full_name,
        email=entry.email,
        sku=entry.sku,
        active=entry.active,
        sync_token=entry.sync_token,
        currency=entry.currency,
        data=_plain(data),
        updated_at=entry.updated_at,
    )


def _plain(value: Any) -> Any:
    """JSON without numbers that could lose digits: amounts as text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return f"{value:f}" if isinstance(value, Decimal) else value
