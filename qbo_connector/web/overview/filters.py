"""The filters of the record view: all of them live in the address, so that every list can be linked to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from qbo_connector.store.record_lists import Paging, RecordFilter, RecordSort
from qbo_connector.store.states import RecordState

PAGE_SIZE = 50
LAST_PAGE = 200
LONGEST_SEARCH = 100
GROUPS: dict[str, tuple[RecordState, ...]] = {
    "synced": (RecordState.SYNCED,),
    "syncing": (RecordState.SYNCING, RecordState.WAITING),
    "held": (RecordState.HELD,),
    "failing": (RecordState.FAILING,),
    "excluded": (RecordState.EXCLUDED, RecordState.DISMISSED),
    "shadowed": (RecordState.SHADOWED,),
    "new": (RecordState.NEW,),
}
"""What people filter by; waiting counts as syncing, set aside as excluded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the address asks for, made harmless: what cannot be read restricts nothing."""

    search: str = ""
    state: str = ""
    reason: str = ""
    pairing: int | None = None
    kind: str = ""
    first: date | None = None
    last: date | None = None
    sort: RecordSort = RecordSort.ACTIVITY
    descending: bool = True
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """From the query of an address."""
        return cls(
            search=query.get("q", "").strip()[:LONGEST_SEARCH],
            state=query.get("state", "") if query.get("state") in GROUPS else "",
            reason=query.get("reason", "")[:LONGEST_SEARCH],
            pairing=_whole(query.get("sync", "")),
            kind=query.get("kind", "")[:LONGEST_SEARCH],
            first=_date(query.get("from", "")),
            last=_date(query.get("to", "")),
            sort=_sort(query.get("sort", "")),
            descending=query.get("order", "down") != "up",
            page=min(_whole(query.get("page", "")) or 1, LAST_PAGE),
        )

    @property
    def narrows(self) -> bool:
        """Whether anything but the order was asked for."""
        return any((self.search, self.state, self.reason, self.pairing, self.kind, self.first, self.last))

    def record_filter(self) -> RecordFilter:
        """As the store understands it."""
        return RecordFilter(
            pairing_id=self.pairing,
            kinds=(self.kind,) if self.kind else (),
            states=GROUPS.get(self.state, ()),
            reasons=(self.reason,) if self.reason else (),
            first_date=self.first,
            last_date=self.last,
            search=self.search,
        )

    def paging(self) -> Paging:
        """The page and its order."""
        return Paging(page=self.page, size=PAGE_SIZE, sort=self.sort, descending=self.descending)

    def address(self) -> dict[str, str]:
        """The query that leads here; usual values are left out."""
        values = {
            "q": self.search,
            "state": self.state,
            "reason": self.reason,
            "sync": str(self.pairing or ""),
            "kind": self.kind,
            "from": self.first.isoformat() if self.first else "",
            "to": self.last.isoformat() if self.last else "",
            "sort": "" if self.sort is RecordSort.ACTIVITY else str(self.sort),
            "order": "" if self.descending else "up",
            "page": "" if self.page == 1 else str(self.page),
        }
        return {name: value for name, value in values.items() if value}

    def sorted_by(self, name: str) -> Self:
        """The same list by another column; a second press turns the order round."""
        column = RecordSort(name)
        descending = not self.descending if column is self.sort else column is not RecordSort.PARTY
        return replace(self, sort=column, descending=descending, page=1)

    def at(self, page: int) -> Self:
        """Another page of the same list."""
        return replace(self, page=page)


def _whole(text: str) -> int | None:
    small_enough = text.isascii() and text.isdecimal() and len(text) < len("1000000000")
    return (int(text) or None) if small_enough else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _sort(text: str) -> RecordSort:
    return RecordSort(text) if text in set(RecordSort) else RecordSort.ACTIVITY
