"""Repairs in the card: pressed as they are served, they end with the document in QuickBooks."""

import pytest
import requests

from qbo_connector.policy.catalogue import Role
from qbo_connector.sync import look, pairings
from qbo_connector.web.widget.answers import record_json


def answers_of(card, action):
    """The button as the card gets it, with whatever is filled in already."""
    finding = card.get("record").json()["finding"]
    (fix,) = [fix for fix in finding["fixes"] if fix["action"] == action]
    assert fix["allowed"]
    return {one["name"]: one["value"] for one in fix["inputs"] if one["value"] is not None}


@pytest.mark.requirement("H-66")
def test_an_end_user_gives_the_customer_another_name_that_the_card_suggests(stage, web):
    invoice = stage.source.make_fresh("Cardtwin")
    requests.post(
        f"{stage.simulator.base_url}/v3/company/{stage.realm_id}/vendor",
        json={"DisplayName": "Cardtwin Inc"},
        headers={"Authorization": f"Bearer {stage.simulator.credentials().access_token}"},
        timeout=30,
    )
    stage.sync(invoice["id"])
    card = web.card(invoice["id"])
    answers = answers_of(card, "rename_customer")
    assert answers == {"display_name": "Cardtwin Inc (cardtwin@shop.example)"}

    started = card.post("fixes/rename_customer", {"inputs": answers})

    assert started.status_code == 202, started.text
    stage.work()
    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    assert document["CustomerRef"]["name"] == "Cardtwin Inc (cardtwin@shop.example)"
    assert card.get("record").json()["state"] == "synced"


def test_an_input_that_the_finding_answers_is_marked_so_that_nobody_is_asked(stage, web):
    taken = stage.source.make()
    stage.sync(taken["id"])
    invoice = stage.source.make(number=taken["number"])
    stage.sync(invoice["id"])
    card = web.card(invoice["id"])

    finding = card.get("record").json()["finding"]
    (link,) = [fix for fix in finding["fixes"] if fix["action"] == "link_existing_invoice"]
    (other,) = [fix for fix in finding["fixes"] if fix["action"] == "renumber"]

    assert {one["name"]: one["answered"] for one in link["inputs"]} == {"qbo_type": True, "qbo_id": True}
    assert other["inputs"] == [{"name": "number", "value": f"{invoice['number']}-2", "answered": False}]


@pytest.mark.requirement("T-23")
def test_one_corrected_quantity_counts_as_one_change(stage, web):
    lines = [{"product_id": "prd_5", "variant_id": "var_51", "quantity": "12", "discount_value": "10"}]
    invoice = stage.source.make(lines=lines)
    stage.sync(invoice["id"])
    kept = {"id": invoice["items"][0]["id"], **lines[0]}
    stage.source.change(invoice["id"], lines=[{**kept, "quantity": "13"}])

    record = web.card(invoice["id"]).get("record").json()

    assert (record["state"], record["changes"]) == ("changed", 1)


@pytest.fixture
def unmapped(stage):
    """An invoice whose mapping fills a custom field that the company does not have; the mappings go afterwards."""
    place = stage.services, stage.organization_id, stage.pairing_id
    pairings.set_rule(*place, "mappings", [{"source": "number", "target": "custom:3"}])
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    assert stage.codes(invoice["id"]) == ["field.mapping_gone"]
    yield invoice
    pairings.set_rule(*place, "mappings", [])
    stage.work()


@pytest.mark.requirement("H-37")
def test_a_mapping_that_is_broken_is_for_an_admin_and_the_card_says_so(stage, web, unmapped):
    card = web.card(unmapped["id"])
    (fix,) = card.get("record").json()["finding"]["fixes"]

    refused = card.post("fixes/map_field", {"inputs": {"subject": "custom:3", "remove": "yes"}})

    names = [one["name"] for one in fix["inputs"]]
    assert (fix["action"], fix["button"], fix["allowed"]) == ("map_field", "Ask an admin", False)
    assert names == ["source_field", "target_field", "remove"]
    assert not any("choices" in one or one["value"] for one in fix["inputs"])
    assert (refused.status_code, refused.json()["code"]) == (422, "connection.permission_denied")
    assert stage.codes(unmapped["id"]) == ["field.mapping_gone"]


@pytest.mark.requirement("H-37")
def test_what_can_be_chosen_goes_along_in_json_for_somebody_who_may_press(stage, unmapped):
    view = look.record_view(stage.services, stage.target(unmapped["id"]), role=Role.ADMIN)

    (fix,) = record_json("invoice", view)["finding"]["fixes"]

    asked = {one["name"]: one for one in fix["inputs"]}
    assert asked["subject"] == {"name": "subject", "value": "custom:3", "answered": True}
    assert (asked["source_field"]["value"], asked["target_field"]["value"]) == ("number", None)
    assert {"value": "custom:1", "label": "Crew #"} in asked["target_field"]["choices"]
    assert asked["remove"]["choices"][-1] == {"value": "yes", "label": "Remove this mapping"}
