"""Pages in a closed window: what stood still is read, however much else moves; a reading can be gone on with."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_connector.qbo.paging import every_page
from qbo_connector.qbo.query import Direction, Query

START = datetime(2026, 11, 22, tzinfo=UTC)
ROWS = 30
DIRECTIONS = [Direction.ASC, Direction.DESC]


@dataclass
class Answer:
    rows: list
    time: datetime


class Table:
    """Rows with the second of their last change; somebody may touch them between two pages."""

    def __init__(self, seconds, touch=lambda: None):
        self.rows = {str(number): START + timedelta(seconds=second) for number, second in enumerate(seconds)}
        self.now = START + timedelta(hours=1)
        self.asked = []
        self._touch = touch

    def read(self, query):
        self.asked.append(str(query))
        self._touch()
        statement = str(query)
        low = [datetime.fromisoformat(one) for one in re.findall(r"LastUpdatedTime >= '([^']+)'", statement)]
        high = [datetime.fromisoformat(one) for one in re.findall(r"LastUpdatedTime <= '([^']+)'", statement)]
        found = sorted(
            (stamp, int(key))
            for key, stamp in self.rows.items()
            if all(one <= stamp for one in low) and all(stamp <= one for one in high)
        )
        found = found[::-1] if " DESC " in statement else found
        start, size = map(int, re.search(r"STARTPOSITION (\d+) MAXRESULTS (\d+)", statement).groups())
        rows = [
            {"Id": str(key), "MetaData": {"LastUpdatedTime": stamp.isoformat()}}
            for stamp, key in found[start - 1 : start - 1 + size]
        ]
        return Answer(rows, self.now)


def ids(pages):
    return [row["Id"] for page in pages for row in page.rows]


@given(st.lists(st.integers(0, 5), max_size=40), st.integers(1, 7), st.sampled_from(DIRECTIONS))
def test_every_row_comes_once_however_many_share_a_second(seconds, size, direction):
    table = Table(seconds)

    found = ids(every_page(Query("Invoice"), table.read, size=size, direction=direction))

    assert sorted(found, key=int) == [str(number) for number in range(len(seconds))]


@given(st.lists(st.integers(0, ROWS - 1), max_size=20), st.integers(2, 10), st.sampled_from(DIRECTIONS))
def test_what_is_touched_meanwhile_pushes_nothing_else_over_the_edge(touched, size, direction):
    moving = iter(list(enumerate(touched)))

    def touch():
        when, number = next(moving, (0, None))
        if number is not None:
            table.rows[str(number)] = table.now + timedelta(seconds=1 + when)

    table = Table(range(ROWS), touch)
    found = ids(every_page(Query("Invoice"), table.read, size=size, direction=direction))

    still = {str(number) for number in range(ROWS)} - {str(number) for number in touched}
    assert still <= set(found)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40), st.integers(1, 7), st.integers(1, 5))
def test_a_reading_that_was_broken_off_is_gone_on_with_from_where_it_stood(seconds, size, pages):
    table = Table(seconds)
    first = []
    for page in every_page(Query("Invoice"), table.read, size=size, direction=Direction.DESC):
        first.append(page)
        if len(first) == pages:
            break

    rest = every_page(
        Query("Invoice"),
        table.read,
        size=size,
        direction=Direction.DESC,
        window=first[-1].window,
        reached=first[-1].reached,
    )

    assert {*ids(first), *ids(rest)} == set(table.rows)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_reading_ends_although_others_keep_adding(direction):
    def add():
        for _ in range(2):
            table.rows[str(len(table.rows))] = table.now + timedelta(seconds=len(table.asked))

    table = Table(range(6), add)

    pages = list(every_page(Query("Invoice"), table.read, size=3, direction=direction))

    assert pages[-1].is_last
    assert len(table.asked) <= 4
    assert {str(number) for number in range(6)} <= set(ids(pages))


def test_newest_first_the_first_page_holds_the_newest():
    page = next(every_page(Query("Invoice"), Table(range(10)).read, size=3, direction=Direction.DESC))

    assert [row["Id"] for row in page.rows] == ["9", "8", "7"]
    assert page.reached == START + timedelta(seconds=7)
    assert page.window == START + timedelta(hours=1)
    assert not page.is_last


def test_what_fits_on_a_page_costs_one_read():
    table = Table([0] * 5)

    (page,) = every_page(Query("Invoice"), table.read, size=10)

    assert (len(page.rows), page.is_last, len(table.asked)) == (5, True, 1)


def test_rows_without_a_stamp_are_paged_by_offset():
    asked = []

    def read(query):
        asked.append(str(query))
        start = len(asked) * 2 - 2
        return Answer([{"Id": str(number)} for number in range(start, min(start + 2, 5))], START)

    assert ids(every_page(Query("Invoice"), read, size=2)) == ["0", "1", "2", "3", "4"]
