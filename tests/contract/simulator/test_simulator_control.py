"""The control plane: faults with every outcome, clock, log, companies, state, lifecycle."""

import signal
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
import requests

from qbo_connector.simulator import Simulator, SimulatorOptions
from tests.contract.simulator.qbohttp import Qbo, invoice_body


def _count(qbo):
    return qbo.query("select count(*) from Invoice")["QueryResponse"]["totalCount"]


def _error(answer):
    return answer.json()["Fault"]["Error"][0]


def test_credentials_work_at_once_and_a_reset_keeps_ids_stable(qbo):
    first = qbo.rows("select * from Invoice orderby Id")
    again = qbo.control("reset", {})
    assert again["realm_id"] == qbo.realm_id
    qbo.session.headers["Authorization"] = f"Bearer {again['access_token']}"
    second = qbo.rows("select * from Invoice orderby Id")
    assert [(row["Id"], row.get("DocNumber")) for row in first] == [
        (row["Id"], row.get("DocNumber")) for row in second
    ]


def test_a_reset_ends_every_token(qbo):
    qbo.control("reset", {})
    assert qbo.get("customer/1").status_code == 401


def test_a_further_company_has_its_own_records_and_tokens(qbo):
    other = qbo.control("companies", {"region": "GB", "seed": "empty"})
    client = Qbo(qbo.base_url, other)
    assert client.read("CompanyInfo", "1")["Country"] == "GB"
    assert client.rows("select * from Customer") == []
    client.session.close()
    assert len(qbo.control("companies")["companies"]) == 2


def test_a_kept_state_is_put_back_with_its_records_tokens_and_knobs(qbo):
    qbo.control("knobs", {"replay_faults": False})
    qbo.make("Invoice", invoice_body(DocNumber="KEPT-1"))
    kept = qbo.session.get(f"{qbo.base_url}/_simulator/state", timeout=10)
    before = qbo.rows("select * from Invoice orderby Id")
    qbo.make("Invoice", invoice_body(DocNumber="LOST-1"))
    qbo.control("knobs", {"replay_faults": True})

    answer = qbo.session.post(f"{qbo.base_url}/_simulator/state", data=kept.content, timeout=10)

    assert answer.json()["realm_id"] == qbo.realm_id
    assert qbo.rows("select * from Invoice orderby Id") == before
    assert qbo.control("knobs")["replay_faults"] is False


def test_what_is_no_state_is_refused_and_nothing_changes(qbo):
    before = _count(qbo)
    answer = qbo.session.post(f"{qbo.base_url}/_simulator/state", json={"format": 99}, timeout=10)
    assert answer.status_code == 400
    assert "no state file" in answer.json()["error"]
    assert _count(qbo) == before


@pytest.mark.parametrize("body", [{"region": "FR"}, {"seed": "forest"}, {"colour": "red"}, {"tax": "none"}])
def test_wrong_wishes_are_refused_with_a_reason(qbo, body):
    answer = requests.post(f"{qbo.base_url}/_simulator/companies", json=body, timeout=10)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_unknown_addresses_are_404(qbo):
    assert requests.get(f"{qbo.base_url}/_simulator/nothing", timeout=10).status_code == 404
    assert requests.get(f"{qbo.base_url}/elsewhere", timeout=10).status_code == 404


@pytest.mark.parametrize(
    ("then", "status", "code"),
    [
        ("throttle", 429, "3001"),
        ("http_500", 500, "10000"),
        ("stale", 400, "5010"),
        ("fault_in_200", 200, "10000"),
    ],
)
def test_scripted_refusals_do_not_write(qbo, then, status, code):
    qbo.fault(match={"method": "POST", "path": "/invoice"}, then=then)
    answer = qbo.post("invoice", invoice_body(), requestid="r-1")
    assert (answer.status_code, _error(answer)["code"]) == (status, code)
    assert _count(qbo) == 10
    assert qbo.post("invoice", invoice_body(), requestid="r-1").status_code == 200
    assert _count(qbo) == 11


def test_scripted_html_and_expired_tokens(qbo):
    qbo.fault(then="http_503_html")
    answer = qbo.get("customer/1")
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/html")
    qbo.fault(then="expired_token")
    answer = qbo.get("customer/1")
    assert answer.status_code == 401
    assert answer.json()["fault"]["error"][0]["detail"].startswith("Token expired: ")
    assert qbo.get("customer/1").status_code == 200


@pytest.mark.parametrize(("then", "written"), [("reset_before_commit", 10), ("reset_after_commit", 11)])
def test_reset_cuts_the_line_before_or_after_the_write(qbo, then, written):
    qbo.fault(match={"path": "/invoice"}, then=then)
    with pytest.raises(requests.ConnectionError):
        qbo.post("invoice", invoice_body(), requestid="r-1")
    assert _count(qbo) == written
    qbo.make("Invoice", invoice_body(), requestid="r-1")
    assert _count(qbo) == 11


@pytest.mark.parametrize(("then", "written"), [("hang_before_commit", 10), ("hang_after_commit", 11)])
def test_hang_keeps_the_line_open_and_says_nothing(qbo, then, written):
    qbo.fault(match={"path": "/invoice"}, then=then)
    with pytest.raises(requests.ReadTimeout):
        qbo.session.post(qbo.url("invoice"), json=invoice_body(), params={"requestid": "r-1"}, timeout=(1, 0.5))
    assert _count(qbo) == written
    qbo.make("Invoice", invoice_body(), requestid="r-1")
    assert _count(qbo) == 11


def test_a_reset_is_a_real_rst(qbo):
    qbo.fault(then="reset_before_commit")
    host, _, port = qbo.base_url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        raw.sendall(f"GET /v3/company/{qbo.realm_id}/customer/1 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        with pytest.raises(ConnectionResetError):
            raw.recv(100)


def test_canned_answers_are_given_word_for_word(qbo):
    canned = {"status": 418, "body": {"short": "stout"}, "content_type": "application/tea"}
    qbo.fault(then=canned)
    answer = qbo.get("customer/1")
    assert (answer.status_code, answer.json()) == (418, {"short": "stout"})
    assert answer.headers["Content-Type"] == "application/tea"


def test_nth_and_times_count_matches_from_now(qbo):
    qbo.fault(match={"path": "customer"}, nth=2, times=2, then="http_500")
    statuses = [qbo.get("customer/1").status_code for _ in range(5)]
    assert statuses == [200, 500, 500, 200, 200]
    assert qbo.get("vendor/30").status_code == 200
    armed = qbo.control("faults")["faults"][0]
    assert (armed["seen"], armed["fired"]) == (5, 2)


def test_a_new_list_takes_the_place_of_the_former(qbo):
    qbo.fault(match={"path": "customer"}, then="http_500")
    qbo.fault(match={"path": "vendor"}, then="http_500")
    assert [qbo.get(path).status_code for path in ("customer/1", "vendor/30")] == [200, 500]


def test_an_empty_list_clears_the_script(qbo):
    qbo.fault(then="http_500", times=None)
    assert qbo.get("customer/1").status_code == 500
    assert qbo.control("faults", {"faults": []})["faults"] == []
    assert qbo.get("customer/1").status_code == 200


def test_faults_can_be_bound_to_a_realm(qbo):
    qbo.fault(match={"realm_id": "1"}, then="http_500")
    assert qbo.get("customer/1").status_code == 200


def test_after_s_makes_an_answer_slow(qbo):
    qbo.fault(after_s=0.3)
    began = time.monotonic()
    assert qbo.get("customer/1").status_code == 200
    assert time.monotonic() - began >= 0.3


def _batch(qbo, number):
    items = [
        {"bId": str(n), "operation": "create", "Invoice": invoice_body(DocNumber=f"B-{n}")}
        for n in range(1, number + 1)
    ]
    return {"BatchItemRequest": items}


@pytest.mark.parametrize(
    ("then", "code"), [("throttle", "3001"), ("stale", "5010"), ({"status": 6000, "body": "x"}, None)]
)
def test_one_item_of_a_batch_can_fail(qbo, then, code):
    if code is None:
        then = {"status": 500, "body": "broken"}
        code = "500"
    qbo.fault(match={"item": 2}, then=then)
    rows = qbo.post("batch", _batch(qbo, 3)).json()["BatchItemResponse"]
    assert [row["Fault"]["Error"][0]["code"] if "Fault" in row else "ok" for row in rows] == [
        "ok",
        code,
        "ok",
    ]
    assert _count(qbo) == 12


@pytest.mark.parametrize(("then", "written"), [("reset_before_commit", 11), ("reset_after_commit", 12)])
def test_a_batch_can_be_cut_in_the_middle(qbo, then, written):
    qbo.fault(match={"item": 2}, then=then)
    with pytest.raises(requests.ConnectionError):
        qbo.post("batch", _batch(qbo, 3))
    assert _count(qbo) == written


def test_log_tells_what_was_asked_and_answered(qbo):
    before = qbo.control("requests")["requests"]
    after = before[-1]["n"] if before else 0
    qbo.post("invoice", invoice_body(DocNumber="L-1"), requestid="r-1")
    qbo.post("invoice", invoice_body(DocNumber="L-1"), requestid="r-1")
    qbo.get("customer/999")
    first, second, third = requests.get(
        f"{qbo.base_url}/_simulator/requests", params={"after": after}, timeout=10
    ).json()["requests"]
    assert (first["operation"], first["entity"], first["requestid"]) == ("create", "Invoice", "r-1")
    assert first["request_body"]["DocNumber"] == "L-1"
    assert first["response_body"]["Invoice"]["TotalAmt"] == 100
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert (third["status"], third["fault_code"], third["operation"]) == (400, "610", "read")


def test_log_can_be_emptied(qbo):
    qbo.get("customer/1")
    requests.delete(f"{qbo.base_url}/_simulator/requests", timeout=10)
    assert qbo.control("requests") == {"requests": [], "counts": {}}


def test_unknown_knobs_are_refused(qbo):
    with pytest.raises(AssertionError, match="no_such_knob"):
        qbo.control("knobs", {"no_such_knob": 1})


def test_latency_is_added_to_every_answer():
    options = SimulatorOptions(port=0, seed="empty", latency_ms=150)
    with Simulator(options) as simulator:
        client = Qbo(
            simulator.base_url,
            requests.get(f"{simulator.base_url}/_simulator/credentials", timeout=10).json(),
        )
        began = time.monotonic()
        client.get("companyinfo/1")
        assert time.monotonic() - began >= 0.15
        client.session.close()


def test_state_file_carries_companies_and_grants_over_a_restart(tmp_path):
    options = SimulatorOptions(port=0, state_file=tmp_path / "state" / "simulator.json")
    with Simulator(options) as simulator:
        credentials = requests.get(f"{simulator.base_url}/_simulator/credentials", timeout=10).json()
        client = Qbo(simulator.base_url, credentials)
        invoice = client.invoice(DocNumber="S-1")
        client.session.close()
    with Simulator(options) as simulator:
        client = Qbo(simulator.base_url, credentials)
        assert client.read("Invoice", invoice["Id"]) == invoice
        assert client.refused("Invoice", invoice_body(DocNumber="S-1"))["code"] == "6140"
        assert int(client.invoice()["Id"]) == int(invoice["Id"]) + 1
        client.session.close()


def test_state_file_is_kept_up_while_it_runs(tmp_path):
    path = tmp_path / "simulator.json"
    with Simulator(SimulatorOptions(port=0, seed="empty", state_file=path)) as simulator:
        credentials = requests.get(f"{simulator.base_url}/_simulator/credentials", timeout=10).json()
        client = Qbo(simulator.base_url, credentials)
        client.make("Customer", {"DisplayName": "Kept before the end"})
        client.session.close()
        until = time.monotonic() + 5
        while "Kept before the end" not in (path.read_text() if path.exists() else ""):
            assert time.monotonic() < until
            time.sleep(0.05)
    assert path.stat().st_mode & 0o077 == 0


def test_state_file_keeps_attached_files(tmp_path):
    options = SimulatorOptions(port=0, seed="empty", state_file=tmp_path / "simulator.json")
    content = b"\x00\xff\r\n a photograph"
    with Simulator(options) as simulator:
        credentials = requests.get(f"{simulator.base_url}/_simulator/credentials", timeout=10).json()
        client = Qbo(simulator.base_url, credentials)
        files = {"file_content_01": ("photo.bin", content, "application/octet-stream")}
        answer = client.session.post(client.url("upload"), files=files, timeout=10).json()
        client.session.close()
    address = urlsplit(answer["AttachableResponse"][0]["Attachable"]["TempDownloadUri"]).path
    with Simulator(options) as simulator:
        assert requests.get(simulator.base_url + address, timeout=10).content == content


@pytest.mark.parametrize("text", ["[]", "{}", "nonsense"])
def test_foreign_state_file_is_refused(tmp_path, text):
    path = tmp_path / "simulator.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"state file|Expecting"):
        Simulator(SimulatorOptions(port=0, state_file=path)).start()


def test_stopping_frees_the_port_and_cuts_the_connections():
    with Simulator(SimulatorOptions(port=0, seed="empty")) as first:
        address = first.base_url
        port = int(address.rpartition(":")[2])
        session = requests.Session()
        session.get(f"{address}/_simulator/clock", timeout=5)
    with pytest.raises(requests.ConnectionError):
        session.get(f"{address}/_simulator/clock", timeout=5)
    session.close()
    with Simulator(SimulatorOptions(port=port, seed="empty")) as second:
        assert second.base_url == address


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_served_from_the_command_line_it_says_where_and_ends_cleanly(number):
    code = "from qbo_connector.simulator import SimulatorOptions, serve; serve(SimulatorOptions(port=0))"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own words
        address = process.stdout.readline().split()[-1]
        assert requests.get(f"{address}/_simulator/clock", timeout=10).status_code == 200
        process.send_signal(number)
        assert process.wait(10) == 0


def test_a_stopped_simulator_has_no_address():
    simulator = Simulator(SimulatorOptions(port=0))
    with pytest.raises(RuntimeError, match="not running"):
        _ = simulator.base_url
