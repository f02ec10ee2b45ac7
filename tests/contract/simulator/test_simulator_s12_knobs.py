"""Reference §12 and its disagreements: each open question both ways (those of §1.3, §2, §6.4 stand there)."""

import threading
import time
from collections.abc import Iterator

import pytest
import requests

from qbo_connector.simulator import Simulator, SimulatorOptions
from tests.contract.simulator.qbohttp import Qbo, invoice_body, ref


@pytest.fixture(scope="module")
def crowded() -> Iterator[Qbo]:
    with Simulator(SimulatorOptions(port=0, seed="empty", limits="x1000")) as simulator:
        answer = requests.get(f"{simulator.base_url}/_simulator/credentials", timeout=10).json()
        client = Qbo(simulator.base_url, answer)
        yield client
        client.session.close()


def _error(answer):
    return answer.json()["Fault"]["Error"][0]


@pytest.mark.parametrize(
    ("shape", "content_type", "start"),
    [
        ("json", "application/json", '{"Fault":{"Error":[{"Message":"message=ThrottleExceeded'),
        ("xml", "application/xml", '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><IntuitResponse'),
        ("lower", "application/json", '{"warnings":null,"intuitObject":null,"fault":{"error":[{"message":'),
    ],
)
@pytest.mark.parametrize("wait", [None, 7])
def test_3_2_refusals_by_the_limits_come_in_three_shapes(crowded, shape, content_type, start, wait):
    crowded.control("knobs", {"throttle_shape": shape, "retry_after_s": wait, "concurrent": 1})
    crowded.fault(match={"path": "slow"}, after_s=0.4)
    headers = dict(crowded.session.headers)
    slow = threading.Thread(
        target=requests.get,
        args=(crowded.url("companyinfo/1"),),
        kwargs={"headers": headers, "params": {"slow": "1"}, "timeout": 10},
    )
    slow.start()
    until = time.monotonic() + 5
    while not crowded.control("faults")["faults"][0]["fired"] and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.05)  # from the script to its place it is a few lines of code
    answer = crowded.get("companyinfo/1")
    slow.join()
    assert (answer.status_code, answer.headers["Content-Type"]) == (429, content_type)
    assert answer.text.startswith(start)
    assert "3001" in answer.text
    assert answer.headers.get("Retry-After") == (None if wait is None else "7")
    assert crowded.get("companyinfo/1").status_code == 200


@pytest.mark.parametrize(("days", "status"), [(30, 400), (None, 200), (400, 200)])
def test_5_1_how_far_back_changes_can_be_asked_for(qbo, days, status):
    qbo.control("knobs", {"cdc_lookback_days": days})
    since = f"{int(qbo.get('companyinfo/1').json()['time'][:4]) - 1}-12-01"
    answer = qbo.get("cdc", entities="Invoice", changedSince=since)
    assert answer.status_code == status
    if status == 400:
        assert _error(answer)["Message"] == "Unsupported Operation"
        assert _error(answer)["Detail"] == (
            f"Operation cdc with changedSince date {since} which is older than fixed days is not supported."
        )


@pytest.mark.parametrize("operation", ["void", "delete"])
@pytest.mark.parametrize("mode", ["refuse", "unlink"])
def test_6_3_a_paid_invoice_resists_or_sets_its_payment_free(qbo, operation, mode):
    qbo.control("knobs", {"paid_invoice": mode})
    owed = qbo.read("Customer", "1")["Balance"]
    invoice = qbo.invoice()
    link = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
    body = {"CustomerRef": ref("1"), "TotalAmt": 100, "Line": [{"Amount": 100, "LinkedTxn": [link]}]}
    payment = qbo.make("Payment", body)
    token = qbo.read("Invoice", invoice["Id"])["SyncToken"]
    answer = qbo.post("invoice", {"Id": invoice["Id"], "SyncToken": token}, operation=operation)
    again = qbo.read("Payment", payment["Id"])
    if mode == "refuse":
        assert _error(answer)["code"] == "6000"
        assert (again["UnappliedAmt"], len(again["Line"])) == (0, 1)
        assert qbo.read("Customer", "1")["Balance"] == owed
    else:
        assert answer.status_code == 200, answer.text
        assert (again["UnappliedAmt"], again["Line"]) == (100, [])
        assert qbo.read("Customer", "1")["Balance"] == owed - 100


@pytest.mark.parametrize(("checked", "status"), [(False, 200), (True, 400)])
def test_6_2_numbers_of_a_company_that_counts_by_itself(qbo, checked, status):
    qbo.control("knobs", {"check_automatic_numbers": checked})
    qbo.control(f"companies/{qbo.realm_id}", {"preferences": {"SalesFormsPrefs": {"CustomTxnNumbers": False}}})
    assert qbo.post("invoice", invoice_body(DocNumber="1001")).status_code == status


@pytest.mark.parametrize(("sortable", "status"), [(True, 200), (False, 400)])
def test_4_whether_ids_can_be_sorted_by(qbo, sortable, status):
    qbo.control("knobs", {"order_by_id": sortable})
    assert qbo.get("query", query="select * from Vendor orderby Id").status_code == status
    assert qbo.get("query", query="select * from Vendor orderby DisplayName").status_code == 200


@pytest.mark.parametrize(("lenient", "status"), [(False, 400), (True, 200)])
def test_4_whether_a_page_may_start_at_zero(qbo, lenient, status):
    qbo.control("knobs", {"start_at_zero": lenient})
    answer = qbo.get("query", query="select * from Vendor startposition 0 maxresults 2")
    assert answer.status_code == status
    if lenient:
        assert answer.json()["QueryResponse"]["startPosition"] == 1


@pytest.mark.parametrize(("lenient", "status"), [(True, 200), (False, 400)])
def test_4_whether_an_entity_may_be_written_in_any_case(qbo, lenient, status):
    qbo.control("knobs", {"entities_in_any_case": lenient})
    assert qbo.get("query", query="select * from vendor").status_code == status
    assert qbo.get("query", query="select * from Vendor").status_code == 200


@pytest.mark.parametrize(("most", "codes"), [(30, []), (10, ["1040"])])
def test_3_1_how_many_items_a_batch_may_have(qbo, most, codes):
    qbo.control("knobs", {"batch_items": most})
    items = [{"bId": str(n), "Query": "select count(*) from Term"} for n in range(11)]
    body = qbo.post("batch", {"BatchItemRequest": items}).json()
    assert [error["code"] for error in body.get("Fault", {}).get("Error", [])] == codes


@pytest.mark.parametrize(("lenient", "status"), [(False, 400), (True, 200)])
def test_2_how_long_a_bid_may_be_beside_a_requestid(qbo, lenient, status):
    qbo.control("knobs", {"long_bids": lenient})
    items = [{"bId": "queryCustomer", "Query": "select count(*) from Term"}]
    assert qbo.post("batch", {"BatchItemRequest": items}, requestid="r-1").status_code == status


@pytest.mark.parametrize(("how", "metered"), [("once", 1), ("each", 3)])
def test_3_3_how_the_queries_of_a_batch_are_metered(qbo, how, metered):
    qbo.control("knobs", {"batch_reads": how})
    items = [{"bId": str(n), "Query": "select count(*) from Term"} for n in range(3)]
    qbo.post("batch", {"BatchItemRequest": items})
    assert qbo.control("requests")["counts"][qbo.realm_id]["coreplus"] == metered


@pytest.mark.parametrize(("other", "code"), [("replay", None), ("600", "600")])
def test_2_what_a_known_requestid_with_another_body_gets(qbo, other, code):
    qbo.control("knobs", {"other_payload": other})
    first = qbo.post("invoice", invoice_body(), requestid="r-1")
    again = qbo.post("invoice", invoice_body(), requestid="r-1")
    assert again.content == first.content
    answer = qbo.post("invoice", invoice_body(PrivateNote="other"), requestid="r-1")
    if code:
        assert _error(answer)["code"] == code
    else:
        assert answer.content == first.content


def test_1_3_how_long_refresh_tokens_live(qbo):
    qbo.control("knobs", {"idle_ttl_s": 8_640_000, "hard_ttl_s": 9_000_000})
    pair = (qbo.credentials["client_id"], qbo.credentials["client_secret"])
    form = {"grant_type": "refresh_token", "refresh_token": qbo.credentials["refresh_token"]}
    address = f"{qbo.base_url}/oauth2/v1/tokens/bearer"
    answer = requests.post(address, data=form, auth=pair, timeout=10).json()
    assert answer["x_refresh_token_expires_in"] == pytest.approx(8_640_000, abs=5)
    qbo.control("clock", {"advance_s": 8_700_000})
    assert requests.post(address, data=form, auth=pair, timeout=10).json()["error"] == "invalid_grant"
