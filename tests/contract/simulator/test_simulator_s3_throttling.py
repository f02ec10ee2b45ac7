"""Reference §3: limits and what reads cost."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests

from qbo_connector.simulator import Simulator, SimulatorOptions
from tests.contract.simulator.qbohttp import Qbo, invoice_body


@pytest.fixture
def limited() -> Iterator[Qbo]:
    with Simulator(SimulatorOptions(port=0, seed="empty", limits="on")) as simulator:
        answer = requests.get(f"{simulator.base_url}/_simulator/credentials", timeout=10).json()
        client = Qbo(simulator.base_url, answer)
        yield client
        client.session.close()


def test_eleventh_request_in_a_second_is_throttled(limited):
    statuses = [limited.get("companyinfo/1").status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]


def test_throttled_answer_has_intuits_words(limited):
    for _ in range(10):
        limited.get("companyinfo/1")
    fault = limited.get("companyinfo/1").json()["Fault"]
    assert fault["Error"][0]["code"] == "3001"
    assert fault["Error"][0]["Detail"] == "The request limit was reached.  Try again later"
    assert fault["Error"][0]["Message"] == "message=ThrottleExceeded; errorCode=003001; statusCode=429"
    assert fault["type"] == "SERVICE"


def test_a_second_later_it_goes_on(limited):
    for _ in range(11):
        limited.get("companyinfo/1")
    limited.control("clock", {"advance_s": 1.01})
    assert limited.get("companyinfo/1").status_code == 200


def test_forty_batches_a_minute_pass(limited):
    batch = {"BatchItemRequest": [{"bId": "1", "Query": "select count(*) from Invoice"}]}
    statuses = []
    for _ in range(41):
        statuses.append(limited.post("batch", batch).status_code)
        limited.control("clock", {"advance_s": 0.2})
    assert statuses == [200] * 40 + [429]
    limited.control("clock", {"advance_s": 60})
    assert limited.post("batch", batch).status_code == 200


def test_five_hundred_requests_a_minute_pass(limited):
    statuses = set()
    for _ in range(50):
        statuses |= {limited.get("companyinfo/1").status_code for _ in range(10)}
        limited.control("clock", {"advance_s": 1.01})
    assert statuses == {200}
    limited.control("clock", {"advance_s": -48})
    assert limited.get("companyinfo/1").status_code == 429


@pytest.mark.parametrize("limits", ["x0", "fast", "x-1"])
def test_senseless_limits_are_refused_at_the_start(limits):
    with pytest.raises(ValueError, match=r"limits|could not convert"):
        Simulator(SimulatorOptions(port=0, limits=limits))


def test_throttle_in_xml_though_json_was_asked_for(qbo):
    qbo.fault(then="throttle_xml")
    answer = qbo.get("customer/1")
    assert answer.status_code == 429
    assert answer.headers["Content-Type"] == "application/xml"
    assert '<Fault type="SERVICE"><Error code="3001">' in answer.text


def test_reads_are_counted_as_coreplus_and_writes_as_writes(qbo):
    qbo.control("requests")
    requests.delete(f"{qbo.base_url}/_simulator/requests", timeout=10)
    qbo.invoice()
    qbo.read("Customer", "1")
    qbo.query("select * from Item")
    qbo.get("cdc", entities="Invoice", changedSince=datetime.now(UTC).date().isoformat())
    qbo.get("customer/999")
    counts = qbo.control("requests")["counts"][qbo.realm_id]
    assert counts == {
        "requests": 5,
        "writes": 1,
        "coreplus": 3,
        "throttled": 0,
        "replays": 0,
        "batch_items": 0,
    }


def test_batch_with_a_query_costs_one_read(qbo):
    requests.delete(f"{qbo.base_url}/_simulator/requests", timeout=10)
    items = [
        {"bId": "1", "Query": "select * from Item"},
        {"bId": "2", "Query": "select * from Customer"},
        {"bId": "3", "operation": "create", "Invoice": invoice_body()},
    ]
    qbo.post("batch", {"BatchItemRequest": items})
    counts = qbo.control("requests")["counts"][qbo.realm_id]
    assert (counts["coreplus"], counts["writes"], counts["batch_items"]) == (1, 1, 3)
