"""Reading faults: every place they hide in, and everything that is none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_connector.qbo.faults import Fault, parse

JSON = "application/json"


def codes(body: bytes, status: int = 400, content_type: str = JSON) -> list[str]:
    return [fault.code for fault in parse(status, content_type, body)]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"<html><head><title>503</title></head><body><h1>Service Unavailable</h1></body></html>",
        b"<!DOCTYPE html><p>unclosed & broken",
        b"upstream connect error",
        b"{",
        b"[]",
        b"null",
        b'"Fault"',
        b'{"Fault": null}',
        b'{"Fault": "no"}',
        b'{"QueryResponse": {}}',
        b"<IntuitResponse/>",
        b"<a><b></a>",
        b'{"Fault":' * 100_000,
        b"\xff\xfe\x00",
    ],
)
def test_what_holds_no_fault_yields_none(body):
    assert parse(503, "text/html", body) == ()
    assert parse(200, JSON, body) == ()


def test_a_bomb_of_entities_is_refused_and_not_unfolded():
    bomb = (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        b'<IntuitResponse><Fault><Error code="3001"><Message>&b;</Message></Error></Fault></IntuitResponse>'
    )

    assert parse(429, "application/xml", bomb) == ()


def test_an_external_entity_is_never_fetched():
    body = (
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        b'<IntuitResponse><Fault><Error code="3001"><Message>&a;</Message></Error></Fault></IntuitResponse>'
    )

    assert parse(429, "application/xml", body) == ()


def test_all_errors_of_one_fault_are_kept_in_their_order():
    errors = [{"code": "6140"}, {"code": "2050"}, {"code": "6000"}, {"code": "610"}]

    assert codes(json.dumps({"Fault": {"Error": errors}}).encode()) == ["6140", "2050", "6000", "610"]


def test_zeros_in_front_of_a_code_do_not_count():
    assert codes(b'{"Fault": {"Error": [{"code": "003001"}]}}') == ["3001"]
    assert codes(b'{"Fault": {"Error": [{"code": 610}]}}') == ["610"]


def test_a_single_error_that_is_no_list_is_read():
    assert codes(b'{"Fault": {"Error": {"code": "5010"}}}') == ["5010"]


def test_a_fault_without_errors_is_still_a_fault():
    assert parse(400, JSON, b'{"Fault": {"type": "SystemFault"}}') == (Fault(code="", type="SystemFault"),)


def test_a_fault_inside_a_change_feed_is_found():
    body = {"CDCResponse": [{"QueryResponse": [{}]}, {"Fault": {"Error": [{"code": "4001"}]}}]}

    assert codes(json.dumps(body).encode(), status=200) == ["4001"]


def test_words_that_only_look_like_a_fault_are_none():
    body = {"Invoice": {"PrivateNote": 'the customer says "Fault" twice', "DefaultTaxCodeRef": {"value": "2"}}}

    assert codes(json.dumps(body).encode(), status=200) == []


def test_an_answer_in_latin_1_is_read_by_its_charset():
    body = '{"Fault": {"Error": [{"code": "6000", "Detail": "Café fermé"}]}}'.encode("latin-1")

    (fault,) = parse(400, "application/json;charset=iso-8859-1", body)

    assert fault.detail == "Café fermé"


def test_a_token_in_a_detail_never_becomes_part_of_the_fault():
    token = "eyJlbmMiOiJBMTI4Q0JDLUhTMjU2.4fKxk.Zm9vYmFy.c2VjcmV0"
    body = {"fault": {"error": [{"code": "3200", "detail": f"Token expired: {token}"}]}}

    (fault,) = parse(401, JSON, json.dumps(body).encode())

    assert token not in fault.detail
    assert fault.detail == "Token expired: [secret]"


def test_what_may_be_shown_names_nobody_and_stays_short():
    detail = (
        "Stale Object Error : You and Ann Lee were working on this at the same time. Ann Lee finished before you "
        "did, so your work was not saved. Write to ann@oak.example."
    )
    fault = Fault(code="5010", message="Stale Object Error", detail=detail * 5)

    assert "Ann" not in fault.scrubbed
    assert "oak.example" not in fault.scrubbed
    assert len(fault.scrubbed) <= 500
    assert "Ann" not in repr(fault)


KEYS = ["Fault", "fault", "Error", "error", "code", "Message", "detail", "BatchItemResponse", "x"]
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda deep: st.lists(deep) | st.dictionaries(st.sampled_from(KEYS), deep),
)


@given(ANY_JSON)
def test_no_json_of_any_shape_breaks_the_reader(document):
    for fault in parse(400, JSON, json.dumps(document).encode()):
        assert isinstance(fault.code, str)


@given(st.binary(max_size=200), st.sampled_from([200, 400, 503]))
def test_no_bytes_break_the_reader(body, status):
    assert isinstance(parse(status, "application/json;charset=nonsense", body), tuple)
