"""Reading a whole entity without missing a row that moves meanwhile.

QuickBooks pages by offset, and its default order is by change: a row that is touched between two pages pushes
another one over the edge, and that one is never seen. So rows are ordered by the time of their last change,
oldest first, and each page begins at the second where the last one ended instead of at an offset. A row that
is touched meanwhile moves to the end and is read there. The offset is used only inside one second that holds
more than a page.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qbo_connector.qbo.clock import instant
from qbo_connector.qbo.query import Query

STAMP = "MetaData.LastUpdatedTime"

Row = dict[str, Any]
Read = Callable[[Query], Sequence[Row]]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the next page begins: at a second, at a row within it, less the rows that are known already."""

    second: datetime | None = None
    start: int = 1
    seen: frozenset[str] = frozenset()


def every_row(query: Query, size: int, read: Read) -> Iterator[Row]:
    """All rows of ``query``; one that changes while reading may come a second time, the newer last.

    Args:
        query: without order and page; with an order of its own it is paged by plain offsets.
        size: rows per page, at most 1000.
        read: fetches one page; each call is one metered read.
    """
    if query.ordering:
        yield from _by_offset(query, size, read)
        return
    place = _Place()
    while True:
        narrowed = query.where(STAMP, ">=", place.second) if place.second else query
        rows = read(narrowed.order_by(STAMP).page(place.start, size))
        yield from (row for row in rows if str(row.get("Id")) not in place.seen)
        if len(rows) < size:
            return
        place = _next(place, rows)


def _by_offset(query: Query, size: int, read: Read) -> Iterator[Row]:
    start = 1
    while rows := read(query.page(start, size)):
        yield from rows
        if len(rows) < size:
            return
        start += size


def _next(place: _Place, rows: Sequence[Row]) -> _Place:
    last = _stamp(rows[-1])
    if last is None or last == place.second:
        seen = place.seen | {str(row.get("Id")) for row in rows}
        return _Place(place.second, place.start + len(rows), seen)
    return _Place(last, seen=frozenset(str(row.get("Id")) for row in rows if _stamp(row) == last))


def _stamp(row: Row) -> datetime | None:
    stamps = row.get("MetaData")
    return instant(stamps.get("LastUpdatedTime")) if isinstance(stamps, dict) else None
