"""Where a sync starts by events, the source's news push; told back, they do not go round in circles."""

from datetime import UTC, datetime, timedelta

import pytest

from qbo_connector.sync import pairings
from qbo_connector.sync.inbox import receive_source
from tests.rig.neutral import KEY

LONG_AGO = (datetime.now(UTC) - timedelta(days=400)).isoformat()


@pytest.fixture
def stage(stage):
    stage.rules(trigger="event", void_propagates="yes")
    return stage


@pytest.mark.requirement("C-3", "H-55", "H-56", "H-57")
def test_a_hook_about_a_finished_invoice_pushes_it(stage):
    invoice = stage.make()

    assert stage.ring(invoice["id"])
    stage.work()

    assert stage.invoice(invoice["number"])["TotalAmt"] == float(invoice["total"])
    assert stage.record(invoice["id"]).state == "synced"
    assert stage.look(invoice["id"]).quickbooks.number == invoice["number"]


@pytest.mark.requirement("H-56", "C-3")
def test_a_hook_about_a_draft_excludes_it_with_the_reason_until_it_is_sent(stage):
    invoice = stage.make(status="draft")

    stage.ring(invoice["id"])
    stage.work()

    assert (stage.record(invoice["id"]).state, stage.codes(invoice["id"])) == ("excluded", ["not_eligible.draft"])
    assert stage.writes() == []

    stage.change(invoice["id"], status="open")
    stage.ring(invoice["id"])
    stage.work()

    assert stage.record(invoice["id"]).state == "synced"


@pytest.mark.requirement("C-4", "H-25")
def test_later_changes_and_a_void_keep_flowing(stage):
    invoice = stage.make()
    stage.ring(invoice["id"])
    stage.work()

    changed = stage.change(invoice["id"], fees=[{"name": "late fee", "amount": "5.00"}])
    stage.ring(invoice["id"])
    stage.work()
    assert stage.invoice(invoice["number"])["TotalAmt"] == float(changed["total"])

    stage.void(invoice["id"])
    stage.ring(invoice["id"])
    stage.work()
    assert stage.invoice(invoice["number"])["TotalAmt"] == 0


@pytest.mark.requirement("H-56")
def test_what_a_hook_lost_is_found_by_asking_and_asked_once(stage):
    invoice = stage.make()

    stage.poll()
    stage.work()
    assert stage.record(invoice["id"]).state == "synced"

    stage.simulator.forget_requests()
    stage.poll()
    stage.work()
    assert stage.simulator.requests() == []


@pytest.mark.requirement("H-24", "H-23", "C-15")
def test_history_is_not_filled_in_by_asking(stage):
    template = stage.make()
    stage.books.put({**template, "id": "inv-history", "number": "N-HISTORY"}, at=LONG_AGO)

    stage.poll()
    stage.work()

    assert len(stage.quickbooks("Invoice", DocNumber=template["number"])) == 1
    assert stage.quickbooks("Invoice", DocNumber="N-HISTORY") == []


@pytest.mark.requirement("C-21", "H-22")
def test_news_that_we_told_the_source_ourselves_tell_it_nothing_again(stage):
    invoice = stage.make(status="draft")
    stage.ring(invoice["id"])
    stage.work()
    told = len(stage.books.told[invoice["id"]])

    for _ in range(3):
        stage.ring(invoice["id"])
        stage.work()

    assert len(stage.books.told[invoice["id"]]) == told


def test_one_event_told_twice_is_one_push(stage):
    invoice = stage.make()
    body, headers = stage.sandbox.hook(invoice["id"])

    assert receive_source(stage.services, KEY, stage.account_id, body, headers)
    assert receive_source(stage.services, KEY, stage.account_id, body, headers)
    stage.work()

    assert stage.writes().count("create invoice") == 1


def test_a_hook_with_a_wrong_signature_is_not_believed(stage):
    invoice = stage.make()
    stage.sandbox._secret, kept = "not the secret", stage.sandbox._secret

    try:
        assert not stage.ring(invoice["id"])
    finally:
        stage.sandbox._secret = kept
    stage.work()
    assert stage.writes() == []


@pytest.mark.requirement("H-43")
def test_while_a_sync_is_off_events_start_nothing(stage):
    pairings.turn_off(stage.services, stage.pairing_id)
    invoice = stage.make()
    try:
        stage.ring(invoice["id"])
        stage.poll()
        stage.work()
        assert stage.writes() == []
    finally:
        pairings.turn_on(stage.services, stage.pairing_id)


def test_a_deleted_record_that_was_never_sent_stays_unknown(stage):
    invoice = stage.make()
    stage.delete(invoice["id"])

    assert stage.ring(invoice["id"], "invoice.deleted")
    stage.work()

    assert stage.target(invoice["id"]).record_id is None
