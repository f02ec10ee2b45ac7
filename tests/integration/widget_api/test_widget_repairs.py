"""Repairs in the card: pressed as they are served, they end with the document in QuickBooks."""

import pytest
import requests


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
