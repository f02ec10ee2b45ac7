"""Repairs on the record page: pressed as the page serves them, they end with the document in QuickBooks."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import requests

from qbo_connector.jobs.drain import claim
from qbo_connector.store import operations
from qbo_connector.store.states import Lane
from qbo_connector.sync.stuck import notice_stuck

FORM = re.compile(r'<form[^>]*action="[^"]*/fixes/(\w+)"[^>]*>(.*?)</form>', re.DOTALL)
FIELD = re.compile(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"')


def forms_of(page):
    """The repairs of a page, each with its fields as they were served."""
    return {
        action: {name: unescape(value) for name, value in FIELD.findall(body) if name != "csrf_token"}
        for action, body in FORM.findall(page.text)
    }


def by_hand(stage, entity, body):
    """Somebody writes in QuickBooks itself."""
    answer = requests.post(
        f"{stage.simulator.base_url}/v3/company/{stage.realm_id}/{entity.lower()}",
        json=body,
        headers={
            "Authorization": f"Bearer {stage.simulator.credentials().access_token}",
            "Accept": "application/json",
            "X-Simulator-Person": "1",
        },
        timeout=30,
    )
    assert answer.ok, answer.text
    return answer.json()[entity]


def stands(stage, invoice):
    assert stage.record(invoice["id"]).state == "synced", stage.codes(invoice["id"])
    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    return document


@pytest.mark.requirement("T-21")
def test_an_admin_makes_the_item_active_again_and_is_not_asked_which_one(stage, make_person):
    admin = make_person("ada@example.com", role="admin", organization_id=stage.organization_id)
    first = stage.source.make_fresh("Paged")
    stage.sync(first["id"])
    (item,) = stage.quickbooks("Item", Name="Paged Lamp")
    by_hand(stage, "Item", {"Id": item["Id"], "SyncToken": item["SyncToken"], "sparse": True, "Active": False})
    invoice = stage.source.make(lines=[{"product_id": first["items"][0]["product_id"], "quantity": "2"}])
    stage.sync(invoice["id"])
    path = f"/o/{stage.organization_id}/records/{stage.record(invoice['id']).id}"
    page = admin.get(path)
    served = forms_of(page)["reactivate_item"]
    assert served == {"qbo_type": "Item", "qbo_id": item["Id"], "qbo_item_id": item["Id"]}
    assert 'id="reactivate_item-' not in page.text

    admin.post(f"{path}/fixes/reactivate_item", page=path, **served)
    stage.work()

    stands(stage, invoice)


@pytest.mark.requirement("H-66")
def test_a_bookkeeper_gives_the_customer_another_name_that_the_page_suggests(stage, bookkeeper):
    invoice = stage.source.make_fresh("Twin")
    by_hand(stage, "Vendor", {"DisplayName": "Twin Inc"})
    stage.sync(invoice["id"])
    path = f"/o/{stage.organization_id}/records/{stage.record(invoice['id']).id}"
    served = forms_of(bookkeeper.get(path))["rename_customer"]
    assert served == {"display_name": "Twin Inc (twin@shop.example)"}

    bookkeeper.post(f"{path}/fixes/rename_customer", page=path, **served)
    stage.work()

    assert stands(stage, invoice)["CustomerRef"]["name"] == "Twin Inc (twin@shop.example)"


@pytest.mark.requirement("T-22")
def test_hanging_work_shows_the_operators_button_while_it_hangs(stage, make_person, read):
    operator = make_person("op@example.com", role="admin", organization_id=stage.organization_id, operator=True)
    invoice = stage.source.make()
    stage.ask(invoice["id"])
    held = claim(stage.services, Lane.INTERACTIVE)
    with stage.services.database.writing() as session:
        row = operations.load(session, held.id)
        row.started_at = datetime.now(UTC) - timedelta(hours=2)
        row.lease_until = datetime.now(UTC) + timedelta(hours=1)
    notice_stuck(stage.services)
    path = f"/o/{stage.organization_id}/records/{stage.record(invoice['id']).id}"
    page = operator.get(path)
    assert "Release and run again" in read(page)

    operator.post(f"{path}/fixes/release_lock", page=path, **forms_of(page)["release_lock"])
    stage.work()

    stands(stage, invoice)
    assert "Released, to be taken up by another worker." in read(operator.get(path))
