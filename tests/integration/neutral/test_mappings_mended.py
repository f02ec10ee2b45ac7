"""“Fix the mapping”: a field that is gone on either side is answered once, for every record of the sync."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from qbo_connector.policy.catalogue import Role
from qbo_connector.policy.properties import PropertyType
from qbo_connector.sources.manifest_parts import DeclaredProperty
from qbo_connector.sources.registry import Registry
from qbo_connector.store import activity
from qbo_connector.sync import look
from qbo_connector.sync.asks import Refused
from qbo_connector.sync.field_mapping import mapping_page, save_mapping
from qbo_connector.sync.filtering import save_filters
from qbo_connector.sync.fixes import apply_fix
from tests.rig.custom_fields import custom_fields
from tests.rig.neutral.addon import KEY

GONE = "field.mapping_gone"
NO_LONGER = "The field “{}” in your mapping no longer exists in {}."
SHIPPED = DeclaredProperty(name="shipped", label="Shipping date", type=PropertyType.DATE)
GIFT = DeclaredProperty(name="gift", label="Gift", type=PropertyType.TEXT)


def has_fields(stage, labels):
    """Somebody sets the company's custom fields in QuickBooks; ours hears of it as from its settings."""
    stage.prefer(**custom_fields(labels))
    stage.work()


def declaring(stage, *properties):
    """The stage with a version of the plugin that declares these properties."""
    entry = stage.services.registry.find(KEY)
    other = replace(entry, manifest=entry.manifest.model_copy(update={"properties": properties}))
    return replace(stage, services=replace(stage.services, registry=Registry([other])))


@pytest.fixture
def stage(stage):
    stage.rules(custom_mappings="yes")
    yield stage
    has_fields(stage, {"1": "Crew #"})
    stage.set_rules(mappings=[], filters=[])


@pytest.fixture
def maps(stage):
    """Save own mappings of the sync, as the page of mappings does: ``maps(("po_number", "custom:1"))``."""

    def save(*pairs, on=stage):
        for source, target in pairs:
            save_mapping(on.services, on.organization_id, on.pairing_id, source=source, target=target)

    return save


@pytest.fixture
def lost(stage, maps):
    """An invoice whose mapping fills a custom field that was removed in QuickBooks."""
    maps(("po_number", "custom:1"))
    has_fields(stage, {"2": "Colour"})
    return held(stage)


def held(stage, **told):
    invoice = stage.make(**{"memos": {"po_number": "PO-7", "terms": "By road"}, **told})
    stage.sync(invoice["id"])
    assert stage.codes(invoice["id"])[0] == GONE
    assert stage.record(invoice["id"]).state == "held"
    return invoice


def button(stage, invoice, role=Role.ADMIN):
    (fix,) = look.record_view(stage.services, stage.target(invoice["id"]), role=role).finding.fixes
    assert fix.action == "map_field"
    return fix


def press(stage, invoice, role=Role.ADMIN, **answers):
    apply_fix(stage.services, stage.target(invoice["id"]), "map_field", answers, asked_by="user:1", role=role)
    stage.work()


def answer(stage, invoice, **answers):
    """Press it as it is served, with these answers in the places of those filled in."""
    press(stage, invoice, **{**button(stage, invoice).preset, **answers})


def refusal(stage, invoice, **answers):
    before = own(stage)
    with pytest.raises(Refused) as refused:
        answer(stage, invoice, **answers)
    assert own(stage) == before
    return refused.value.finding.sentence


def own(stage):
    page = mapping_page(stage.services, stage.organization_id, stage.pairing_id)
    return [(row.source_key, row.target_key) for row in page.own]


def custom(stage, invoice):
    """The custom fields of an invoice that stands, by the numbers of their definitions."""
    return {one["DefinitionId"]: one.get("StringValue") for one in stands(stage, invoice)["CustomField"]}


def stands(stage, invoice):
    assert stage.record(invoice["id"]).state == "synced", stage.codes(invoice["id"])
    assert stage.codes(invoice["id"]) == []
    return stage.invoice(invoice["number"])


@pytest.mark.requirement("H-37", "H-58")
def test_another_field_of_quickbooks_takes_the_value_and_what_waits_beside_it_goes_on_too(stage, lost):
    beside = held(stage)

    answer(stage, lost, target_field="custom:2")

    assert own(stage) == [("po_number", "custom:2")]
    for invoice in (lost, beside):
        assert custom(stage, invoice)["2"] == "PO-7"


@pytest.mark.requirement("H-37")
def test_a_removed_mapping_lets_its_records_go_without_the_field(stage, lost):
    beside = held(stage)

    answer(stage, lost, remove="yes")

    assert own(stage) == []
    for invoice in (lost, beside):
        assert set(custom(stage, invoice).values()) <= {None}


@pytest.mark.requirement("H-37", "H-58")
def test_the_button_offers_what_fits_and_keeps_the_side_that_is_still_there(stage, lost):
    fix = button(stage, lost)

    assert fix.allowed
    assert fix.inputs == ("source_field", "target_field", "remove")
    assert fix.preset == {"subject": "custom:1", "source_field": "po_number", "remove": "no"}
    assert fix.settled == ("subject",)
    assert fix.choices["target_field"] == (
        ("", "Choose a field"),
        ("private_note", "Memo on statement"),
        ("tracking_number", "Tracking no."),
        ("ship_method", "Ship via"),
        ("custom:2", "Colour"),
    )
    assert ("terms", "Terms") in fix.choices["source_field"]
    assert not any(key.startswith("line.") for key, _ in fix.choices["source_field"])
    assert fix.choices["remove"][-1] == ("yes", "Remove this mapping")


def test_a_field_that_was_made_again_under_the_name_of_the_other_side_is_suggested(stage, maps):
    maps(("po_number", "custom:1"))
    has_fields(stage, {"2": "PO Number", "3": "Colour"})
    invoice = held(stage)
    assert button(stage, invoice).preset["target_field"] == "custom:2"

    answer(stage, invoice)

    assert own(stage) == [("po_number", "custom:2")]
    stands(stage, invoice)


def test_a_field_that_another_mapping_fills_is_neither_offered_nor_taken(stage, maps):
    maps(("po_number", "custom:1"), ("terms", "ship_method"))
    has_fields(stage, {})
    invoice = held(stage)
    assert "ship_method" not in dict(button(stage, invoice).choices["target_field"])

    said = refusal(stage, invoice, target_field="ship_method")

    assert said == "Another mapping fills “Ship via” already. Change or delete that one first."


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"target_field": "ship_date"}, "“Shipping date” takes a date, and “PO number” is none."),
        ({"target_field": ""}, "This repair has no target field, which QuickBooks requires."),
        (
            {"target_field": "custom:3"},
            "The field “custom field 3” in your mapping no longer exists in QuickBooks.",
        ),
        ({"target_field": "moon"}, "The field “moon” in your mapping no longer exists in QuickBooks."),
        (
            {"source_field": "custom.moon", "target_field": "ship_method"},
            NO_LONGER.format("custom.moon", "Neutral Books"),
        ),
        (
            {"source_field": "line.sku", "target_field": "ship_method"},
            NO_LONGER.format("line.sku", "Neutral Books"),
        ),
    ],
)
def test_what_does_not_go_together_is_refused_by_field_and_changes_nothing(stage, lost, answers, sentence):
    assert refusal(stage, lost, **answers) == sentence
    assert stage.codes(lost["id"]) == [GONE]


@pytest.mark.requirement("H-58")
def test_the_fields_of_quickbooks_are_read_when_the_button_is_pressed(stage, lost):
    stage.simulator._call("POST", f"companies/{stage.realm_id}", {"preferences": custom_fields({"3": "Route"})})

    said = refusal(stage, lost, target_field="custom:2")
    answer(stage, lost, target_field="custom:3")

    assert said == "The field “custom field 2” in your mapping no longer exists in QuickBooks."
    assert custom(stage, lost)["3"] == "PO-7"


def test_pressing_twice_is_pressing_once(stage, lost):
    known, before = button(stage, lost).preset, changes_told(stage)

    for _ in range(2):
        press(stage, lost, **{**known, "target_field": "ship_method"})

    assert own(stage) == [("po_number", "ship_method")]
    assert changes_told(stage) - before == 1
    press(stage, lost, **{**known, "remove": "yes"})
    assert own(stage) == [("po_number", "ship_method")]


def changes_told(stage):
    """How often the history says that this person changed the sync's mappings."""
    with stage.services.database.reading() as session:
        told = activity.list_in(session, stage.organization_id, limit=500)
    return sum(one.event == "rules.changed" and one.actor == "user:1" for one in told)


def test_two_people_who_press_at_once_lose_neither_answer(stage, maps):
    has_fields(stage, {"1": "Crew #", "2": "Colour"})
    maps(("po_number", "custom:1"), ("terms", "custom:2"))
    has_fields(stage, {})
    invoice = held(stage)
    told = ({"subject": "custom:1", "target_field": "ship_method"}, {"subject": "custom:2", "remove": "yes"})
    target = stage.target(invoice["id"])

    def one(answers):
        try:
            apply_fix(stage.services, target, "map_field", answers, asked_by="user:1", role=Role.ADMIN)
        except Refused as refused:
            return refused.finding.code
        return ""

    with ThreadPoolExecutor(2) as people:
        assert set(people.map(one, told)) == {""}
    stage.work()

    assert own(stage) == [("po_number", "ship_method")]
    assert stands(stage, invoice)["ShipMethodRef"]["value"] == "PO-7"


@pytest.mark.requirement("H-35", "H-37")
def test_a_field_that_the_source_no_longer_has_is_answered_by_another_one(stage, maps):
    before = declaring(stage, SHIPPED)
    maps(("custom.shipped", "ship_date"), on=before)
    invoice = stage.make(due_on="2027-01-31")
    before.ask(invoice["id"])
    stage.work()
    assert (stage.codes(invoice["id"]), stage.record(invoice["id"]).state) == ([GONE], "held")
    fix = button(stage, invoice)
    assert fix.preset == {"subject": "ship_date", "target_field": "ship_date", "remove": "no"}
    assert [key for key, _ in fix.choices["source_field"]] == [
        "",
        "issue_date",
        "due_date",
        "created_at",
        "updated_at",
    ]

    answer(stage, invoice, source_field="due_date")

    assert own(stage) == [("due_date", "ship_date")]
    assert stands(stage, invoice)["ShipDate"] == "2027-01-31"


def test_of_several_mappings_of_a_lost_field_the_one_that_is_meant_is_asked_for(stage, maps):
    before = declaring(stage, GIFT)
    maps(("custom.gift", "ship_method"), ("custom.gift", "custom:1"), on=before)
    invoice = stage.make(memos={"po_number": "PO-7"})
    before.ask(invoice["id"])
    stage.work()
    fix = button(stage, invoice)
    assert fix.inputs == ("subject", "source_field", "target_field", "remove")
    assert fix.choices["subject"] == (
        ("", "Choose a mapping"),
        ("ship_method", "custom.gift → Ship via"),
        ("custom:1", "custom.gift → Crew #"),
    )
    assert refusal(stage, invoice, remove="yes").startswith("This repair has no mapping")

    with pytest.raises(Refused) as still:
        answer(stage, invoice, subject="ship_method", remove="yes")
    stage.work()
    answer(stage, invoice, source_field="po_number")

    assert still.value.finding.code == GONE
    assert own(stage) == [("po_number", "custom:1")]
    assert custom(stage, invoice)["1"] == "PO-7"


def test_a_custom_field_that_only_quickbooks_knows_to_be_gone_is_asked_about(stage, maps):
    maps(("po_number", "custom:1"))
    error = {"Message": "A message", "Detail": "Invalid custom field", "code": "3000", "element": "CustomField"}
    body = {"Fault": {"Error": [error], "type": "ValidationFault"}, "time": "2026-08-15T07:00:00.000-07:00"}
    only = {"method": "POST", "path": "/invoice"}
    stage.simulator.arm({"match": only, "times": None, "then": {"status": 400, "body": body}})
    invoice = held(stage)
    fix = button(stage, invoice)
    stage.simulator.arm()

    answer(stage, invoice, target_field="ship_method")

    assert fix.preset["subject"] == "custom:1"
    assert stands(stage, invoice)["ShipMethodRef"]["value"] == "PO-7"


def test_a_filter_that_speaks_of_a_lost_field_has_no_mapping_to_mend(stage):
    before = declaring(stage, GIFT)
    page = mapping_page(stage.services, stage.organization_id, stage.pairing_id)
    filters = [{"property": "custom.gift", "operator": "is", "values": ["x"]}]
    save_filters(
        before.services,
        stage.organization_id,
        stage.pairing_id,
        filters,
        expected_version=page.pairing.rules_version,
    )
    invoice = stage.make(memos={"custom": [{"name": "gift", "value": "x"}]})
    before.ask(invoice["id"])
    stage.work()

    assert button(stage, invoice).choices == {}
    assert "“custom.gift”" in refusal(stage, invoice, remove="yes")


@pytest.mark.requirement("H-37")
def test_somebody_without_the_role_is_told_whom_to_ask_and_changes_nothing(stage, lost):
    fix = button(stage, lost, Role.END_USER)

    with pytest.raises(Refused) as refused:
        press(stage, lost, Role.END_USER, subject="custom:1", remove="yes")

    assert (fix.allowed, fix.button, fix.preset, fix.choices) == (False, "Ask an admin", {}, {})
    assert refused.value.finding.code == "connection.permission_denied"
    assert own(stage) == [("po_number", "custom:1")]


@pytest.mark.requirement("P-11")
def test_the_place_of_the_memo_is_no_place_for_another_field(stage, lost):
    said = refusal(stage, lost, target_field="customer_memo")

    assert said.startswith("The memo of this sync stands in “Message on invoice” already.")


def test_the_preview_of_a_record_asks_the_same(stage, lost):
    seen = look.preview(stage.services, stage.target(lost["id"]), role=Role.ADMIN)

    (fix,) = seen.refusals[0].fixes
    assert (fix.preset, fix.choices) == (button(stage, lost).preset, button(stage, lost).choices)
