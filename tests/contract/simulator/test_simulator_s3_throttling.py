"""Reference §3: limits and what reads cost."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests

from qbo_connector.simulator import Simulator, SimulatorOptions
from tests.contract.simulator.qbohttp import Qbo, invoice_body

BATCH = {"BatchItemRequest": [{"bId": "1", "Query": "select count(*) from Invoice"}]}


@pytest.fixture(scope="module")
def strict() -> Iterator[Simulator]:
    with Simulator(SimulatorOptions(port=0, seed="empty", limits="on")) as simulator:
        yield simulator


@pytest.fixture
def limited(strict) -> Iterator[Qbo]:
    answer = requests.post(f"{strict.base_url}/_simulator/reset", json={}, timeout=10).json()
    client = Qbo(strict.base_url, answer)
    yield client
    client.session.close()


def _others(qbo: Qbo, **sent: int) -> None:
    qbo.control(f"companies/{qbo.realm_id}", {"other_apps": sent})


def _report(qbo: Qbo) -> requests.Response:
    return qbo.get("reports/CustomerBalance")


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
    statuses = []
    for _ in range(41):
        statuses.append(limited.post("batch", BATCH).status_code)
        limited.control("clock", {"advance_s": 0.2})
    assert statuses == [200] * 40 + [429]
    limited.control("clock", {"advance_s": 60})
    assert limited.post("batch", BATCH).status_code == 200


def test_five_hundred_requests_a_minute_pass(limited):
    statuses = set()
    for _ in range(50):
        statuses |= {limited.get("companyinfo/1").status_code for _ in range(10)}
        limited.control("clock", {"advance_s": 1.01})
    assert statuses == {200}
    limited.control("clock", {"advance_s": -48})
    assert limited.get("companyinfo/1").status_code == 429


def test_3_1_requests_of_a_realm_are_counted_over_all_apps(limited):
    _others(limited, requests=499)
    assert limited.get("companyinfo/1").status_code == 200
    assert limited.get("companyinfo/1").status_code == 429
    limited.control("clock", {"advance_s": 61})
    assert limited.get("companyinfo/1").status_code == 200


def test_3_1_requests_a_second_are_counted_for_one_app_alone(limited):
    _others(limited, requests=100)
    statuses = [limited.get("companyinfo/1").status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]


def test_3_1_each_company_has_windows_of_its_own(limited):
    other = limited.control("companies", {"seed": "empty"})
    _others(limited, requests=500)
    assert limited.get("companyinfo/1").status_code == 429
    free = Qbo(limited.base_url, other)
    assert free.get("companyinfo/1").status_code == 200
    free.session.close()


def test_3_1_a_hundred_and_twenty_batches_a_minute_pass_for_all_apps_of_a_realm(limited):
    _others(limited, batches=119)
    assert [limited.post("batch", BATCH).status_code for _ in range(2)] == [200, 429]
    assert limited.get("companyinfo/1").status_code == 200
    limited.control("clock", {"advance_s": 61})
    assert limited.post("batch", BATCH).status_code == 200


def test_3_1_a_batch_is_one_of_the_requests_a_minute_whatever_it_holds(limited):
    _others(limited, requests=498)
    items = [{"bId": str(n), "Query": "select count(*) from Term"} for n in range(30)]
    assert limited.post("batch", {"BatchItemRequest": items}).status_code == 200
    assert limited.get("companyinfo/1").status_code == 200
    assert limited.get("companyinfo/1").status_code == 429


def test_3_1_two_hundred_reports_a_minute_pass(limited):
    _others(limited, reports=199)
    assert [_report(limited).status_code for _ in range(2)] == [200, 429]
    assert limited.get("companyinfo/1").status_code == 200
    limited.control("clock", {"advance_s": 61})
    assert _report(limited).status_code == 200


def test_3_1_a_refused_request_does_not_lengthen_the_wait(limited):
    _others(limited, requests=500, batches=500)
    limited.control("clock", {"advance_s": 50})
    assert limited.get("companyinfo/1").status_code == 429
    limited.control("clock", {"advance_s": 11})
    assert [limited.get("companyinfo/1").status_code for _ in range(10)] == [200] * 10


def test_3_1_without_limits_other_apps_take_nothing_away(qbo):
    _others(qbo, requests=1000, batches=1000, reports=1000)
    assert _report(qbo).status_code == 200


def test_3_3_reads_of_all_companies_share_an_allowance_until_the_next_month(qbo):
    other = Qbo(qbo.base_url, qbo.control("companies", {"seed": "empty"}))
    qbo.control("clock", {"now": "2027-01-30T12:00:00-08:00"})
    qbo.session.headers["Authorization"] = f"Bearer {_fresh(qbo)}"
    qbo.control("knobs", {"reads_per_month": 2})
    assert qbo.get("customer/999").status_code == 400  # refused, so not metered
    assert [qbo.get("customer/1").status_code for _ in range(3)] == [200, 200, 429]
    other.session.headers["Authorization"] = f"Bearer {_fresh(other)}"
    assert other.get("companyinfo/1").status_code == 429
    other.session.close()
    assert qbo.post("batch", BATCH).status_code == 429
    assert qbo.post("invoice", invoice_body()).status_code == 200
    for moment, status in (("2027-01-31T23:59:00-08:00", 429), ("2027-02-01T00:01:00-08:00", 200)):
        qbo.control("clock", {"now": moment})
        qbo.session.headers["Authorization"] = f"Bearer {_fresh(qbo)}"
        assert qbo.get("customer/1").status_code == status


def _fresh(qbo: Qbo) -> str:
    return qbo.control(f"credentials?realm_id={qbo.realm_id}")["access_token"]


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
