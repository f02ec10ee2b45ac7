"""Both sides changed an invoice, and a person chooses field by field: some stay, the rest is the source's."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from qbo_connector.canonical.days import day_in_words
from qbo_connector.policy.catalogue import Role
from qbo_connector.store import activity
from qbo_connector.sync.asks import Refused
from qbo_connector.sync.fixes import apply_fix
from qbo_connector.sync.shadow_switch import switch_pairing
from tests.rig.stopping import Moment, Points, StoppingClients

LAMP = {"item": {"id": "p-lamp", "name": "Lamp"}, "quantity": "1", "price": "40.00"}
TODAY = date.today()  # noqa: DTZ011 - the calendar date of a source
DUE, LATER, LATEST = ((TODAY + timedelta(days=days)).isoformat() for days in (20, 40, 60))
MEMO = {"CustomerMemo": {"value": "by hand"}}
FREIGHT = {"name": "Freight", "kind": "shipping", "amount": "7.77"}


@pytest.fixture
def stage(stage):
    stage.rules(qbo_edit_of_source_doc="conflict_rule", conflict="ask")
    return stage


def edit(stage, invoice, **fields):
    """Somebody edits it in QuickBooks, and our mirror hears of it."""
    document = stage.invoice(invoice["number"])
    version = {"Id": document["Id"], "SyncToken": document["SyncToken"], "sparse": True}
    stage.person("Invoice", {**version, "CustomerRef": document["CustomerRef"], **fields})


@pytest.fixture
def conflict(stage):
    """An invoice that somebody edited in QuickBooks, while its lines changed in the source."""

    def conflict(changes=None, **fields):
        made = stage.make(due_on=DUE, memos={"note": "Ring once"})
        assert stage.sync(made["id"]).outcome == "synced", stage.codes(made["id"])
        edit(stage, made, **(fields or MEMO))
        changed = stage.change(made["id"], **(changes or {"lines": [LAMP]}))
        stage.sync(made["id"])
        assert stage.codes(made["id"]) == ["qbo.conflict"]
        stage.simulator.forget_requests()
        return changed

    return conflict


def button(stage, invoice):
    finding = stage.look(invoice["id"]).finding
    return next(fix for fix in finding.fixes if fix.action == "merge_fields")


def rows(stage, invoice):
    return {row.key: row for row in stage.look(invoice["id"]).compare}


def ask(stage, invoice, winners, *, seen=None, **more):
    """Press the button, with which versions were shown, and a winner for each field."""
    inputs = {"seen": button(stage, invoice).preset["seen"] if seen is None else seen, "winners": winners}
    target = stage.target(invoice["id"])
    return apply_fix(stage.services, target, "merge_fields", inputs, asked_by="test", role=Role.END_USER, **more)


def press(stage, invoice, winners, **more):
    operation = ask(stage, invoice, winners, **more)
    stage.work()
    return stage.operation(operation)


def stands(stage, invoice):
    """As QuickBooks holds it: once, to the cent of the source."""
    document = stage.invoice(invoice["number"])
    assert Decimal(str(document["TotalAmt"])) == Decimal(invoice["total"])
    assert stage.record(invoice["id"]).state == "synced", stage.codes(invoice["id"])
    return document


def is_settled(stage, invoice):
    """Another sync finds nothing to do and nothing to complain of."""
    stage.simulator.forget_requests()
    operation = stage.sync(invoice["id"])
    return operation.outcome == "unchanged" and stage.writes() == [] and stage.codes(invoice["id"]) == []


@pytest.mark.requirement("H-34", "B-9")
def test_quickbooks_keeps_its_memo_and_due_date_and_gets_the_lines_of_the_source(stage, conflict):
    invoice = conflict(**MEMO, DueDate=LATER)
    assert set(rows(stage, invoice)) == {"due_date", "customer_memo", "lines", "total"}

    operation = press(stage, invoice, {"due_date": "quickbooks", "customer_memo": "quickbooks"})

    assert operation.outcome == "synced"
    assert stage.codes(invoice["id"]) == []
    document = stands(stage, invoice)
    assert (document["CustomerMemo"]["value"], document["DueDate"]) == ("by hand", LATER)
    assert [line["Amount"] for line in document["Line"] if line["DetailType"] == "SalesItemLineDetail"] == [40]
    assert stage.writes() == ["update invoice"]
    assert stage.books.find(invoice["id"])["memos"] == {"note": "Ring once"}
    assert is_settled(stage, invoice)


@pytest.mark.requirement("H-34")
def test_each_field_is_shown_with_both_values_and_who_may_win_it(stage, conflict):
    invoice = conflict(**MEMO, Line=[lamps(stage, 3)])

    seen = rows(stage, invoice)

    memo, lines = seen["customer_memo"], seen["lines"]
    assert (memo.field, memo.source, memo.quickbooks) == ("Message on invoice", "Ring once", "by hand")
    assert (memo.winners, memo.why) == (("source", "quickbooks"), "")
    assert (lines.source, lines.quickbooks) == ("Lamp, 1 × 40, USD 40.00", "Lamp, 1 × 3, USD 3.00")
    assert lines.winners == ("source",)
    assert lines.why == "Neutral Books's version; to keep QuickBooks' lines, keep its version as a whole"
    assert (seen["total"].source, seen["total"].quickbooks) == ("USD 40.00", "USD 3.00")


def lamps(stage, price):
    """A line of QuickBooks over the lamp, which some sync has made an item there."""
    stage.sync(stage.make(lines=[LAMP])["id"])
    item = stage.quickbooks("Item", Name="Lamp")[0]["Id"]
    detail = {"ItemRef": {"value": item}, "Qty": 1, "UnitPrice": price, "TaxCodeRef": {"value": "NON"}}
    return {"DetailType": "SalesItemLineDetail", "Amount": price, "SalesItemLineDetail": detail}


@pytest.mark.requirement("H-34")
def test_the_sentence_names_what_was_edited_in_quickbooks(stage, conflict):
    invoice = conflict(**MEMO, DueDate=LATER)

    assert stage.sentence(invoice["id"]).endswith("since the last sync: due date, message on invoice.")


@pytest.mark.requirement("H-34")
def test_the_source_in_every_field_is_its_version_restored(stage, conflict):
    invoice = conflict(**MEMO, DueDate=LATER)

    press(stage, invoice, {"due_date": "source", "customer_memo": "source", "lines": "source", "total": "source"})

    document = stands(stage, invoice)
    assert (document["CustomerMemo"]["value"], document["DueDate"]) == ("Ring once", DUE)
    assert stage.record(invoice["id"]).overrides == {}
    assert is_settled(stage, invoice)


@pytest.mark.requirement("H-34")
@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"BillEmail": {"Address": "books@northwind.example"}}, "email"),
        ({"TxnDate": (TODAY - timedelta(days=3)).isoformat()}, "issue_date"),
        ({"BillAddr": {"Line1": "9 Quay St", "City": "Bath"}}, "billing_address"),
    ],
    ids=["e-mail", "date", "address"],
)
def test_texts_and_dates_can_be_kept(stage, fields, key):
    address = {"line1": "1 Mill Lane", "city": "Leeds"}
    customer = {"id": "c-1", "name": "Northwind Traders", "email": "ap@northwind.example", "billing": address}
    made = stage.make(customer=customer, memos={"note": "Ring once"})
    assert stage.sync(made["id"]).outcome == "synced"
    edit(stage, made, **fields)
    invoice = stage.change(made["id"], lines=[LAMP])
    stage.sync(made["id"])
    before = {name: stage.invoice(made["number"]).get(name) for name in fields}
    assert rows(stage, invoice)[key].winners == ("source", "quickbooks")

    press(stage, invoice, {key: "quickbooks"})

    document = stands(stage, invoice)
    assert {name: document.get(name) for name in fields} == before
    assert is_settled(stage, invoice)


@pytest.mark.requirement("H-34")
def test_what_quickbooks_keeps_is_kept_until_the_source_changes_that_field(stage, conflict):
    invoice = conflict(**MEMO, DueDate=LATER)
    press(stage, invoice, {"due_date": "quickbooks", "customer_memo": "quickbooks"})

    elsewhere = stage.change(invoice["id"], fees=[FREIGHT])
    stage.sync(invoice["id"])
    document = stands(stage, elsewhere)
    assert (document["CustomerMemo"]["value"], document["DueDate"]) == ("by hand", LATER)

    changed = stage.change(invoice["id"], due_on=LATEST, memos={"note": "Ring twice"})
    stage.sync(invoice["id"])
    document = stands(stage, changed)
    assert (document["CustomerMemo"]["value"], document["DueDate"]) == ("Ring twice", LATEST)
    assert is_settled(stage, changed)


@pytest.mark.requirement("H-34")
def test_a_field_that_was_kept_can_be_given_back_to_the_source(stage, conflict):
    invoice = conflict(**MEMO, DueDate=LATER)
    press(stage, invoice, {"due_date": "quickbooks", "customer_memo": "quickbooks"})
    edit(stage, invoice, CustomerMemo={"value": "by hand again"}, DueDate=LATEST)
    changed = stage.change(invoice["id"], fees=[FREIGHT])
    stage.sync(invoice["id"])
    seen = rows(stage, changed)
    due = day_in_words(date.fromisoformat(DUE))
    assert (seen["customer_memo"].source, seen["due_date"].source) == ("Ring once", due)

    press(stage, changed, {"due_date": "source", "customer_memo": "source"})

    document = stands(stage, changed)
    assert (document["CustomerMemo"]["value"], document["DueDate"]) == ("Ring once", DUE)
    assert stage.record(invoice["id"]).overrides == {}


def test_a_field_that_somebody_set_back_in_quickbooks_is_kept_no_longer(stage, conflict):
    invoice = conflict()
    press(stage, invoice, {"customer_memo": "quickbooks"})
    edit(stage, invoice, CustomerMemo={"value": "Ring once"}, DueDate=LATER)
    changed = stage.change(invoice["id"], fees=[FREIGHT])
    stage.sync(invoice["id"])
    assert "customer_memo" not in rows(stage, changed)

    press(stage, changed, {"due_date": "quickbooks"})

    document = stands(stage, changed)
    assert (document["CustomerMemo"]["value"], document["DueDate"]) == ("Ring once", LATER)
    assert "kept" not in stage.record(invoice["id"]).overrides


@pytest.mark.requirement("H-34")
@pytest.mark.parametrize(
    ("winners", "sentence"),
    [
        ({"customer_memo": "source", "lines": "quickbooks"}, "Lines: Neutral Books's version; to keep"),
        ({"customer_memo": "source", "total": "quickbooks"}, "Total: Neutral Books's version; to keep"),
        ({"customer_memo": "source", "colour": "source"}, "“colour” is no field in which both sides differ."),
        ({"customer_memo": "both"}, "“both” is no side to take for “Message on invoice”."),
        ({"lines": "source"}, "Choose a side for “Message on invoice”."),
        ("source", "Choose a side for each field."),
    ],
    ids=["lines", "total", "unknown field", "unknown side", "missing winner", "no winners"],
)
def test_a_choice_that_cannot_be_carried_out_is_refused_by_the_name_of_its_field(
    stage, conflict, winners, sentence
):
    invoice = conflict()

    with pytest.raises(Refused) as refused:
        ask(stage, invoice, winners)

    assert refused.value.finding.sentence.startswith(sentence)
    stage.work()
    assert stage.writes() == []
    assert stage.record(invoice["id"]).overrides == {}


@pytest.mark.requirement("H-34")
def test_dates_that_cannot_stand_together_are_refused(stage, conflict):
    invoice = conflict(TxnDate=LATER, DueDate=LATEST)

    with pytest.raises(Refused) as refused:
        ask(stage, invoice, {"issue_date": "quickbooks", "due_date": "source"})

    assert refused.value.finding.sentence.startswith("With these dates the invoice would be due before")
    press(stage, invoice, {"issue_date": "quickbooks", "due_date": "quickbooks"})
    document = stands(stage, invoice)
    assert (document["TxnDate"], document["DueDate"]) == (LATER, LATEST)


def test_a_choice_of_nobody_knows_which_versions_is_refused(stage, conflict):
    invoice = conflict()

    with pytest.raises(Refused) as refused:
        ask(stage, invoice, {"customer_memo": "source"}, seen="")

    assert refused.value.finding.code == "field.missing"
    assert refused.value.finding.sentence == "Look at both versions first; this choice names none."


def changed_in_source(stage, invoice):
    return stage.change(invoice["id"], memos={"note": "Ring thrice"})


def changed_there(stage, invoice):
    edit(stage, invoice, CustomerMemo={"value": "yet another"})
    return invoice


def ruled_otherwise(stage, invoice):
    stage.rules(qbo_edit_of_source_doc="conflict_rule", conflict="ask", memo_target="statement_memo")
    return invoice


@pytest.mark.requirement("H-34", "T-18")
@pytest.mark.parametrize("happens", [changed_in_source, changed_there, ruled_otherwise])
def test_versions_that_nobody_saw_are_not_chosen_of(stage, conflict, happens):
    invoice = conflict()
    seen = button(stage, invoice).preset["seen"]
    happens(stage, invoice)
    stage.simulator.forget_requests()

    with pytest.raises(Refused) as refused:
        ask(stage, invoice, {"customer_memo": "quickbooks"}, seen=seen)

    assert (refused.value.status, refused.value.finding.code) == (409, "preview.outdated")
    stage.work()
    assert stage.writes() == []
    assert stage.record(invoice["id"]).overrides == {}


@pytest.mark.requirement("H-34", "T-18")
@pytest.mark.parametrize("happens", ["in the source", "in quickbooks"])
def test_a_change_between_the_press_and_the_worker_stops_it_and_nothing_is_written(stage, conflict, happens):
    invoice = conflict()
    operation = ask(stage, invoice, {"customer_memo": "quickbooks"})
    if happens == "in the source":
        stage.change(invoice["id"], memos={"note": "Ring thrice"})
    else:
        document = stage.invoice(invoice["number"])
        version = {name: document[name] for name in ("Id", "SyncToken", "CustomerRef")}
        stage.unheard("Invoice", {**version, "sparse": True, "CustomerMemo": {"value": "yet another"}})
    stage.simulator.forget_requests()

    stage.work()

    assert stage.operation(operation).outcome == "held"
    assert stage.codes(invoice["id"]) == ["preview.outdated"]
    assert stage.writes() == []
    assert stage.record(invoice["id"]).overrides == {}
    stage.sync(invoice["id"])
    assert stage.codes(invoice["id"]) == ["qbo.conflict"]
    shown = {"in the source": "by hand", "in quickbooks": "yet another"}
    assert rows(stage, invoice)["customer_memo"].quickbooks == shown[happens]


@pytest.mark.requirement("H-34", "T-18")
def test_a_change_at_the_very_moment_of_writing_stops_it(stage, conflict):
    invoice = conflict()
    ask(stage, invoice, {"customer_memo": "quickbooks"})
    document = stage.invoice(invoice["number"])
    version = {name: document[name] for name in ("Id", "SyncToken", "CustomerRef")}
    edits = [{**version, "sparse": True, "CustomerMemo": {"value": "at the same moment"}}]

    def somebody_is_quicker(point):
        if edits and (point.place, point.moment) == ("executing.leave", Moment.SEND):
            stage.unheard("Invoice", edits.pop())

    clients = StoppingClients(stage.services.clients, Points(somebody_is_quicker))
    replace(stage, services=replace(stage.services, clients=clients)).work()

    assert edits == []
    assert stage.codes(invoice["id"]) == ["preview.outdated"]
    assert stage.invoice(invoice["number"])["CustomerMemo"]["value"] == "at the same moment"


def test_a_payment_meanwhile_changes_no_version_and_stops_nothing(stage, conflict):
    invoice = conflict()
    operation = ask(stage, invoice, {"customer_memo": "quickbooks"})
    document = stage.invoice(invoice["number"])
    linked = [{"TxnId": document["Id"], "TxnType": "Invoice"}]
    line = {"Amount": 10, "LinkedTxn": linked}
    stage.unheard("Payment", {"CustomerRef": document["CustomerRef"], "TotalAmt": 10, "Line": [line]})

    stage.work()

    assert stage.operation(operation).outcome == "synced"
    assert stands(stage, invoice)["CustomerMemo"]["value"] == "by hand"


@pytest.mark.requirement("H-34", "T-22")
def test_pressing_twice_is_pressing_once(stage, conflict):
    invoice = conflict()
    seen = button(stage, invoice).preset["seen"]
    winners = {"customer_memo": "quickbooks"}

    first, second = (ask(stage, invoice, winners, seen=seen, idempotency_key=key) for key in ("one", "two"))
    stage.work()
    again = ask(stage, invoice, winners, seen=seen, idempotency_key="one")

    assert first == second == again
    assert stage.writes() == ["update invoice"]
    with pytest.raises(Refused):
        ask(stage, invoice, winners, seen=seen)
    assert is_settled(stage, invoice)


@pytest.mark.requirement("H-34")
def test_the_history_says_what_was_chosen(stage, conflict):
    invoice = conflict(**MEMO, DueDate=LATER)

    press(stage, invoice, {"due_date": "source", "customer_memo": "quickbooks"})

    record_id = stage.record(invoice["id"]).id
    with stage.services.database.reading() as session:
        newest = activity.list_of_record(session, record_id, limit=1)[0]
    assert newest.event == "record.merged"
    assert newest.params["chosen"] == (
        "Message on invoice as in QuickBooks and Due date, Lines and Total as in Neutral Books"
    )


def test_a_choice_that_was_stopped_is_not_made_again_by_the_next_sync(stage, conflict):
    invoice = conflict()
    ask(stage, invoice, {"customer_memo": "quickbooks"})
    stage.change(invoice["id"], memos={"note": "Ring thrice"})
    stage.work()

    target = stage.target(invoice["id"])
    apply_fix(stage.services, target, "restore_ours", {}, asked_by="test", role=Role.END_USER)
    stage.work()

    assert stage.invoice(invoice["number"])["CustomerMemo"]["value"] == "Ring thrice"
    assert stage.record(invoice["id"]).overrides == {}


def test_in_shadow_mode_a_choice_sends_and_keeps_nothing(stage, conflict):
    invoice = conflict()
    switch_pairing(stage.services, stage.organization_id, stage.pairing_id, on=True, asked_by="test")
    try:
        operation = press(stage, invoice, {"customer_memo": "quickbooks"})
    finally:
        switch_pairing(stage.services, stage.organization_id, stage.pairing_id, on=False, asked_by="test")

    assert operation.outcome == "shadowed"
    assert stage.writes() == []
    assert stage.record(invoice["id"]).overrides == {}


def test_where_no_rule_leaves_it_to_a_person_no_choice_is_taken(stage, conflict):
    invoice = conflict()
    seen = button(stage, invoice).preset["seen"]
    stage.rules(qbo_edit_of_source_doc="error")
    stage.sync(invoice["id"])
    finding = stage.look(invoice["id"]).finding
    assert "merge_fields" not in [fix.action for fix in finding.fixes]
    assert rows(stage, invoice)["customer_memo"].quickbooks == "by hand"

    with pytest.raises(Refused):
        ask(stage, invoice, {"customer_memo": "quickbooks"}, seen=seen)
