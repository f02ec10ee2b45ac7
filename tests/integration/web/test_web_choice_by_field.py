"""Choosing field by field on the record page: both versions side by side, and a press that sends the choice."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from flask import Flask

from qbo_connector.app import create_app
from qbo_connector.jobs.bell import SilentBell
from qbo_connector.web.wiring import KEY
from tests.rig.neutral import NeutralStage, set_up

FORM = re.compile(r'<form[^>]*action="([^"]*/fixes/merge_fields)"[^>]*>(.*?)</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
RADIO = re.compile(r'<input[^>]*type="radio"[^>]*name="([^"]+)" value="([^"]+)"([^>]*)>')
LAMP = {"item": {"id": "p-lamp", "name": "Lamp"}, "quantity": "1", "price": "40.00"}


@pytest.fixture
def stage(make_settings: Any, simulator: Any, tmp_path: Any, shops: Any) -> Iterator[NeutralStage]:
    settings = make_settings(allow_private_sources=True)
    with set_up(settings, simulator, tmp_path, shop=shops.copied(settings, simulator)) as stage:
        stage.rules(qbo_edit_of_source_doc="conflict_rule", conflict="ask")
        yield stage


@pytest.fixture
def app(stage: NeutralStage) -> Iterator[Flask]:
    app = create_app(stage.services.settings, bell=SilentBell())
    yield app
    app.extensions[KEY].clients.close()
    app.extensions[KEY].database.close()


@pytest.fixture
def conflict(stage):
    invoice = stage.make(memos={"note": "Ring once"})
    stage.sync(invoice["id"])
    edit(stage, invoice, "by hand")
    changed = stage.change(invoice["id"], lines=[LAMP])
    stage.sync(invoice["id"])
    return changed


def edit(stage, invoice, memo):
    document = stage.invoice(invoice["number"])
    version = {name: document[name] for name in ("Id", "SyncToken", "CustomerRef")}
    stage.person("Invoice", {**version, "sparse": True, "CustomerMemo": {"value": memo}})


def path_of(stage, invoice):
    return f"/o/{stage.organization_id}/records/{stage.record(invoice['id']).id}"


def form_of(page):
    """What the form sends as it was served, and which of its radios cannot be taken."""
    ((_, body),) = FORM.findall(page.text)
    hidden = {name: unescape(value) for name, value in HIDDEN.findall(body) if name != "csrf_token"}
    radios = RADIO.findall(body)
    checked = {name: side for name, side, more in radios if " checked" in more}
    locked = {(name, side) for name, side, more in radios if " disabled" in more}
    return {**hidden, **checked}, locked


@pytest.mark.requirement("H-34", "B-9")
def test_a_bookkeeper_chooses_a_side_for_each_field(stage, bookkeeper, conflict, read):
    path = path_of(stage, conflict)
    page = bookkeeper.get(path)
    served, locked = form_of(page)
    assert served.keys() == {"seen", "winner.customer_memo", "winner.lines", "winner.total"}
    assert locked == {("winner.lines", "quickbooks"), ("winner.total", "quickbooks")}
    shown = read(page)
    assert "Message on invoice Ring once by hand" in shown
    assert "Neutral Books's version; to keep QuickBooks' lines, keep its version as a whole" in shown
    assert "What QuickBooks keeps is kept there only; the source stays as it is." in shown

    bookkeeper.post(f"{path}/fixes/merge_fields", page=path, **{**served, "winner.customer_memo": "quickbooks"})
    stage.work()

    document = stage.invoice(conflict["number"])
    assert (document["CustomerMemo"]["value"], document["TotalAmt"]) == ("by hand", 40)
    shown = read(bookkeeper.get(path))
    assert (
        "Synced to QuickBooks, chosen field by field: "
        "Message on invoice as in QuickBooks and Lines and Total as in Neutral Books." in shown
    )


@pytest.mark.requirement("H-34", "T-18")
def test_a_page_that_is_out_of_date_leads_back_to_what_there_is_now(stage, bookkeeper, conflict, read):
    path = path_of(stage, conflict)
    served, _ = form_of(bookkeeper.get(path))
    edit(stage, conflict, "by another hand")

    answer = bookkeeper.post(
        f"{path}/fixes/merge_fields", page=path, **{**served, "winner.customer_memo": "quickbooks"}
    )
    stage.work()

    assert answer.status_code == 302
    shown = read(bookkeeper.get(path))
    assert "changed after the preview; please look again" in shown
    assert "Message on invoice Ring once by another hand" in shown
    assert stage.record(conflict["id"]).overrides == {}


def test_a_side_that_cannot_win_is_refused_by_the_name_of_its_field(stage, bookkeeper, conflict, read):
    path = path_of(stage, conflict)
    served, _ = form_of(bookkeeper.get(path))

    bookkeeper.post(f"{path}/fixes/merge_fields", page=path, **{**served, "winner.total": "quickbooks"})

    assert "Total: Neutral Books's version; to keep QuickBooks' total" in read(bookkeeper.get(path))


def test_the_preview_leads_to_where_both_versions_are_shown(stage, bookkeeper, conflict):
    path = path_of(stage, conflict)

    preview = bookkeeper.get(f"{path}/preview").text

    assert f'href="{path}">Choose field by field</a>' in preview
    assert "fixes/merge_fields" not in preview


@pytest.mark.postgres
def test_two_presses_of_one_page_are_one(stage, bookkeeper, conflict):
    path = path_of(stage, conflict)
    served, _ = form_of(bookkeeper.get(path))
    stage.simulator.forget_requests()

    for _ in range(2):
        bookkeeper.post(f"{path}/fixes/merge_fields", page=path, **served)
    stage.work()

    assert stage.writes() == ["update invoice"]
    assert stage.codes(conflict["id"]) == []
