"""The card's calls against the real use cases: source, simulator and workers."""

import threading
import time

import pytest

from tests.integration.widget_api.doors import problem


def test_a_record_that_was_never_seen_is_ready(web, stage):
    invoice = stage.source.make()
    record = web.card(invoice["id"]).get("record").json()

    assert record["state"] == "ready"
    assert record["kind"] == "invoice"
    assert record["document"]["number"] == invoice["number"]
    assert record["document"]["amount"] == invoice["total"]
    assert record["actions"] == ["sync", "preview"]
    assert record["finding"] is None
    assert all(check["passed"] for check in record["checks"])


def test_looking_leaves_no_trace(web, stage):
    invoice = stage.source.make()
    card = web.card(invoice["id"])
    card.get("record")
    card.post("preview")

    assert stage.simulator.requests() == []
    with pytest.raises(AssertionError):
        stage.record(invoice["id"])


@pytest.mark.requirement("T-10", "T-16")
def test_a_draft_is_not_available_and_the_call_is_refused_alike(web, stage):
    invoice = stage.source.make(status="draft")
    card = web.card(invoice["id"])
    record = card.get("record").json()
    refused = card.post("sync", {"intent": "push"})

    assert record["state"] == "not_available"
    assert record["actions"] == []
    failed = next(check for check in record["checks"] if not check["passed"])
    assert failed["code"] == "not_eligible.draft"
    assert failed["remedy"].startswith("Send it in")
    assert problem(refused) == (422, "not_eligible.draft")
    assert refused.json()["finding"]["sentence"] == failed["sentence"]
    assert refused.json()["detail"] == failed["sentence"]


@pytest.mark.requirement("T-1", "T-15", "T-27")
def test_the_preview_is_what_will_be_done(web, stage):
    invoice = stage.source.make()
    preview = web.card(invoice["id"]).post("preview").json()

    assert preview["decision"] == "create"
    assert preview["total"] == preview["quickbooks_total"] == invoice["total"]
    assert preview["equal"] is True
    assert preview["calls"] == len(preview["creates"]) + 1
    assert {"source": "Number", "quickbooks": "Invoice no.", "value": invoice["number"]} in preview["rows"]
    assert all(isinstance(line["amount"], str) for line in preview["lines"])


@pytest.mark.requirement("T-19")
def test_a_click_ends_with_the_invoice_in_quickbooks(web, stage):
    invoice = stage.source.make()
    card = web.card(invoice["id"])
    answer = card.post(
        "sync", {"intent": "push", "plan_fingerprint": card.post("preview").json()["plan_fingerprint"]}
    )
    assert answer.status_code == 202
    operation = answer.json()["operation"]
    assert card.get("record").json()["operation"] == operation
    stage.work()

    done = card.get(f"operations/{operation}").json()
    assert (done["state"], done["outcome"]) == ("done", "synced")
    assert done["quickbooks"]["number"] == invoice["number"]
    record = card.get("record").json()
    assert record["state"] == "synced"
    assert record["quickbooks"]["url"].startswith("http")
    assert record["last_synced_at"].endswith("Z")
    assert len(stage.quickbooks("Invoice", DocNumber=invoice["number"])) == 1


def test_changes_are_told_in_words_a_person_knows(web, stage):
    invoice = stage.source.make(notes="Leave at dock B")
    stage.sync(invoice["id"])
    lines = [{"product_id": "prd_9", "quantity": "3"}]
    stage.source.change(invoice["id"], notes="Ring twice", lines=lines)
    card = web.card(invoice["id"])
    changes = card.post("preview").json()["changes"]

    assert card.get("record").json()["changes"] == len(changes)
    assert {"field": "note", "before": "Leave at dock B", "now": "Ring twice"} in changes
    assert {"field": "line", "before": "a line", "now": "removed"} in changes


def test_the_same_press_starts_one_operation(web, stage):
    invoice = stage.source.make()
    card = web.card(invoice["id"])
    first, again = (card.post("sync", {}, key="press-1").json() for _ in range(2))
    other = web.card(stage.source.make()["id"]).post("sync", {}, key="press-1").json()

    assert first == again
    assert other["operation"] != first["operation"]


def test_a_press_without_a_key_is_refused(web, stage):
    card = web.card(stage.source.make()["id"])

    assert problem(card.call("POST", "sync", json={})) == (400, "idempotency_key_missing")
    assert problem(card.post("sync", {}, key="x" * 101)) == (400, "idempotency_key_missing")


def test_a_preview_that_no_longer_holds_is_refused(web, stage):
    invoice = stage.source.make()
    card = web.card(invoice["id"])
    shown = card.post("preview").json()["plan_fingerprint"]
    stage.source.change(invoice["id"], notes="Changed meanwhile")
    refused = card.post("sync", {"plan_fingerprint": shown})

    assert problem(refused) == (409, "preview.outdated")
    assert "look again" in refused.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [{"intent": "delete"}, {"inputs": []}, {"inputs": {"amount": 12.5}}, {"more": 1}, {"plan_fingerprint": 7}],
    ids=str,
)
def test_another_shape_of_wish_is_refused(web, stage, body):
    assert problem(web.card(stage.source.make()["id"]).post("sync", body)) == (422, "invalid_request")


def test_a_long_poll_answers_as_soon_as_something_changes(web, stage):
    invoice = stage.source.make()
    card = web.card(invoice["id"])
    operation = card.post("sync").json()["operation"]
    version = card.get(f"operations/{operation}").json()["version"]
    worker = threading.Timer(0.5, stage.work)
    worker.start()
    started = time.monotonic()
    seen = card.get(f"operations/{operation}", after=version, wait=20).json()
    worker.join()

    assert seen["version"] > version
    assert time.monotonic() - started < 10


def test_a_long_poll_ends_when_nothing_changes(web, stage):
    card = web.card(stage.source.make()["id"])
    operation = card.post("sync").json()["operation"]
    version = card.get(f"operations/{operation}").json()["version"]
    started = time.monotonic()
    seen = card.get(f"operations/{operation}", after=version, wait=0.4).json()

    assert seen["version"] == version
    assert 0.4 <= time.monotonic() - started < 5


@pytest.mark.parametrize("operation", ["0", "99999", "2147483648", "x", "-1"])
def test_an_operation_that_does_not_exist_is_not_found(web, stage, operation):
    assert problem(web.card(stage.source.make()["id"]).get(f"operations/{operation}")) == (404, "not_found")


def test_a_source_that_does_not_answer_is_said_and_is_not_our_failure(web, stage):
    invoice = stage.source.make()
    card = web.card(invoice["id"])
    stage.source.fail({"then": "status", "status": 503, "path": "/thrive/v1/invoices", "times": 20})
    record = card.get("record")

    assert record.status_code == 200
    assert record.json()["finding"]["code"] == "source.unavailable"
    assert record.json()["state"] == "waiting"
    assert problem(card.post("preview")) == (424, "source.unavailable")
    assert problem(card.post("sync")) == (424, "source.unavailable")


def test_a_record_that_is_gone_is_said(web, stage):
    record = web.card("inv_does_not_exist").get("record").json()

    assert record["finding"]["code"] == "source.record_gone"
    assert record["document"] is None


def test_a_repair_that_does_not_exist_is_not_found(web, stage):
    assert problem(web.card(stage.source.make()["id"]).post("fixes/frobnicate")) == (404, "not_found")


def test_a_repair_above_the_persons_role_is_refused(web, stage):
    card = web.card(stage.source.make()["id"])
    refused = card.post("fixes/set_default_item", {"inputs": {"qbo_item_id": "1"}})

    assert problem(refused) == (422, "connection.permission_denied")


@pytest.mark.requirement("T-20")
def test_a_taken_number_is_said_and_changed_by_its_repair(web, stage):
    first, second = stage.source.make(number="W-77"), stage.source.make(number="W-77")
    stage.sync(first["id"])
    stage.sync(second["id"])
    card = web.card(second["id"])
    finding = card.get("record").json()["finding"]
    assert finding["code"] == "number.duplicate"
    assert any(fix["action"] == "renumber" and fix["allowed"] for fix in finding["fixes"])
    operation = card.post("fixes/renumber", {"inputs": {"number": "W-78"}}).json()["operation"]
    stage.work()

    assert card.get(f"operations/{operation}").json()["outcome"] == "synced"
    assert len(stage.quickbooks("Invoice", DocNumber="W-78")) == 1


def test_customers_are_offered_to_pick_from(web, stage):
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    card = web.card(invoice["id"])
    found = card.get("choices/customers", q="acme").json()["choices"]

    assert [choice["name"] for choice in found] == ["Acme Retail LLC"]
    assert problem(card.get("choices/secrets")) == (404, "not_found")
