"""Reference §5: change data capture and webhooks."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.contract.simulator.qbohttp import invoice_body, ref


class Listener:
    """A receiver that answers each delivery with the next of its statuses, then with 200."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.statuses: list[int] = []
        self.pause_s = 0.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.headers.append({name.lower(): value for name, value in self.headers.items()})
                outer.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                pause_s, outer.pause_s = outer.pause_s, 0.0
                time.sleep(pause_s)
                self.send_response(outer.statuses.pop(0) if outer.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def wait(self, deliveries: int = 1) -> list[bytes]:
        until = time.monotonic() + 5
        while len(self.bodies) < deliveries and time.monotonic() < until:
            time.sleep(0.01)
        return self.bodies

    def events(self, deliveries: int = 1) -> list[dict]:
        return [event for body in self.wait(deliveries) for event in json.loads(body)]


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.server.shutdown()
    listener.server.server_close()


def _changes(qbo, entities, since=""):
    since = since or (datetime.now(UTC) - timedelta(days=9)).isoformat()
    return qbo.get("cdc", entities=entities, changedSince=since).json()["CDCResponse"][0]["QueryResponse"]


def _later(qbo):
    """A moment after everything so far; stamps have whole seconds."""
    qbo.control("clock", {"advance_s": 5})
    now = qbo.get("companyinfo/1").json()["time"]
    qbo.control("clock", {"advance_s": 5})
    return now


def test_groups_come_in_the_order_asked_for_and_empty_ones_stay(qbo):
    since = _later(qbo)
    invoice = qbo.invoice()
    groups = _changes(qbo, "estimate,Invoice", since)
    assert groups[0] == {}
    assert [row["Id"] for row in groups[1]["Invoice"]] == [invoice["Id"]]
    assert (groups[1]["startPosition"], groups[1]["maxResults"]) == (1, 1)


def test_rows_come_oldest_change_first_and_the_deleted_last(qbo):
    since = _later(qbo)
    first, gone, last = (qbo.invoice() for _ in range(3))
    qbo.post("invoice", {"Id": gone["Id"], "SyncToken": "0"}, operation="delete")
    rows = _changes(qbo, "Invoice", since)[0]["Invoice"]
    assert [row["Id"] for row in rows] == [first["Id"], last["Id"], gone["Id"]]
    assert set(rows[-1]) == {"domain", "status", "Id", "MetaData"}
    assert rows[-1]["status"] == "Deleted"


def test_an_invoice_moves_its_customer_without_a_new_sync_token(qbo):
    before = qbo.read("Customer", "1")
    since = _later(qbo)
    qbo.invoice()
    moved = _changes(qbo, "Customer", since)[0]["Customer"][0]
    assert moved["Id"] == "1"
    assert moved["SyncToken"] == before["SyncToken"]
    assert moved["MetaData"]["LastUpdatedTime"] > before["MetaData"]["LastUpdatedTime"]


def test_voids_and_deactivations_appear_as_full_objects(qbo):
    since = _later(qbo)
    invoice = qbo.invoice()
    qbo.post("invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="void")
    qbo.make("Vendor", {**qbo.read("Vendor", "30"), "Active": False})
    groups = _changes(qbo, "Invoice,Vendor", since)
    assert groups[0]["Invoice"][0]["PrivateNote"] == "Voided"
    assert groups[1]["Vendor"][0]["Active"] is False


@pytest.mark.parametrize("entity", ["JournalCode", "TaxAgency", "TimeActivity", "TaxCode", "TaxRate", "Nonsense"])
def test_some_entities_are_not_captured(qbo, entity):
    answer = qbo.get("cdc", entities=entity, changedSince="2026-01-01")
    assert answer.status_code == 400


def test_at_most_a_thousand_rows_are_shared_by_all_groups(qbo):
    item = {"bId": "1", "operation": "create", "Invoice": invoice_body()}
    for _ in range(34):
        qbo.post("batch", {"BatchItemRequest": [item] * 30})
    groups = _changes(qbo, "Invoice,Customer")
    assert len(groups[0]["Invoice"]) == 1000
    assert groups[1] == {}


def test_cloudevents_are_signed_over_their_raw_bytes(qbo, listener):
    qbo.control("webhooks", {"url": listener.url})
    invoice = qbo.invoice()
    body = listener.wait()[0]
    key = qbo.credentials["verifier_token"].encode()
    expected = base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()
    assert listener.headers[0]["intuit-signature"] == expected
    assert listener.headers[0]["user-agent"] == "intuit_notification_server/0.1"
    event = next(event for event in json.loads(body) if event["intuitentityid"] == invoice["Id"])
    assert event["type"] == "qbo.invoice.created.v1"
    assert event["intuitaccountid"] == qbo.realm_id
    assert len(event["time"].partition(".")[2].rstrip("Z")) == 9


def test_classic_shape_groups_by_realm(qbo, listener):
    qbo.control("webhooks", {"url": listener.url, "shape": "classic"})
    invoice = qbo.invoice()
    notification = json.loads(listener.wait()[0])["eventNotifications"][0]
    assert notification["realmId"] == qbo.realm_id
    entity = notification["dataChangeEvent"]["entities"][0]
    assert (entity["name"], entity["id"], entity["operation"]) == ("Invoice", invoice["Id"], "Create")
    assert entity["lastUpdated"].endswith("Z")


def test_each_kind_of_change_has_its_word(qbo, listener):
    qbo.control("webhooks", {"url": listener.url, "delay_ms": 300})
    kept, gone = qbo.invoice(BillEmail={"Address": "a@example.com"}), qbo.invoice()
    qbo.session.post(qbo.url(f"invoice/{kept['Id']}/send"), timeout=10)
    qbo.post("invoice", {"Id": kept["Id"], "SyncToken": "1"}, operation="void")
    qbo.post("invoice", {"Id": gone["Id"], "SyncToken": "0"}, operation="delete")
    words = [event["type"] for event in listener.events() if event["type"].startswith("qbo.invoice.")]
    assert words == [
        "qbo.invoice.created.v1",
        "qbo.invoice.created.v1",
        "qbo.invoice.emailed.v1",
        "qbo.invoice.voided.v1",
        "qbo.invoice.deleted.v1",
    ]


def test_anything_but_200_is_tried_again_and_holds_later_events_back(qbo, listener):
    listener.statuses = [500, 204]
    qbo.control("webhooks", {"url": listener.url, "retry_s": [0.05, 0.05, 0.05]})
    first = qbo.invoice()
    second = qbo.invoice()
    bodies = listener.wait(4)
    assert bodies[0] == bodies[1] == bodies[2]
    assert first["Id"] in bodies[0].decode()
    assert any(second["Id"] in body.decode() for body in bodies)


def test_5_2_an_answer_later_than_three_seconds_counts_as_none(qbo, listener):
    assert qbo.control("webhooks")["config"]["answer_within_s"] == 3
    listener.pause_s = 0.4
    qbo.control("webhooks", {"url": listener.url, "retry_s": [0.01], "answer_within_s": 0.1})
    qbo.invoice()
    first, second = listener.wait(2)
    assert first == second
    until = time.monotonic() + 5
    while len(deliveries := qbo.control("webhooks")["deliveries"]) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    assert [delivery["status"] for delivery in deliveries] == [0, 200]


def test_5_2_waits_between_tries_are_intuits(qbo):
    waits = qbo.control("webhooks")["config"]["retry_s"]
    assert waits == [10, 20, 30, 300, 1200, 7200, 14400, 21600]


def test_duplicates_and_drops_happen_on_demand(qbo, listener):
    qbo.control("webhooks", {"url": listener.url, "duplicate": True})
    qbo.invoice()
    ids = [event["id"] for event in listener.events()]
    assert len(ids) == 2 * len(set(ids))
    qbo.control("webhooks", {"url": listener.url, "drop": True})
    qbo.invoice()
    assert qbo.control("webhooks")["pending"] == 0


def test_own_writes_stay_silent_if_the_knob_says_so(qbo, listener):
    qbo.control("webhooks", {"url": listener.url})
    qbo.control("knobs", {"webhook_echo": False})
    qbo.invoice()
    qbo.control(f"companies/{qbo.realm_id}", {"book_close_date": "2020-12-31"})
    assert [event["type"] for event in listener.events()] == ["qbo.preferences.updated.v1"]


def test_what_a_person_writes_is_told_even_then(qbo, listener):
    qbo.control("webhooks", {"url": listener.url})
    qbo.control("knobs", {"webhook_echo": False})
    qbo.invoice()
    qbo.session.headers["X-Simulator-Person"] = "1"
    made = qbo.invoice()
    assert [event["intuitentityid"] for event in listener.events()] == [made["Id"]]


@pytest.mark.parametrize("shape", ["cloudevents", "classic"])
def test_merge_tells_which_name_is_gone(qbo, listener, shape):
    invoice = qbo.invoice(CustomerRef=ref("2"))
    owed = qbo.read("Customer", "1")["Balance"] + qbo.read("Customer", "2")["Balance"]
    qbo.control("webhooks", {"url": listener.url, "shape": shape, "delay_ms": 50})
    merge = {"entity": "Customer", "keep": "1", "drop": "2"}
    qbo.control(f"companies/{qbo.realm_id}", {"merge": merge})
    body = json.loads(listener.wait()[0])
    if shape == "classic":
        event = body["eventNotifications"][0]["dataChangeEvent"]["entities"][-1]
        assert (event["operation"], event["id"], event["deletedId"]) == ("Merge", "1", "2")
    else:
        assert (body[-1]["type"], body[-1]["data"]) == ("qbo.customer.merged.v1", {"deletedid": "2"})
    assert qbo.get("customer/2").status_code == 400
    assert qbo.read("Invoice", invoice["Id"])["CustomerRef"] == {"value": "1", "name": "Amy's Bird Sanctuary"}
    assert qbo.read("Customer", "1")["Balance"] == owed


def test_webhooks_are_sent_to_this_machine_only(qbo):
    with pytest.raises(AssertionError, match="this machine only"):
        qbo.control("webhooks", {"url": "http://example.com/hook"})


def test_a_payment_tells_of_the_invoice_it_settles(qbo, listener):
    invoice = qbo.invoice()
    qbo.control("webhooks", {"url": listener.url, "delay_ms": 100})
    link = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
    qbo.make(
        "Payment",
        {"CustomerRef": ref("1"), "TotalAmt": 100, "Line": [{"Amount": 100, "LinkedTxn": [link]}]},
    )
    told = {(event["type"], event["intuitentityid"]) for event in listener.events()}
    assert ("qbo.invoice.updated.v1", invoice["Id"]) in told


def test_events_come_out_of_order_on_request(qbo, listener):
    qbo.control("webhooks", {"url": listener.url, "delay_ms": 300, "shuffle": True})
    made = [qbo.make("Vendor", {"DisplayName": f"V {n}"})["Id"] for n in range(9)]
    told = [event["intuitentityid"] for event in listener.events() if event["type"] == "qbo.vendor.created.v1"]
    assert sorted(told) == sorted(made)
    assert told != made
