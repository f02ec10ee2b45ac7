"""The record view: one page of records, worded, and the same list as CSV."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbo_connector.store import pairings, record_lists
from qbo_connector.store.record_lists import Page, Paging, RecordFilter
from qbo_connector.store.records import Record
from qbo_connector.store.states import RecordState
from qbo_connector.web.findings import Said, say_from
from qbo_connector.web.overview.filters import Filters

if TYPE_CHECKING:
    from qbo_connector.sync.services import Services

FEW = 5
EXPORT_SLICE = 500
EXPORT_LIMIT = 100_000
HEADINGS = ("Number", "Kind", "Customer", "Amount", "Currency", "Date", "State", "Reason", "Sync", "Source status",
            "External id", "Last synced", "Last activity")  # fmt: skip
FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """One record in the list, with its reason in words."""

    record: Record
    sync: str
    reason: Said | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """What the page shows, and where it stands among the others."""

    rows: tuple[RecordRow, ...]
    page: Page
    syncs: dict[int, str]

    @property
    def first(self) -> int:
        """The number of the first row shown, from 1; 0 for none."""
        return (self.page.page - 1) * self.page.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return self.first + len(self.rows) - 1 if self.rows else 0

    @property
    def has_next(self) -> bool:
        """Whether more follow."""
        return self.last < self.page.total or not self.page.exact


def record_page(services: "Services", organization_id: int, filters: Filters) -> RecordPage:
    """One page of the organization's records."""
    with services.database.reading() as session:
        page = record_lists.list_page(session, organization_id, filters.record_filter(), filters.paging())
        syncs = {row.id: row.name for row in pairings.list_in(session, organization_id)}
    rows = [
        RecordRow(record=record, sync=syncs.get(record.pairing_id, ""), reason=_reason(services, record))
        for record in page.rows
    ]
    return RecordPage(rows=tuple(rows), page=page, syncs=syncs)


def needing_somebody(services: "Services", organization_id: int) -> tuple[RecordRow, ...]:
    """The latest few records that wait for a person, for the overview."""
    wanted = RecordFilter(states=(RecordState.HELD, RecordState.FAILING))
    with services.database.reading() as session:
        page = record_lists.list_page(session, organization_id, wanted, Paging(size=FEW))
        syncs = {row.id: row.name for row in pairings.list_in(session, organization_id)}
    return tuple(
        RecordRow(record=record, sync=syncs.get(record.pairing_id, ""), reason=_reason(services, record))
        for record in page.rows
    )


def export(services: "Services", organization_id: int, wanted: RecordFilter) -> Iterator[str]:
    """The matching records as CSV, a slice at a time, so that a long list needs little memory."""
    with services.database.reading() as session:
        syncs = {row.id: row.name for row in pairings.list_in(session, organization_id)}
    yield _line(HEADINGS)
    cursor: str | None = None
    for _ in range(EXPORT_LIMIT // EXPORT_SLICE):
        with services.database.reading() as session:
            part = record_lists.list_after(session, organization_id, wanted, cursor=cursor, size=EXPORT_SLICE)
        for record in part.rows:
            yield _line(_cells(services, record, syncs.get(record.pairing_id, "")))
        cursor = part.next_cursor
        if cursor is None:
            return


def _reason(services: "Services", record: Record) -> Said | None:
    if not record.reason:
        return None
    return say_from(services.catalogue, record.reason, record.reason_params)


def _cells(services: "Services", record: Record, sync: str) -> tuple[str, ...]:
    reason = _reason(services, record)
    values = (
        record.number,
        record.kind,
        record.party_name,
        "" if record.amount is None else str(record.amount),
        record.currency,
        record.document_date.isoformat() if record.document_date else "",
        str(record.state),
        reason.sentence if reason else "",
        sync,
        record.source_status,
        record.external_id,
        record.last_synced_at.isoformat() if record.last_synced_at else "",
        record.last_activity_at.isoformat(),
    )
    return tuple(map(harmless, values))


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; a negative amount stays a number."""
    if not cell.startswith(FORMULA_BEGINNINGS) or _is_number(cell):
        return cell
    return f"'{cell}"


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdecimal()


def _line(cells: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
