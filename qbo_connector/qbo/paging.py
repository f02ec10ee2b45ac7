"""Reading a whole entity without missing a row that moves meanwhile.

QuickBooks pages by offset, and its default order is by change: a row that is touched between two pages pushes
another one over the edge, and that one is never seen. So rows are ordered by the time of their last change,
and each page begins at the second where the last one ended instead of at an offset. The offset is used only
inside one second that holds more than a page.

Oldest first, a row that is touched meanwhile moves to the end and is read there. In a closed window, which ends
when the reading began, such a row leaves the window: whoever reads so asks the change feed for what came after.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from qbo_connector.qbo.clock import instant
from qbo_connector.qbo.query import PAGE, Direction, Query

STAMP = "MetaData.LastUpdatedTime"

Row = dict[str, Any]


class Answered(Protocol):
    """What is needed of :class:`~qbo_connector.qbo.answers.Answer`."""

    @property
    def rows(self) -> Sequence[Row]:
        """The rows of the page."""
        ...

    @property
    def time(self) -> datetime | None:
        """QuickBooks' clock."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a reading in a closed window.

    Args:
        rows: without those that an earlier page brought.
        window: QuickBooks' clock when the reading began; what changed later may be missing.
        reached: the change of the last row; a later reading may go on from there.
        is_last: nothing follows.
    """

    rows: tuple[Row, ...]
    window: datetime | None
    reached: datetime | None
    is_last: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the next page begins: at a second, at a row within it, less the rows that are known already."""

    second: datetime | None = None
    start: int = 1
    seen: frozenset[str] = frozenset()


def every_page(
    query: Query,
    read: Callable[[Query], Answered],
    *,
    size: int = PAGE,
    direction: Direction = Direction.ASC,
    window: datetime | None = None,
    reached: datetime | None = None,
) -> Iterator[Page]:
    """All rows of ``query`` that did not change since the reading began, page by page.

    Args:
        query: without order and page.
        read: fetches one page; each call is one metered read.
        size: rows per page, at most 1000.
        direction: newest or oldest change first.
        window: of an earlier reading that is gone on with; else QuickBooks' clock at the first page.
        reached: where the earlier reading stood.
    """
    place = _Place(reached)
    while True:
        answer = read(_bounded(query, place, direction, window).order_by(STAMP, direction).page(place.start, size))
        window = window or answer.time
        after = _next(place, answer.rows) if answer.rows else place
        is_last = len(answer.rows) < size
        yield Page(rows=_fresh(place, answer.rows), window=window, reached=after.second, is_last=is_last)
        if is_last:
            return
        place = after


def _bounded(query: Query, place: _Place, direction: Direction, window: datetime | None) -> Query:
    """From the place on, and no further than the window: it ends a reading that others keep adding to."""
    if direction is Direction.DESC:
        upper = place.second or window
        return query.where(STAMP, "<=", upper) if upper else query
    lower = query.where(STAMP, ">=", place.second) if place.second else query
    return lower.where(STAMP, "<=", max(window, place.second or window)) if window else lower


def _fresh(place: _Place, rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(row for row in rows if str(row.get("Id")) not in place.seen)


def _next(place: _Place, rows: Sequence[Row]) -> _Place:
    last = _stamp(rows[-1])
    if last is None or last == place.second:
        seen = place.seen | {str(row.get("Id")) for row in rows}
        return _Place(place.second, place.start + len(rows), seen)
    return _Place(last, seen=frozenset(str(row.get("Id")) for row in rows if _stamp(row) == last))


def _stamp(row: Row) -> datetime | None:
    stamps = row.get("MetaData")
    return instant(stamps.get("LastUpdatedTime")) if isinstance(stamps, dict) else None
