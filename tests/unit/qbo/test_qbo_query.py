"""Statements: what is asked is what was meant, whatever the values hold."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_connector.qbo.query import Direction, Query, quoted


def test_a_statement_has_its_parts_in_quickbooks_order():
    statement = (
        Query("Customer")
        .where("DisplayName", "=", "Oak & Pine")
        .where("Active", "IN", (True, False))
        .order_by("MetaData.LastUpdatedTime", Direction.DESC)
        .page(1001, 500)
    )

    assert str(statement) == (
        "SELECT * FROM Customer WHERE DisplayName = 'Oak & Pine' AND Active IN (true, false) "
        "ORDERBY MetaData.LastUpdatedTime DESC STARTPOSITION 1001 MAXRESULTS 500"
    )


def test_counting_and_choosing_columns():
    assert str(Query("Invoice").count()) == "SELECT COUNT(*) FROM Invoice"
    assert str(Query("Invoice").select("Id", "DocNumber")) == "SELECT Id, DocNumber FROM Invoice"


def test_building_on_a_query_leaves_it_as_it_was():
    query = Query("Invoice")
    query.where("DocNumber", "=", "1")

    assert str(query) == "SELECT * FROM Invoice"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Amy's", r"'Amy\'s'"),
        ("back\\slash", r"'back\\slash'"),
        ("\\'", r"'\\\''"),
        ("", "''"),
        (True, "true"),
        (False, "false"),
        (7, "'7'"),
        (Decimal("1000.10"), "'1000.10'"),
        (Decimal("1E+3"), "'1000'"),
        (date(2026, 11, 22), "'2026-11-22'"),
        (datetime(2026, 11, 22, 8, 30, tzinfo=UTC), "'2026-11-22T08:30:00+00:00'"),
        (
            datetime(2026, 11, 22, 0, 30, tzinfo=timezone(timedelta(hours=-8))),
            "'2026-11-22T00:30:00-08:00'",
        ),
    ],
)
def test_values_are_written_as_quickbooks_reads_them(value, written):
    assert str(Query("Invoice").where("X", "=", value)).endswith(f"X = {written}")


@pytest.mark.parametrize(
    ("entity", "name"),
    [
        ("Customer; DROP", "Id"),
        ("customer", "Id"),
        ("", "Id"),
        ("Customer WHERE Id", "Id"),
        ("Customer", "Id = '1' OR Id"),
        ("Customer", "Id'"),
        ("Customer", ""),
        ("Customer", "a.b.c.d.e"),
        ("Customer", "Id--"),
        ("Customer", "Näme"),
    ],
)
def test_names_that_are_none_are_refused(entity, name):
    with pytest.raises(ValueError, match="not the name of"):
        Query(entity).where(name, "=", "1")


@pytest.mark.parametrize(
    "build",
    [
        lambda: Query("A").where("B", "OR", "1"),
        lambda: Query("A").where("B", "IN", "1"),
        lambda: Query("A").where("B", "IN", ()),
        lambda: Query("A").where("B", "=", ("1",)),
        lambda: Query("A").where("B", "=", Decimal("NaN")),
        lambda: Query("A").where("B", "=", datetime(2026, 1, 1)),  # noqa: DTZ001  naive on purpose
        lambda: Query("A").where("B", "=", "\ud800"),
        lambda: Query("A").page(0),
        lambda: Query("A").page(1, 1001),
    ],
)
def test_what_cannot_be_asked_is_refused_before_it_is_sent(build):
    with pytest.raises(ValueError, match=r".+"):
        build()


@given(st.text(st.characters(codec="utf-8")))
def test_a_literal_ends_only_where_the_value_ends(text):
    literal = quoted(text)
    inside = literal[1:-1]

    position, read = 0, ""
    while position < len(inside):
        assert inside[position] != "'"
        position += inside[position] == "\\"
        read += inside[position]
        position += 1

    assert read == text
