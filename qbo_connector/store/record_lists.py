"""Lists of records as people look at them: filtered, sorted, paged; and counts by state."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, assert_never

from sqlalchemy import ColumnElement, Numeric, Select, cast, func, select, tuple_
from sqlalchemy.orm import Session, defer

from qbo_connector.canonical.keys import name_key
from qbo_connector.store.records import Record
from qbo_connector.store.states import RecordState


class RecordSort(StrEnum):
    """What a list can be sorted by."""

    ACTIVITY = "activity"
    NUMBER = "number"
    PARTY = "party"
    AMOUNT = "amount"
    DATE = "date"
    STATE = "state"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFilter:
    """Which records are meant; what is empty does not restrict. Dates are the documents', both ends included.

    ``search`` is looked for in number, party name and external id, without regard to case.
    """

    pairing_id: int | None = None
    kinds: tuple[str, ...] = ()
    states: tuple[RecordState, ...] = ()
    reasons: tuple[str, ...] = ()
    first_date: date | None = None
    last_date: date | None = None
    search: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """Which page, from 1, how long, and in which order. Counting further than ``count_to`` helps nobody."""

    page: int = 1
    size: int = 50
    count_to: int = 10_000
    sort: RecordSort = RecordSort.ACTIVITY
    descending: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page. Where counting stopped early, ``total`` is the number reached and ``exact`` is False."""

    rows: Sequence[Record]
    total: int
    exact: bool
    page: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Some records and, if there are more, where they go on."""

    rows: Sequence[Record]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCount:
    """How many records of one pairing and kind are in a state, and when the last of them moved."""

    pairing_id: int
    kind: str
    state: RecordState
    count: int
    last_activity_at: datetime


class CursorInvalid(ValueError):
    """A cursor that we did not make."""


NO_FILTER = RecordFilter()
FIRST_PAGE = Paging()


def list_page(
    session: Session, organization_id: int, filters: RecordFilter = NO_FILTER, paging: Paging = FIRST_PAGE
) -> Page:
    """One page of an organization's records, without their documents."""
    matching = _matching(organization_id, filters)
    counted = select(func.count()).select_from(
        matching.with_only_columns(Record.id).limit(paging.count_to + 1).subquery()
    )
    total = session.scalar(counted) or 0
    rows = matching.order_by(*_order(paging)).limit(paging.size).offset((paging.page - 1) * paging.size)
    return Page(
        rows=session.scalars(_light(rows)).all(),
        total=min(total, paging.count_to),
        exact=total <= paging.count_to,
        page=paging.page,
        size=paging.size,
    )


def list_after(
    session: Session,
    organization_id: int,
    filters: RecordFilter = NO_FILTER,
    *,
    cursor: str | None = None,
    size: int = 50,
) -> Slice:
    """Records by last activity, newest first, from where a former slice ended; for the API.

    Raises:
        CursorInvalid: if the cursor is not one of ours.
    """
    query = _matching(organization_id, filters)
    if cursor is not None:
        at, last_id = _read_cursor(cursor)
        query = query.where(tuple_(Record.last_activity_at, Record.id) < tuple_(at, last_id))
    newest_first = query.order_by(Record.last_activity_at.desc(), Record.id.desc())
    rows = session.scalars(_light(newest_first.limit(size + 1))).all()
    more = len(rows) > size
    return Slice(rows=rows[:size], next_cursor=_write_cursor(rows[size - 1]) if more else None)


def list_ids(session: Session, organization_id: int, filters: RecordFilter, *, limit: int) -> Sequence[int]:
    """The ids of matching records, oldest first; for actions on many."""
    query = _matching(organization_id, filters).with_only_columns(Record.id)
    return session.scalars(query.order_by(Record.id).limit(limit)).all()


def counts(session: Session, organization_id: int, pairing_id: int | None = None) -> Sequence[StateCount]:
    """The object view: how many records stand where."""
    group = (Record.pairing_id, Record.kind, Record.state)
    query = select(*group, func.count(), func.max(Record.last_activity_at)).where(
        Record.organization_id == organization_id
    )
    if pairing_id is not None:
        query = query.where(Record.pairing_id == pairing_id)
    return [
        StateCount(pairing_id=pairing, kind=kind, state=state, count=count, last_activity_at=last)
        for pairing, kind, state, count, last in session.execute(query.group_by(*group).order_by(*group))
    ]


def _matching(organization_id: int, filters: RecordFilter) -> Select[Record]:
    return select(Record).where(Record.organization_id == organization_id, *_conditions(filters))


def _conditions(filters: RecordFilter) -> list[ColumnElement[bool]]:
    search = name_key(filters.search)
    possible: list[tuple[object, ColumnElement[bool]]] = [
        (filters.pairing_id, Record.pairing_id == filters.pairing_id),
        (filters.kinds, Record.kind.in_(filters.kinds)),
        (filters.states, Record.state.in_(filters.states)),
        (filters.reasons, Record.reason.in_(filters.reasons)),
        (filters.first_date, Record.document_date >= (filters.first_date or date.min)),
        (filters.last_date, Record.document_date <= (filters.last_date or date.max)),
        (search, Record.search_text.contains(search, autoescape=True)),
    ]
    return [condition for asked, condition in possible if asked]


def _order(paging: Paging) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    column = _sort_column(paging.sort)
    nullable = paging.sort in {RecordSort.AMOUNT, RecordSort.DATE}
    first = column.desc() if paging.descending else column.asc()
    second = Record.id.desc() if paging.descending else Record.id.asc()
    # An index is walked for a sort only if the sort says nothing about NULL that the index does not.
    return (first.nulls_last() if nullable else first), second


def _sort_column(sort: RecordSort) -> ColumnElement[Any]:
    match sort:
        case RecordSort.ACTIVITY:
            return Record.last_activity_at.expression
        case RecordSort.NUMBER:
            return Record.number_key.expression
        case RecordSort.PARTY:
            return Record.party_name.expression
        case RecordSort.AMOUNT:
            return cast(Record.amount, Numeric)
        case RecordSort.DATE:
            return Record.document_date.expression
        case RecordSort.STATE:
            return Record.state.expression
        case _:
            assert_never(sort)


def _light(query: Select[Record]) -> Select[Record]:
    """Without the encrypted document, which a list does not show and which takes time to decrypt."""
    return query.options(defer(Record.document, raiseload=True))


def _write_cursor(record: Record) -> str:
    position = json.dumps([record.last_activity_at.isoformat(), record.id])
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, int]:
    try:
        at, last_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        position = datetime.fromisoformat(at), int(last_id)
    except (binascii.Error, ValueError, TypeError) as err:
        raise CursorInvalid("this cursor is not one of ours") from err
    if position[0].tzinfo is None:
        raise CursorInvalid("this cursor is not one of ours")
    return position
