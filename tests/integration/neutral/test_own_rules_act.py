"""What an admin adds to a sync, filters, field mappings and links, through the whole line into QuickBooks."""

import pytest

from qbo_connector.store import pairings
from qbo_connector.sync import asks, shadow_switch
from qbo_connector.sync.field_mapping import (
    MappingRefused,
    delete_mapping,
    mapping_page,
    save_mapping,
    switch_defaults,
)
from qbo_connector.sync.filtering import effect_of, filter_page, read_filters, save_filters
from qbo_connector.sync.look import preview
from qbo_connector.sync.mapping_tables import Table, entries_to_choose, link, mapping_table, unlink
from qbo_connector.sync.pairings import RulesChanged
from qbo_connector.sync.service_types import ItemRefused, save_service_types, service_type_table

LARGE = {"property": "total", "operator": "at_least", "values": ["1000"]}
MAPPED = {"source": "po_number", "target": "custom:1"}


@pytest.fixture
def place(stage):
    """What use cases ask for first; at the end the sync is as it was."""
    yield stage.services, stage.organization_id, stage.pairing_id
    stage.set_rules(filters=[], mappings=[], switched_off=[], items={})


@pytest.fixture
def version(stage):
    def now():
        with stage.services.database.reading() as session:
            return pairings.load(session, stage.pairing_id).rules_version

    return now


@pytest.mark.requirement("H-41", "H-20")
def test_a_filter_leaves_an_invoice_out_and_a_wider_one_lets_it_in_by_itself(stage, place, version):
    invoice = stage.make()
    stage.ask(invoice["id"])
    save_filters(*place, [LARGE], expected_version=version())
    stage.work()
    left_out = stage.record(invoice["id"]).state, stage.sentence(invoice["id"])

    save_filters(*place, [], expected_version=version())
    stage.work()

    assert left_out[0] == "excluded"
    assert "“Total is at least 1000”" in left_out[1]
    assert stage.record(invoice["id"]).state == "synced"


def test_an_invoice_that_a_filter_leaves_out_cannot_be_asked_for(stage, place, version):
    save_filters(*place, [LARGE], expected_version=version())

    with pytest.raises(asks.Refused) as refused:
        stage.ask(stage.make()["id"])

    assert refused.value.finding.code == "not_eligible.filter"


@pytest.mark.requirement("H-41")
def test_filters_are_tried_on_the_invoices_that_are_known(stage, place):
    small = stage.make()
    stage.sync(small["id"])
    page = filter_page(*place)

    effect = effect_of(*place, read_filters(page.properties, [LARGE]))
    none = effect_of(*place, read_filters(page.properties, [{**LARGE, "operator": "below"}]))

    assert effect.known == effect.excluded >= 1
    assert (effect.examples[0].number, effect.examples[0].seen) == (small["number"], small["total"])
    assert none.excluded == 0


def test_rules_that_somebody_else_changed_meanwhile_are_not_overwritten(place, version):
    save_filters(*place, [LARGE], expected_version=version())

    with pytest.raises(RulesChanged):
        save_filters(*place, [], expected_version=version() - 1)


@pytest.mark.requirement("H-36", "H-37", "H-38", "H-58")
def test_an_own_mapping_travels_into_the_companys_custom_field(stage, place):
    stage.rules(custom_mappings="yes")
    save_mapping(*place, source="po_number", target="custom:1")
    save_mapping(*place, source="customer.phone", target="tracking_number")
    invoice = stage.make(
        memos={"po_number": "PO-77"}, customer={"id": "c-9", "name": "Zed Ltd", "phone": "555-0199"}
    )
    rows = preview(stage.services, stage.target(invoice["id"])).rows

    stage.sync(invoice["id"])

    document = stage.invoice(invoice["number"])
    assert ("PO number", "Crew #", "PO-77") in rows
    assert document["CustomField"][0]["StringValue"] == "PO-77"
    assert document["TrackingNum"] == "555-0199"


@pytest.mark.requirement("H-38")
def test_a_mapping_is_changed_and_deleted_and_what_it_filled_stays(stage, place):
    stage.rules(custom_mappings="yes")
    save_mapping(*place, source="po_number", target="ship_method")
    save_mapping(*place, source="terms", target="ship_method", place=0)
    invoice = stage.make(memos={"terms": "By road"})
    stage.sync(invoice["id"])

    deleted = delete_mapping(*place, 0), delete_mapping(*place, 0)
    stage.change(invoice["id"], memos={"terms": "By air"})
    stage.sync(invoice["id"])

    assert deleted == (True, False)
    assert mapping_page(*place).own == ()
    assert stage.invoice(invoice["number"])["ShipMethodRef"]["value"] == "By road"


@pytest.mark.requirement("H-35")
def test_a_field_that_is_switched_off_is_no_longer_sent_and_not_emptied(stage, place):
    invoice = stage.make(memos={"note": "Leave at dock B"}, due_on="2027-01-31")
    stage.sync(invoice["id"])
    switch_defaults(*place, on=[row.field for row in mapping_page(*place).defaults if row.field != "memo"])

    stage.change(invoice["id"], memos={"note": "Leave at dock C"}, due_on="2027-02-28")
    stage.sync(invoice["id"])

    document = stage.invoice(invoice["number"])
    assert document["CustomerMemo"]["value"] == "Leave at dock B"
    assert document["DueDate"] == "2027-02-28"


@pytest.mark.requirement("H-37", "H-58")
def test_a_value_that_does_not_fit_its_field_is_refused_by_field_and_record(stage, place):
    stage.rules(custom_mappings="yes")
    save_mapping(*place, source="po_number", target="custom:1")
    invoice = stage.make(memos={"po_number": "P" * 32})

    stage.sync(invoice["id"])

    assert stage.codes(invoice["id"]) == ["field.too_long"]
    assert f"PO number of invoice {invoice['number']}" in stage.sentence(invoice["id"])


@pytest.mark.requirement("H-36")
@pytest.mark.parametrize(
    ("choice", "source", "target", "words"),
    [
        ("paid_plan", "po_number", "custom:1", ""),
        ("no", "po_number", "custom:1", "Own mappings belong to a paid plan."),
        ("yes", "po_number", "custom:3", "Choose a field on both sides."),
        ("yes", "po_number", "ship_date", "“Shipping date” takes a date, and “PO number” is none."),
        ("yes", "line.sku", "custom:1", "“Line: SKU” differs from line to line"),
    ],
)
def test_a_mapping_is_saved_where_the_plan_has_it_and_both_sides_fit(stage, place, choice, source, target, words):
    stage.rules(custom_mappings=choice)
    try:
        save_mapping(*place, source=source, target=target)
    except MappingRefused as refused:
        said = str(refused)
    else:
        said = ""

    assert said.startswith(words)
    assert bool(said) is bool(words)
    assert len(mapping_page(*place).own) == (not words)


def test_what_was_planned_in_shadow_is_sent_when_somebody_asks_for_it(stage, place):
    stage.rules(trigger="event")
    services, organization_id, pairing_id = place
    shadow_switch.switch_pairing(services, organization_id, pairing_id, on=True, asked_by="user:1")
    made = [stage.make() for _ in range(3)]
    for invoice in made:
        stage.sync(invoice["id"])
    shadow_switch.switch_pairing(services, organization_id, pairing_id, on=False, asked_by="user:1")
    assert {stage.record(invoice["id"]).state for invoice in made} == {"shadowed"}

    asked = shadow_switch.sync_waiting(services, organization_id, pairing_id, asked_by="user:1")
    stage.work()

    assert asked == len(made)
    assert {stage.record(invoice["id"]).state for invoice in made} == {"synced"}


@pytest.mark.requirement("H-65")
def test_a_customer_that_was_linked_by_hand_is_used_and_wakes_what_waited(stage, place):
    stage.rules(customer_missing="fail", customer_match=["email"])
    stranger = {"id": "c-77", "name": "Nobody Known", "email": "who@nowhere.example"}
    invoice = stage.make(customer=stranger)
    stage.sync(invoice["id"])
    (row,) = [one for one in mapping_table(*place, Table.CUSTOMERS).rows if one.name == "Nobody Known"]
    (entry,) = entries_to_choose(*place, Table.CUSTOMERS, "Amy's Bird")
    held = stage.record(invoice["id"]).state

    link(*place, Table.CUSTOMERS, symbol=row.symbol, qbo_id=entry.qbo_id, asked_by="user:1")
    stage.work()

    assert (held, row.standing) == ("failing", "missing")
    assert stage.invoice(invoice["number"])["CustomerRef"]["value"] == entry.qbo_id
    (linked,) = [one for one in mapping_table(*place, Table.CUSTOMERS).rows if one.symbol == row.symbol]
    assert (linked.standing, linked.entry) == ("linked", entry.name)
    unlink(*place, Table.CUSTOMERS, symbol=row.symbol, asked_by="user:1")
    assert mapping_table(*place, Table.CUSTOMERS).find(row.symbol).standing == "missing"


@pytest.mark.requirement("P-12")
def test_a_service_type_is_given_its_item_once(stage, place, version):
    stage.rules(item_match=["map"], item_missing="fail")
    stage.books.options["service_types"] = [{"value": "design", "label": "Design work"}]
    line = {"item": {"id": "s-1", "name": "Logo", "service_type": "design"}, "quantity": "1", "price": "80.00"}
    invoice = stage.make(lines=[line])
    stage.sync(invoice["id"])
    table = service_type_table(*place)
    (qbo_id,) = [qbo_id for qbo_id, name in table.items if name == "Design"]
    stopped = stage.record(invoice["id"]).state

    save_service_types(*place, {"design": qbo_id}, default_item=None, expected_version=version())
    stage.work()

    assert [(row.words, row.qbo_id) for row in table.rows] == [("Design work", "")]
    assert stopped != "synced"
    (sold, *_) = stage.invoice(invoice["number"])["Line"]
    assert sold["SalesItemLineDetail"]["ItemRef"]["value"] == qbo_id
    with pytest.raises(ItemRefused):
        save_service_types(*place, {"design": "999999"}, default_item=None, expected_version=version())
