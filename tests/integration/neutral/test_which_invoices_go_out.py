"""Which invoices go out, and when: status, cut-off, filters, switches, and nothing by itself where none asked."""

from datetime import UTC, datetime, timedelta

import pytest

from qbo_connector.sync import pairings
from qbo_connector.sync.asks import Refused

LONG_AGO = (datetime.now(UTC) - timedelta(days=400)).isoformat()


def refused(stage, invoice):
    """The finding with which a click is turned down; nothing of it reaches QuickBooks."""
    with pytest.raises(Refused) as refusal:
        stage.ask(invoice["id"])
    stage.work()
    assert stage.writes() == []
    return refusal.value.finding


@pytest.mark.requirement("T-10", "T-11", "H-21", "C-3", "H-55")
def test_a_draft_is_refused_and_goes_out_once_it_is_sent(stage):
    invoice = stage.make(status="draft")

    assert refused(stage, invoice).code == "not_eligible.draft"

    stage.change(invoice["id"], status="open")
    assert stage.sync(invoice["id"]).outcome == "synced"


@pytest.mark.requirement("H-21", "H-55")
def test_where_finalizing_is_required_an_open_invoice_waits_for_it(stage):
    stage.rules(finalization="required")
    invoice = stage.make(finalized=False)

    assert refused(stage, invoice).code == "not_eligible.not_finalized"

    stage.change(invoice["id"], finalized=True)
    assert stage.sync(invoice["id"]).outcome == "synced"


@pytest.mark.requirement("P-13")
def test_where_finalizing_is_preferred_an_open_invoice_goes_out_with_a_word_about_it(stage):
    stage.rules(finalization="preferred")
    invoice = stage.make(finalized=False)

    view = {check.code: check for check in stage.look(invoice["id"]).checks}
    operation = stage.sync(invoice["id"])

    assert operation.outcome == "synced"
    assert view["not_eligible.not_finalized"].passed


@pytest.mark.requirement("T-10", "T-31")
@pytest.mark.parametrize("status", ["paid", "partially_paid", "uncollectible"])
def test_statuses_count_as_the_policy_lists_them(stage, status):
    stage.rules(eligible_statuses=["open"])
    invoice = stage.make(status=status)

    assert refused(stage, invoice).code == "not_eligible.status"

    stage.rules(eligible_statuses=["open", status])
    assert stage.sync(invoice["id"]).outcome == "synced"


@pytest.mark.requirement("C-15", "C-32", "H-24")
def test_invoices_older_than_the_sync_never_go_out_even_when_they_change(stage):
    stage.rules(cutoff="created_since_connect")
    old, new = stage.make(created_at=LONG_AGO), stage.make()

    assert refused(stage, old).code == "not_eligible.cutoff"
    assert stage.sync(new["id"]).outcome == "synced"


@pytest.mark.requirement("H-23")
def test_an_older_invoice_qualifies_by_a_change_made_since_the_start(stage):
    stage.rules(cutoff="created_or_modified_since_start")
    old = stage.make(created_at=LONG_AGO)
    untouched = stage.books.put({**stage.make(created_at=LONG_AGO)}, at=LONG_AGO)

    assert refused(stage, untouched).code == "not_eligible.cutoff"
    assert stage.sync(old["id"]).outcome == "synced"


@pytest.mark.requirement("H-2", "H-22")
def test_an_invoice_that_another_integration_made_is_not_ours(stage):
    stage.rules(extra_filters=["made_in_source"])
    foreign = stage.make(origin="quickbooks")

    assert refused(stage, foreign).code == "not_eligible.filter"


@pytest.mark.requirement("H-20")
def test_a_mandatory_filter_cannot_be_passed_by_letting_a_record_in(stage):
    stage.rules(extra_filters=["live_mode"])
    trial = stage.make(live=False)

    assert refused(stage, trial).code == "not_eligible.filter"
    assert "extra_filters" not in stage.choices()


@pytest.mark.requirement("B-4")
def test_documents_in_another_currency_are_excluded_and_not_failed(stage):
    stage.rules(extra_filters=["currency=USD"])
    invoice = stage.make(currency="CAD")

    finding = refused(stage, invoice)

    assert (finding.code, finding.cls) == ("not_eligible.currency", "excluded")


@pytest.mark.requirement("B-5")
def test_an_invoice_without_a_number_is_excluded_where_numbers_are_required(stage):
    stage.rules(extra_filters=["number_present"])

    assert refused(stage, stage.make(number="")).code == "not_eligible.number_missing"


@pytest.mark.requirement("P-5")
def test_only_the_linked_subsidiarys_invoices_go_out(stage):
    stage.set_rules(choices={"extra_filters": ["linked_subsidiary"]}, subsidiary="sub-1")
    ours = stage.make(subsidiary={"id": "sub-1", "name": "Oak"})
    theirs = stage.make(subsidiary={"id": "sub-2", "name": "Elm"})

    assert refused(stage, theirs).code == "not_eligible.subsidiary"
    assert stage.sync(ours["id"]).outcome == "synced"


@pytest.mark.requirement("T-28")
def test_a_product_that_its_location_does_not_sell_stops_the_sync(stage):
    stage.rules(extra_filters=["products_in_location"])
    lamp = {"id": "p-lamp", "name": "Lamp", "sold_at": ["loc-2"]}
    invoice = stage.make(
        location={"id": "loc-1", "name": "Harbour"}, lines=[{"item": lamp, "quantity": "1", "price": "9"}]
    )

    assert refused(stage, invoice).code == "product.not_in_location"


@pytest.mark.requirement("H-33")
def test_a_sync_that_only_brings_documents_in_sends_none(stage):
    stage.rules(direction="in")

    assert refused(stage, stage.make()).code == "not_eligible.direction"


@pytest.mark.requirement("H-43")
def test_turning_a_sync_off_and_on_again_keeps_its_first_start(stage):
    stage.rules(cutoff="created_since_connect")
    pairings.turn_off(stage.services, stage.pairing_id)
    meanwhile = stage.make()
    assert refused(stage, meanwhile).code == "not_eligible.sync_off"

    pairings.turn_on(stage.services, stage.pairing_id)

    assert stage.sync(meanwhile["id"]).outcome == "synced"


@pytest.mark.requirement("C-1")
def test_a_customer_reaches_quickbooks_with_its_first_invoice_and_not_before(stage):
    customer = {"id": "c-first", "name": "First Timer", "email": "first@timer.example"}
    draft = stage.make(customer=customer, status="draft")
    with pytest.raises(Refused):
        stage.ask(draft["id"])
    stage.work()
    assert stage.quickbooks("Customer", DisplayName="First Timer") == []

    stage.change(draft["id"], status="open")
    stage.sync(draft["id"])

    assert len(stage.quickbooks("Customer", DisplayName="First Timer")) == 1


@pytest.mark.requirement("P-28", "T-8")
def test_nothing_is_sent_by_itself_where_the_source_is_asked_for(stage):
    stage.rules(trigger="manual_single")
    invoice = stage.make()

    assert stage.ring(invoice["id"])
    stage.poll()

    assert stage.work() == 0
    assert stage.writes() == []


@pytest.mark.requirement("B-10", "B-17", "P-25", "P-26")
def test_only_the_invoice_itself_travels_and_no_file_payment_credit_or_expense(stage):
    stage.rules(attachments="no", payments_out="no", credit_memos="no", vendor_side="no")
    lines = [{"item": {"id": "x-taxi", "name": "Taxi", "kind": "service"}, "quantity": "1", "price": "40"}]
    invoice = stage.make(
        status="paid", paid="40.00", lines=lines, payments=[{"id": "pay-1", "on": "2026-01-02", "amount": "40.00"}]
    )

    stage.sync(invoice["id"])

    touched = {one.partition(" ")[2] for one in stage.writes()}
    assert touched <= {"customer", "item", "invoice"}
    assert stage.invoice(invoice["number"])["Balance"] == 40
    assert stage.told(invoice["id"]).get("pdf") is None


@pytest.mark.requirement("H-20", "H-56", "T-16")
def test_everything_that_stands_in_the_way_is_listed_at_once_in_order(stage):
    stage.rules(extra_filters=["live_mode", "number_present"], finalization="required")
    invoice = stage.make(status="draft", live=False, number="", finalized=False)

    failed = [check.code for check in stage.look(invoice["id"]).checks if not check.passed]

    assert failed == [
        "not_eligible.draft",
        "not_eligible.not_finalized",
        "not_eligible.filter",
        "not_eligible.number_missing",
    ]
