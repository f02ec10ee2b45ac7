"""The pages of a sync's own rules, without a browser and its scripts: filters, fields, mappings, shadow mode."""

import json
import re
from html import unescape

import pytest

from qbo_connector.store import activity, pairings


@pytest.fixture
def path(stage):
    return f"/o/{stage.organization_id}/syncs/{stage.pairing_id}"


@pytest.fixture
def mappings(stage):
    return f"/o/{stage.organization_id}/mappings/{stage.pairing_id}"


@pytest.fixture
def rules(services, stage):
    def read():
        with services.database.reading() as session:
            return pairings.load_in(session, stage.organization_id, stage.pairing_id)

    return read


LARGE = json.dumps({"property": "total", "operator": "at_least", "values": ["100"]})


def carried(answer):
    """The filters that the form carries."""
    found = re.findall(r'name="filter" value="([^"]*)"', answer.text)
    return [json.loads(unescape(text)) for text in found]


@pytest.mark.requirement("H-20", "H-21", "H-22")
def test_filters_that_come_with_the_source_are_shown_and_locked(admin, path, read):
    page = read(admin.get(f"{path}/filters"))

    assert "Status is open, partially paid, paid or uncollectible" in page
    assert "Products belong to the location" in page
    assert "Nobody can change them here" in page


@pytest.mark.requirement("H-41")
def test_a_filter_is_added_step_by_step_and_counts_only_when_done(admin, path, rules, read):
    opened = admin.post(f"{path}/filters", act="add")
    chosen = admin.post(
        f"{path}/filters", act="choose", place="-1", property="customer.country", operator="at_least"
    )
    applied = admin.post(
        f"{path}/filters", act="apply", place="-1", property="customer.country", operator="is", value="US\r\nCA"
    )
    before = rules().rules.get("filters", [])

    done = admin.post(
        f"{path}/filters", act="done", version=rules().rules_version, filter=[json.dumps(carried(applied)[0])]
    )

    assert 'name="operator"' in opened.text
    assert '<option value="is" selected>is</option>' in chosen.text
    assert "Customer: country is US or CA" in read(applied)
    assert before == []
    assert done.status_code == 302
    assert rules().rules["filters"] == [{"property": "customer.country", "operator": "is", "values": ["US", "CA"]}]


@pytest.mark.requirement("H-41")
def test_what_cannot_be_meant_is_said_beside_the_field_and_nothing_is_lost(admin, path, rules, read):
    parts = {"place": "-1", "property": "total", "operator": "at_least", "value": "much", "filter": [LARGE]}

    answer = admin.post(f"{path}/filters", act="done", version=rules().rules_version, **parts)

    assert "“Total is at least” needs a number, such as 1250.00, not “much”." in read(answer)
    assert len(carried(answer)) == 1
    assert "filters" not in rules().rules


def test_a_filter_is_opened_changed_cancelled_and_removed(admin, path):
    opened = admin.post(f"{path}/filters", act="edit-0", filter=[LARGE])
    changed = admin.post(
        f"{path}/filters", act="apply", place="0", property="total", operator="below", value="7", filter=[LARGE]
    )
    cancelled = admin.post(f"{path}/filters", act="cancel", place="0", property="total", filter=[LARGE])
    removed = admin.post(f"{path}/filters", act="remove-0", filter=[LARGE])

    assert 'name="place" value="0"' in opened.text
    assert carried(changed) == [{"property": "total", "operator": "below", "values": ["7"]}]
    assert carried(cancelled) == [json.loads(LARGE)]
    assert carried(removed) == []


@pytest.mark.parametrize(
    "junk", ["", "{", "[]", "7", '{"property": 7}', '{"property": "total", "operator": "is"}']
)
def test_a_form_with_junk_in_it_does_no_harm(admin, path, junk):
    assert admin.post(f"{path}/filters", act="remove-99", filter=[junk]).status_code == 200


@pytest.mark.requirement("H-41")
def test_the_page_says_which_known_invoices_would_be_left_out(admin, path, stage, read):
    invoice = stage.source.make()
    stage.sync(invoice["id"])

    row = json.dumps({"property": "total", "operator": "above", "values": ["99999"]})
    page = read(admin.post(f"{path}/filters", act="look", filter=[row]))

    assert "1 of the latest 1 invoice would be left out." in page
    assert f"not “Total is more than 99999”, but {invoice['total']}" in page


@pytest.mark.requirement("H-35")
def test_default_fields_are_switched_and_locked_ones_say_why(admin, path, rules, read):
    page = read(admin.get(f"{path}/fields"))

    admin.post(f"{path}/fields", on=["email", "billing_address", "shipping_address", "class", "memo"])

    assert "Always: Thrive Inventory needs it" in page
    assert rules().rules["switched_off"] == ["due_date"]
    assert "Add a mapping" not in page


@pytest.mark.requirement("H-36")
def test_a_source_without_own_mappings_refuses_them_by_request_as_well(admin, path, rules, read):
    answer = admin.post(f"{path}/fields/own", page=f"{path}/fields", source="po_number", target="tracking_number")

    assert answer.status_code == 200
    assert "mappings" not in rules().rules


def test_shadow_mode_is_switched_on_a_sync_and_told_on_its_pages(admin, path, stage, rules, read):
    admin.post(f"{path}/shadow/on", page=path)
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    on = read(admin.get(path))
    record = read(admin.get(f"/o/{stage.organization_id}/records/{stage.record(invoice['id']).id}"))

    admin.post(f"{path}/shadow/off", page=path)

    assert "Shadow mode: nothing is sent" in on
    assert "See 1 planned record" in on
    assert f"Would create the invoice in QuickBooks for USD {invoice['total']}" in record
    assert "1 record planned in shadow mode waits" in read(admin.get(path))
    assert not rules().shadow


def test_shadow_mode_is_switched_on_a_company(admin, stage, read):
    path = f"/o/{stage.organization_id}/quickbooks/{stage.connection_id}"

    admin.post(f"{path}/shadow/on", page=path)

    assert "Every sync with this company plans and records every sync" in read(admin.get(path))
    admin.post(f"{path}/shadow/off", page=path)
    assert "Shadow mode: nothing is sent" not in read(admin.get(path))


@pytest.mark.requirement("T-8")
def test_what_waits_of_a_source_on_demand_is_not_sent_by_one_press(admin, path, stage, read):
    answer = admin.post(f"{path}/shadow/sync", page=path)

    assert answer.status_code == 302
    assert "waits for someone to press Sync" in read(admin.get(answer.location))


def test_customers_items_and_locations_stand_with_what_they_are_in_quickbooks(admin, mappings, stage, read):
    stage.sync(stage.source.make()["id"])

    customers, items, locations = (
        read(admin.get(f"{mappings}/{what}")) for what in ("customers", "items", "locations")
    )

    assert "Acme Retail LLC ap@acme.example Acme Retail LLC Linked" in customers
    assert "Stoneware Mug (Blue)" in items
    assert "Portland Store" in locations


def test_a_name_is_linked_to_another_entry_and_the_link_is_in_the_history(admin, mappings, stage, services, read):
    stage.sync(stage.source.make()["id"])
    page = admin.get(f"{mappings}/customers")
    symbol = unescape(re.search(r"pick=([^&#\"]+)", page.text)[1]).replace("%3A", ":")
    picking = admin.get(f"{mappings}/customers", query_string={"pick": symbol, "q": "amy"})
    (qbo_id,) = re.findall(r'name="qbo_id" value="(\d+)"', picking.text)

    admin.post(
        f"{mappings}/customers/link", page=f"{mappings}/customers?pick={symbol}", symbol=symbol, qbo_id=qbo_id
    )

    assert "Acme Retail LLC ap@acme.example Amy's Bird Sanctuary Linked" in read(
        admin.get(f"{mappings}/customers")
    )
    with services.database.reading() as session:
        assert activity.list_in(session, stage.organization_id)[0].event == "mapping.linked"


def test_an_entry_that_quickbooks_does_not_have_cannot_be_linked(admin, mappings, stage, read):
    stage.sync(stage.source.make()["id"])
    page = f"{mappings}/customers"

    answer = admin.post(f"{page}/link", page=page, symbol="customer:nobody", qbo_id="1")

    assert "Choose one of the entries of QuickBooks." in read(admin.get(answer.location))


def test_a_company_that_finds_tax_codes_itself_asks_for_none(admin, mappings, read):
    assert "No codes to choose" in read(admin.get(f"{mappings}/taxes"))


def test_the_lists_age_is_shown_and_one_press_reads_it_again(admin, mappings, stage, read):
    stage.simulator.forget_requests()

    admin.post(f"{mappings}/items/read", page=f"{mappings}/items")

    assert len(stage.simulator.requests()) == 1
    assert "QuickBooks' list as of just now" in read(admin.get(f"{mappings}/items"))


def test_a_tab_that_is_none_is_not_there(admin, mappings):
    assert admin.get(f"{mappings}/planets").status_code == 404


@pytest.mark.parametrize("what", ["filters", "fields"])
def test_only_admins_change_the_rules(bookkeeper, path, what):
    assert bookkeeper.get(f"{path}/{what}").status_code == 403
