"""What we write is what the other side reads: any value, through a parser that is not ours."""

import hashlib
import json

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from qbo_connector.qbo.answers import WriteRequest
from qbo_connector.qbo.query import Query
from qbo_connector.simulator.query.parser import parse

TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters=":\t\n", exclude_categories=["Cc", "Cs", "Zl", "Zp"]),
    min_size=1,
    max_size=60,
).filter(lambda name: name == name.strip() and not name.lower().endswith("(deleted)"))


@given(TEXT, TEXT, st.lists(TEXT, min_size=1, max_size=4))
def test_any_value_arrives_as_it_was_meant_and_changes_nothing_around_it(first, second, several):
    query = (
        Query("Customer")
        .where("DisplayName", "=", first)
        .where("CompanyName", "!=", second)
        .where("Id", "IN", tuple(several))
        .order_by("MetaData.LastUpdatedTime")
        .page(3, 7)
    )

    statement = parse(str(query))

    assert statement.entity == "Customer"
    assert [condition.field for condition in statement.conditions] == ["DisplayName", "CompanyName", "Id"]
    assert [condition.values for condition in statement.conditions] == [(first,), (second,), tuple(several)]
    assert (statement.start, statement.limit) == (3, 7)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NAMES)
def test_a_customer_of_any_name_is_found_by_that_name_and_no_other(play, name):
    rows = play.client.query(Query("Customer").where("DisplayName", "=", name)).rows
    assume(rows == ())
    body = json.dumps({"DisplayName": name}).encode()
    request = WriteRequest(entity="customer", body=body, requestid=hashlib.sha256(body).hexdigest()[:32])
    created = play.client.write(request).entity

    rows = play.client.query(Query("Customer").where("DisplayName", "=", name)).rows

    assert [row["Id"] for row in rows] == [created["Id"]]


@pytest.mark.parametrize(
    "hostile", ["x' OR Id > '0", "x\\' OR Id > '0", "x\\\\' OR Id > '0", "'; SELECT * FROM Invoice", "%", "x' --"]
)
def test_no_value_can_say_more_than_a_value(play, hostile):
    assert play.client.query(Query("Customer").where("DisplayName", "=", hostile)).rows == ()


def test_active_and_inactive_are_asked_for_by_booleans(play):
    query = Query("Customer").where("Active", "IN", (True, False))

    assert len(play.client.query(query).rows) >= len(play.client.query(Query("Customer")).rows) > 0
