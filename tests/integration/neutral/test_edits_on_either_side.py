"""After the first push: updates, voids, edits made in QuickBooks, and whose word counts then."""

from decimal import Decimal

import pytest

LAMP = {"item": {"id": "p-lamp", "name": "Lamp"}, "quantity": "1", "price": "40.00"}


def total(document):
    return Decimal(str(document["TotalAmt"]))


@pytest.fixture
def pushed(stage):
    """An invoice that stands in QuickBooks."""

    def push(**told):
        invoice = stage.make(**told)
        assert stage.sync(invoice["id"]).outcome == "synced", stage.codes(invoice["id"])
        return invoice

    return push


@pytest.fixture
def edited(stage, pushed):
    """An invoice that stands in QuickBooks and was then changed there by a person."""

    def edited(**fields):
        invoice = pushed(tax={"rate": "8"})
        edit(stage, invoice, **fields)
        return invoice

    return edited


def line(amount):
    detail = {"ItemRef": {"value": "1"}, "Qty": 1, "UnitPrice": amount}
    return {"DetailType": "SalesItemLineDetail", "Amount": amount, "SalesItemLineDetail": detail}


@pytest.mark.requirement("H-3", "H-19", "H-68")
@pytest.mark.parametrize(
    "fields",
    [{"Line": [line(999)]}, {"CustomerMemo": {"value": "by hand"}}, {"TxnTaxDetail": {"TotalTax": 3}}],
    ids=["lines", "comments", "tax"],
)
def test_an_edit_in_quickbooks_is_reported_and_not_overwritten(stage, edited, fields):
    stage.rules(qbo_edit_of_source_doc="error")
    invoice = edited(**fields)
    there = stage.invoice(invoice["number"])

    assert stage.sync(invoice["id"]).outcome in {"failed", "held"}

    assert stage.codes(invoice["id"])[0] == "qbo.edited_externally"
    assert stage.invoice(invoice["number"])["SyncToken"] == there["SyncToken"]


@pytest.mark.requirement("H-3")
def test_an_edit_that_is_taken_back_in_quickbooks_lets_what_waited_for_it_go_on(stage, pushed):
    stage.rules(qbo_edit_of_source_doc="error")
    invoice = pushed(memos={"note": "Ring once"})
    edit(stage, invoice, CustomerMemo={"value": "by hand"})
    stage.change(invoice["id"], memos={"note": "Ring twice"})
    stage.sync(invoice["id"])
    before = stage.codes(invoice["id"])

    edit(stage, invoice, CustomerMemo={"value": "Ring once"})
    stage.work()

    assert before[0] in {"qbo.edited_externally", "qbo.conflict"}
    assert stage.record(invoice["id"]).state == "synced", stage.codes(invoice["id"])
    assert stage.codes(invoice["id"]) == []
    assert stage.invoice(invoice["number"])["CustomerMemo"]["value"] == "Ring twice"


@pytest.mark.requirement("C-4")
def test_an_edit_in_quickbooks_is_overwritten_where_the_source_always_wins(stage, edited):
    stage.rules(qbo_edit_of_source_doc="overwrite")
    invoice = edited(Line=[line(999)])

    assert stage.sync(invoice["id"]).outcome == "synced"

    assert total(stage.invoice(invoice["number"])) == Decimal(invoice["total"])
    assert "qbo.overwritten" in stage.codes(invoice["id"])


@pytest.mark.requirement("H-34")
@pytest.mark.parametrize(
    ("conflict", "direction", "outcome", "winner"),
    [
        ("source", "out", "synced", "source"),
        ("qbo", "both", "unchanged", "quickbooks"),
        ("qbo", "out", "held", "quickbooks"),
        ("ask", "out", "held", "quickbooks"),
    ],
)
def test_where_both_sides_changed_the_conflict_rule_names_the_winner(
    stage, edited, conflict, direction, outcome, winner
):
    stage.rules(qbo_edit_of_source_doc="conflict_rule", conflict=conflict, direction=direction)
    invoice = edited(Line=[line(999)])
    changed = stage.change(invoice["id"], lines=[LAMP])

    operation = stage.sync(invoice["id"])

    assert operation.outcome == outcome or (outcome == "held" and operation.outcome == "failed")
    expected = Decimal(changed["total"]) if winner == "source" else Decimal(999)
    assert total(stage.invoice(invoice["number"])) == expected


@pytest.mark.requirement("H-4", "H-34")
def test_a_change_in_quickbooks_alone_is_left_where_a_rule_decides_conflicts(stage, edited):
    stage.rules(qbo_edit_of_source_doc="conflict_rule", conflict="source", direction="both")
    invoice = edited(Line=[line(999)])

    assert stage.sync(invoice["id"]).outcome == "unchanged"

    assert total(stage.invoice(invoice["number"])) == Decimal(999)


@pytest.mark.requirement("C-6", "H-25")
def test_a_void_in_the_source_voids_there(stage, pushed):
    stage.rules(void_propagates="yes")
    invoice = pushed()
    stage.void(invoice["id"])

    assert stage.sync(invoice["id"]).outcome == "synced"

    document = stage.invoice(invoice["number"])
    assert (total(document), document["PrivateNote"]) == (Decimal(0), "Voided")


@pytest.mark.requirement("C-6")
def test_a_paid_invoice_is_not_voided(stage, pushed):
    stage.rules(void_propagates="yes")
    invoice = pushed()
    pay(stage, invoice)
    stage.void(invoice["id"])

    assert stage.sync(invoice["id"]).outcome in {"failed", "held"}

    assert stage.codes(invoice["id"])[0] == "payment.void_blocked"
    assert total(stage.invoice(invoice["number"])) == Decimal(invoice["total"])


def test_a_void_that_does_not_travel_is_excluded_and_nothing_is_touched(stage, pushed):
    stage.rules(void_propagates="no")
    invoice = pushed()
    stage.delete(invoice["id"])
    stage.simulator.forget_requests()

    operation = stage.sync(invoice["id"])

    assert operation.outcome in {"failed", "held"}
    assert stage.codes(invoice["id"]) == ["source.deleted_after_sync"]
    assert stage.writes() == []


@pytest.mark.requirement("H-22", "C-21")
def test_a_document_voided_before_it_was_ever_sent_changes_nothing(stage):
    stage.rules(void_propagates="yes", eligible_statuses=["open"])
    invoice = stage.make(status="void")

    view = stage.look(invoice["id"])

    assert [check.code for check in view.checks if not check.passed] == ["not_eligible.status"]


@pytest.mark.requirement("H-9")
def test_a_closed_period_is_explained_before_anything_is_sent(stage):
    stage.prefer(AccountingInfoPrefs={"BookCloseDate": "2026-06-30"})
    try:
        invoice = stage.make(issued_on="2026-06-01")
        assert stage.sync(invoice["id"]).outcome == "failed"
        assert stage.codes(invoice["id"]) == ["date.closed_period"]
    finally:
        stage.prefer(AccountingInfoPrefs={"BookCloseDate": None})


@pytest.mark.requirement("H-7", "H-67")
def test_revenue_recognition_warns_before_and_explains_after(stage):
    stage.rules(preflight=["revenue_recognition"])
    stage.prefer(ProductAndServicesPrefs={"RevenueRecognitionEnabled": True})
    try:
        invoice = stage.make()
        warned = [check.code for check in stage.look(invoice["id"]).checks if check.state == "warn"]
        assert "preflight.revenue_recognition" in warned
        assert stage.sync(invoice["id"]).outcome == "failed"
        assert "qbo.revrec_service_date" in stage.codes(invoice["id"])
    finally:
        stage.prefer(ProductAndServicesPrefs={"RevenueRecognitionEnabled": False})


@pytest.mark.requirement("H-3")
def test_a_payment_in_quickbooks_is_no_edit_and_stops_no_update(stage, pushed):
    stage.rules(qbo_edit_of_source_doc="error")
    invoice = pushed()
    pay(stage, invoice)
    changed = stage.change(invoice["id"], memos={"note": "Ring twice"})

    assert stage.sync(changed["id"]).outcome == "synced", stage.codes(invoice["id"])

    assert stage.invoice(invoice["number"])["CustomerMemo"]["value"] == "Ring twice"


@pytest.mark.requirement("H-3")
def test_a_sync_is_good_again_once_the_edit_there_is_undone(stage, pushed):
    stage.rules(qbo_edit_of_source_doc="error")
    invoice = pushed(memos={"note": "Leave at dock B"})
    edit(stage, invoice, CustomerMemo={"value": "by hand"})
    assert stage.sync(invoice["id"]).outcome in {"failed", "held"}

    edit(stage, invoice, CustomerMemo={"value": "Leave at dock B"})

    assert stage.sync(invoice["id"]).outcome == "unchanged"
    assert stage.codes(invoice["id"]) == []


def edit(stage, invoice, **fields):
    document = stage.invoice(invoice["number"])
    version = {"Id": document["Id"], "SyncToken": document["SyncToken"], "sparse": True}
    stage.person("Invoice", {**version, "CustomerRef": document["CustomerRef"], **fields})


def pay(stage, invoice):
    document = stage.invoice(invoice["number"])
    linked = [{"TxnId": document["Id"], "TxnType": "Invoice"}]
    line = {"Amount": 10, "LinkedTxn": linked}
    stage.person("Payment", {"CustomerRef": document["CustomerRef"], "TotalAmt": 10, "Line": [line]})
