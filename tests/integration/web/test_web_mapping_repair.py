"""“Fix the mapping” on the record page: its lists are served with the page, and answered in place."""

import re
from html import unescape

import pytest

from qbo_connector.store import connections
from qbo_connector.sync import pairings
from qbo_connector.sync.field_mapping import mapping_page
from qbo_connector.sync.reading_now import read_for_somebody
from tests.rig.custom_fields import custom_fields

FORM = re.compile(r'<form[^>]*action="[^"]*/fixes/map_field"[^>]*>(.*?)</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
SELECT = re.compile(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', re.DOTALL)
OPTION = re.compile(r'<option value="([^"]*)"( selected)?>')


@pytest.fixture
def lost(stage):
    """An invoice whose mapping fills a custom field that was removed in QuickBooks, and where its page is."""
    rule(stage, "mappings", [{"source": "number", "target": "custom:1"}])
    stage.sync(stage.source.make()["id"])
    settings = {"preferences": custom_fields({"2": "Colour"})}
    stage.simulator._call("POST", f"companies/{stage.realm_id}", settings)
    with stage.services.database.reading() as session:
        connection = connections.load(session, stage.connection_id)
    read_for_somebody(stage.services, connection, ["Preferences"])
    return held(stage)


def held(stage):
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    assert stage.codes(invoice["id"]) == ["field.mapping_gone"]
    return invoice


def rule(stage, name, value):
    pairings.set_rule(stage.services, stage.organization_id, stage.pairing_id, name, value)


def path_of(stage, invoice):
    return f"/o/{stage.organization_id}/records/{stage.record(invoice['id']).id}"


def form_of(page):
    """The form as a browser would send it, and what each list offers."""
    ((body),) = FORM.findall(page.text)
    offered = {
        name: [unescape(value) for value, _ in OPTION.findall(options)] for name, options in SELECT.findall(body)
    }
    chosen = {
        name: next((unescape(value) for value, selected in OPTION.findall(options) if selected), offered[name][0])
        for name, options in SELECT.findall(body)
    }
    hidden = {name: unescape(value) for name, value in HIDDEN.findall(body) if name != "csrf_token"}
    return {**hidden, **chosen}, offered


def own(stage):
    page = mapping_page(stage.services, stage.organization_id, stage.pairing_id)
    return [(row.source_key, row.target_key) for row in page.own]


def synced(stage, *invoices):
    assert {stage.record(one["id"]).state for one in invoices} == {"synced"}, [
        stage.codes(one["id"]) for one in invoices
    ]


@pytest.mark.requirement("H-37", "H-58")
@pytest.mark.parametrize("where", ["", "/preview"])
def test_an_admin_chooses_another_field_on_the_page_and_every_waiting_record_goes_on(
    stage, lost, admin, read, where
):
    beside, path = held(stage), path_of(stage, lost)
    served, offered = form_of(admin.get(f"{path}{where}"))
    assert served == {"subject": "custom:1", "source_field": "number", "target_field": "", "remove": "no"}
    assert offered["target_field"] == ["", "private_note", "tracking_number", "ship_method", "custom:2"]

    answer = admin.post(f"{path}/fixes/map_field", page=path, **{**served, "target_field": "custom:2"})
    stage.work()

    assert answer.status_code == 302
    assert own(stage) == [("number", "custom:2")]
    synced(stage, lost, beside)
    history = read(admin.get(f"/o/{stage.organization_id}/settings/activity"))
    assert "mappings from number → custom:1 to number → custom:2." in history


@pytest.mark.requirement("H-37")
def test_an_admin_removes_the_mapping_on_the_page(stage, lost, admin):
    path = path_of(stage, lost)
    served, offered = form_of(admin.get(path))
    assert offered["remove"] == ["no", "yes"]

    admin.post(f"{path}/fixes/map_field", page=path, **{**served, "remove": "yes"})
    stage.work()

    assert own(stage) == []
    synced(stage, lost)


def test_what_does_not_fit_is_said_on_the_page_and_the_form_is_there_again(stage, lost, admin, read):
    path = path_of(stage, lost)
    served, _ = form_of(admin.get(path))

    admin.post(f"{path}/fixes/map_field", page=path, **{**served, "target_field": "ship_date"})

    page = admin.get(path)
    assert "“Shipping date” takes a date, and “Number” is none." in read(page)
    assert form_of(page)[0] == served
    assert own(stage) == [("number", "custom:1")]


def test_a_bookkeeper_reads_whom_to_ask_and_cannot_press(stage, lost, bookkeeper, read):
    path = path_of(stage, lost)
    page = bookkeeper.get(path)
    assert "Ask an admin" in read(page)
    assert FORM.findall(page.text) == []

    bookkeeper.post(f"{path}/fixes/map_field", page=path, subject="custom:1", remove="yes")

    assert "does not let the person" in read(bookkeeper.get(path))
    assert own(stage) == [("number", "custom:1")]


def test_where_a_filter_speaks_of_the_lost_field_the_button_leads_to_the_filters(stage, admin):
    invoice = stage.source.make()
    stage.ask(invoice["id"])
    rule(stage, "filters", [{"property": "custom.gone", "operator": "is", "values": ["x"]}])
    stage.work()

    page = admin.get(path_of(stage, invoice))

    assert stage.codes(invoice["id"]) == ["field.mapping_gone"]
    assert FORM.findall(page.text) == []
    assert f'href="/o/{stage.organization_id}/syncs/{stage.pairing_id}/filters"' in page.text
