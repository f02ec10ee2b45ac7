"""The columns of the record view: a person chooses, and the session remembers."""

from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any

from qbo_connector.store.record_lists import RecordSort

KEY = "record_columns"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column; ``sort`` where the list can be sorted by it."""

    key: str
    title: str
    sort: RecordSort | None = None
    usual: bool = True
    numeric: bool = False


COLUMNS = (
    Column(key="party", title="Customer", sort=RecordSort.PARTY),
    Column(key="date", title="Date", sort=RecordSort.DATE, usual=False),
    Column(key="amount", title="Amount", sort=RecordSort.AMOUNT, numeric=True),
    Column(key="state", title="State", sort=RecordSort.STATE),
    Column(key="reason", title="Reason"),
    Column(key="sync", title="Sync", usual=False),
    Column(key="status", title="Status in the source", usual=False),
    Column(key="synced", title="Last synced", usual=False),
    Column(key="activity", title="Last activity", sort=RecordSort.ACTIVITY),
)


def chosen(session: MutableMapping[str, Any]) -> tuple[Column, ...]:
    """The columns this person wants to see."""
    wanted = session.get(KEY)
    if wanted is None:
        return tuple(column for column in COLUMNS if column.usual)
    return tuple(column for column in COLUMNS if column.key in wanted)


def choose(session: MutableMapping[str, Any], keys: Iterable[str]) -> None:
    """Remember the columns; unknown names are passed over."""
    wanted = set(keys)
    session[KEY] = [column.key for column in COLUMNS if column.key in wanted]
