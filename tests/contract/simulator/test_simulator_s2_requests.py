"""Reference §2: addresses, headers, idempotency."""

import threading
import time

import pytest
import requests

from tests.contract.simulator.qbohttp import invoice_body


def test_xml_is_the_default_and_json_must_be_asked_for(qbo):
    answer = requests.get(
        qbo.url("customer/1"),
        headers={"Authorization": qbo.session.headers["Authorization"]},
        timeout=10,
    )
    assert answer.headers["Content-Type"].startswith("application/xml")
    assert '<Customer domain="QBO" sparse="false">' in answer.text
    assert "<DisplayName>Amy&apos;s" in answer.text or "<DisplayName>Amy's" in answer.text


def test_format_json_in_the_address_asks_for_json_too(qbo):
    qbo.session.headers["Accept"] = "*/*"
    assert qbo.get("customer/1", format="json").json()["Customer"]["Id"] == "1"


def test_success_and_fault_differ_in_their_headers(qbo):
    good, bad = qbo.get("customer/1"), qbo.get("customer/999")
    assert good.headers["Content-Type"].lower() == "application/json;charset=utf-8"
    assert "QBO-Version" in good.headers
    assert bad.headers["Content-Type"] == "application/json"
    assert "QBO-Version" not in bad.headers
    assert good.headers["intuit_tid"] != bad.headers["intuit_tid"]
    assert good.headers["Cache-Control"].startswith("max-age=0, no-cache")


@pytest.mark.parametrize("version", ["1", "65", "75", "999"])
def test_every_minor_version_is_served_as_75(qbo, version):
    assert qbo.read("CompanyInfo", "1", minorversion=version)["DefaultTimeZone"] == "America/Los_Angeles"


def test_entity_in_the_address_is_found_in_any_case(qbo):
    assert qbo.get("CUSTOMER/1").status_code == 200


def test_company_info_is_read_by_the_realm_as_well(qbo):
    assert qbo.read("CompanyInfo", qbo.realm_id)["Id"] == "1"


def test_there_is_no_put(qbo):
    answer = qbo.session.put(qbo.url("invoice"), json=invoice_body(), timeout=10)
    assert answer.json()["Fault"]["Error"][0]["code"] == "500"


def test_malformed_utf8_is_fault_500(qbo):
    answer = qbo.session.post(qbo.url("invoice"), data=b'{"DocNumber":"\xff\xfe"}', timeout=10)
    assert answer.json()["Fault"]["Error"][0]["code"] == "500"


def test_same_requestid_gives_the_same_answer_and_no_second_document(qbo):
    first = qbo.post("invoice", invoice_body(), requestid="r-1")
    second = qbo.post("invoice", invoice_body(), requestid="r-1")
    assert first.content == second.content
    assert qbo.query("select count(*) from Invoice")["QueryResponse"]["totalCount"] == 11


def test_requestid_counts_per_company(qbo):
    other = qbo.control("companies", {"region": "US"})
    first = qbo.post("invoice", invoice_body(), requestid="r-1")
    qbo.realm_id = other["realm_id"]
    qbo.session.headers["Authorization"] = f"Bearer {other['access_token']}"
    second = qbo.post("invoice", invoice_body(), requestid="r-1")
    assert first.status_code == second.status_code == 200
    assert qbo.control("requests")["counts"][other["realm_id"]]["replays"] == 0


def test_requestid_may_have_fifty_characters(qbo):
    assert qbo.post("invoice", invoice_body(), requestid="r" * 50).status_code == 200
    answer = qbo.post("invoice", invoice_body(), requestid="r" * 51)
    assert answer.json()["Fault"]["Error"][0]["code"] == "2130"


@pytest.mark.parametrize(("length", "status"), [(36, 200), (37, 400)])
def test_2_requestid_of_a_batch_has_at_most_36_characters(qbo, length, status):
    batch = {"BatchItemRequest": [{"bId": "1", "Query": "select count(*) from Term"}]}
    assert qbo.post("batch", batch, requestid="r" * length).status_code == status


def test_requestid_is_forgotten_after_its_time(qbo):
    qbo.control("knobs", {"requestid_ttl_s": 60})
    first = qbo.make("Invoice", invoice_body(), requestid="r-1")
    qbo.control("clock", {"advance_s": 61})
    assert qbo.make("Invoice", invoice_body(), requestid="r-1")["Id"] != first["Id"]


@pytest.mark.parametrize(("replay", "status"), [(False, 200), (True, 400)])
def test_faults_are_replayed_only_if_the_knob_says_so(qbo, replay, status):
    qbo.control("knobs", {"replay_faults": replay})
    qbo.invoice(DocNumber="77")
    assert qbo.post("invoice", invoice_body(DocNumber="77"), requestid="r-1").status_code == 400
    assert qbo.post("invoice", invoice_body(DocNumber="78"), requestid="r-1").status_code == status


@pytest.mark.parametrize(("inflight_600", "second"), [(True, "600"), (False, None)])
def test_repeat_while_the_first_still_runs_waits_or_gets_600(qbo, inflight_600, second):
    qbo.control("knobs", {"inflight_600": inflight_600})
    qbo.fault(match={"path": "/invoice"}, after_s=0.5)
    headers = dict(qbo.session.headers)
    answers = []

    def send_first():
        address = qbo.url("invoice")
        answers.append(
            requests.post(address, json=invoice_body(), params={"requestid": "r-1"}, headers=headers, timeout=10)
        )

    first = threading.Thread(target=send_first)
    first.start()
    time.sleep(0.2)
    repeated = qbo.post("invoice", invoice_body(), requestid="r-1")
    first.join()
    assert answers[0].status_code == 200
    if second:
        assert repeated.json()["Fault"]["Error"][0]["code"] == second
    else:
        assert repeated.content == answers[0].content


def test_many_clients_at_once_lose_nothing(qbo):
    owed = qbo.read("Customer", "1")["Balance"]
    headers = dict(qbo.session.headers)
    made = []

    def work():
        with requests.Session() as session:
            for _ in range(20):
                answer = session.post(qbo.url("invoice"), json=invoice_body(), headers=headers, timeout=20)
                made.append(answer.json()["Invoice"]["Id"])

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 120
    assert qbo.read("Customer", "1")["Balance"] == owed + 120 * 100


def test_reads_are_not_replayed(qbo):
    first = qbo.get("customer/1", requestid="r-1").json()["time"]
    time.sleep(0.005)
    assert qbo.get("customer/1", requestid="r-1").json()["time"] != first
