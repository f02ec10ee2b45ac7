"""The record view and the record page, over a whole installation."""

import csv
import io
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from qbo_connector.store import connections, operations, pairings, records, sources
from qbo_connector.store.connections import Connection
from qbo_connector.store.pairings import Pairing
from qbo_connector.store.sources import SourceAccount
from qbo_connector.store.states import Intent, Lane, RecordState


@pytest.fixture
def synced(stage):
    """An invoice that stands in QuickBooks."""
    invoice = stage.source.make(notes="Leave at dock B")
    operation = stage.sync(invoice["id"])
    assert operation.outcome == "synced", stage.codes(invoice["id"])
    return invoice


@pytest.fixture
def page_of(stage):
    """The address of an invoice's page."""
    return lambda invoice: f"/o/{stage.organization_id}/records/{stage.record(invoice['id']).id}"


TOLD = {
    "A-1": (RecordState.SYNCED, "", "Acme", "100.00"),
    "A-2": (RecordState.FAILING, "number.duplicate", "Bright", "20.00"),
    "A-3": (RecordState.HELD, "tax.code_missing", "Acme", "3000.00"),
    "A-4": (RecordState.EXCLUDED, "not_eligible.draft", "Cool", "4.00"),
    "A-5": (RecordState.DISMISSED, "not_eligible.dismissed", "Dune", "5.00"),
    "A-6": (RecordState.WAITING, "qbo.unavailable", "=HYPERLINK(1)", "-6.00"),
}


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Records in every state, and who looks at them."""

    person: Any
    path: str
    ids: dict[str, int]

    def get(self, rest=""):
        return self.person.get(f"{self.path}{rest}")

    def numbers(self, query=""):
        """The numbers that a list shows."""
        return sorted(row["Number"] for row in csv.DictReader(io.StringIO(self.get(f"/records.csv{query}").text)))


@pytest.fixture
def shelf(services, organization_id, make_person):
    """Records made by hand: no source and no QuickBooks is needed to look at a list."""

    def fill(session):
        company = Connection(organization_id=organization_id, realm_id="1", environment="sandbox")
        account = SourceAccount(organization_id=organization_id, source_key="thrive", name="Shop")
        sync = Pairing(
            organization_id=organization_id,
            source_account_id=sources.add(session, account).id,
            connection_id=connections.add(session, company).id,
            name="Invoices",
        )
        pairings.switch_on(session, pairings.add(session, sync).id)
        return {number: _shelve(session, sync, number, *told) for number, told in TOLD.items()}

    ids = services.database.write(fill)
    person = make_person("bo@example.com", role="bookkeeper", organization_id=organization_id)
    return Shelf(person=person, path=f"/o/{organization_id}", ids=ids)


def _shelve(session, sync, number, state, reason, party, amount):  # noqa: PLR0917
    row = records.ensure(
        session, sync.id, organization_id=sync.organization_id, kind="invoice", external_id=number
    )
    records.note_reading(session, row.id, number=number, party_name=party, amount=Decimal(amount), currency="USD")
    records.set_standing(session, row.id, state=state, reason=reason, params={"document": f"invoice {number}"})
    return row.id


FILTERS = {
    "?state=failing": ["A-2"],
    "?state=held": ["A-3"],
    "?state=excluded": ["A-4", "A-5"],
    "?state=syncing": ["A-6"],
    "?q=acme": ["A-1", "A-3"],
    "?q=a-4": ["A-4"],
    "?reason=number.duplicate": ["A-2"],
    "?state=failing&q=acme": [],
    "?sync=999999": [],
    "?state=nonsense&page=x&sync=y&from=never": ["A-1", "A-2", "A-3", "A-4", "A-5", "A-6"],
}


def test_every_filter_lives_in_the_address(shelf):
    assert {query: shelf.numbers(query) for query in FILTERS} == FILTERS


def test_the_list_is_sorted_by_what_its_heading_says(shelf):
    page = shelf.get("/records?sort=amount&order=up")

    shown = re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', page.text)

    assert shown == ["A-6", "A-4", "A-5", "A-2", "A-1", "A-3"]


def test_each_record_says_why_in_the_catalogues_words(shelf, services, read):
    page = read(shelf.get("/records?state=failing"))

    said = services.catalogue.fill("number.duplicate", {"document": "invoice A-2"})
    assert said.sentence in page
    assert said.remedy in page
    assert "1–1 of 1" in page


def test_a_list_without_matches_says_how_to_go_on(shelf, read):
    assert "Nothing fits these filters" in read(shelf.get("/records?q=zebra"))


def test_an_exported_cell_is_never_a_formula_but_an_amount_stays_one(shelf):
    row = next(csv.DictReader(io.StringIO(shelf.get("/records.csv?q=a-6").text)))

    assert (row["Customer"], row["Amount"]) == ("'=HYPERLINK(1)", "-6.00")


def test_names_from_outside_are_text_and_nothing_else(services, shelf):
    sly = "<script>alert(1)</script>"
    services.database.write(lambda session: records.note_reading(session, shelf.ids["A-1"], party_name=sly))

    page = shelf.get("/records")

    assert "<script>alert(1)" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


def test_chosen_columns_are_remembered(shelf):
    path = f"{shelf.path}/records"

    shelf.person.post(f"{path}/columns", page=path, columns=["party", "sync"], next=path)

    table = shelf.get("/records").text.partition("<thead>")[2].partition("</thead>")[0]
    assert "Sync" in table
    assert "Amount" not in table


def test_the_object_view_counts_each_state_and_links_to_its_records(shelf, read):
    page = shelf.get("/")

    assert "state=excluded" in page.text
    assert "2 excluded" in page.text
    assert "Waiting for somebody" in read(page)


def test_ticked_records_are_set_aside_together(shelf, read):
    path = f"{shelf.path}/records"
    ticked = [shelf.ids["A-2"], shelf.ids["A-3"], 999_999]

    shelf.person.post(f"{path}/bulk", page=path, record=ticked, action="dismiss", next=path)

    page = read(shelf.get("/records"))
    assert "2 records set aside." in page
    assert "1 record could not" in page
    assert shelf.numbers("?state=excluded") == ["A-2", "A-3", "A-4", "A-5"]


@pytest.mark.requirement("T-8")
def test_a_source_that_syncs_on_demand_takes_one_ticked_record_and_refuses_several(stage, bookkeeper, read):
    path = f"/o/{stage.organization_id}/records"
    invoices = [stage.source.make() for _ in range(2)]
    for invoice in invoices:
        stage.sync(invoice["id"])
    ticked = [stage.record(invoice["id"]).id for invoice in invoices]

    bookkeeper.post(f"{path}/bulk", page=path, record=ticked, action="retry", next=path)

    page = read(bookkeeper.get(path))
    assert "2 records could not: " in page
    assert "nothing from Thrive Inventory is sent by itself" in page
    assert stage.work() == 0

    bookkeeper.post(f"{path}/bulk", page=path, record=ticked[:1], action="retry", next=path)

    assert "1 record asked to sync." in read(bookkeeper.get(path))
    assert stage.work(Lane.INTERACTIVE) == 1


@pytest.mark.requirement("T-14", "T-19")
def test_a_synced_record_says_where_it_stands(synced, bookkeeper, page_of, read):
    page = bookkeeper.get(page_of(synced))

    assert "Synced to QuickBooks." in read(page)
    assert "Get paid & pay" in read(page)
    assert "Open in QuickBooks" in page.text


@pytest.mark.requirement("T-1")
def test_the_preview_is_equal_to_the_cent_and_sends_nothing(stage, bookkeeper, read):
    invoice = stage.source.make(shipping_amount="12.00")
    stage.sync(invoice["id"])
    stage.source.change(invoice["id"], notes="Ring twice")
    stage.simulator.forget_requests()

    page = read(bookkeeper.get(f"/o/{stage.organization_id}/records/{stage.record(invoice['id']).id}/preview"))

    assert "equal to the cent" in page
    assert "Ring twice" in page
    assert "will be updated" in page
    assert stage.simulator.requests() == []


@pytest.mark.requirement("T-23")
def test_the_button_of_the_preview_carries_out_this_very_plan(stage, synced, bookkeeper, page_of, read):
    stage.source.change(synced["id"], notes="Ring twice")
    page = page_of(synced)
    seen = bookkeeper.get(f"{page}/preview").text
    plan = seen.partition('name="plan" value="')[2].partition('"')[0]

    bookkeeper.post(f"{page}/sync", page=f"{page}/preview", intent="push", plan=plan, press="one")
    running = read(bookkeeper.get(page))
    stage.work()

    assert "You may leave this page" in running
    (document,) = stage.quickbooks("Invoice", DocNumber=synced["number"])
    assert document["CustomerMemo"]["value"] == "Ring twice"


def test_a_preview_that_is_out_of_date_sends_nothing(stage, synced, bookkeeper, page_of, read):
    page = page_of(synced)
    stage.source.change(synced["id"], notes="Ring twice")
    plan = bookkeeper.get(f"{page}/preview").text.partition('name="plan" value="')[2].partition('"')[0]
    stage.source.change(synced["id"], notes="Ring three times")
    stage.simulator.forget_requests()

    answer = bookkeeper.post(f"{page}/sync", page=f"{page}/preview", intent="push", plan=plan, press="one")
    stage.work()

    assert answer.location.endswith("/preview")
    assert stage.simulator.requests() == []


def test_pressing_twice_is_pressing_once(stage, synced, bookkeeper, page_of, services):
    page = page_of(synced)

    for _ in range(2):
        bookkeeper.post(f"{page}/sync", page=page, intent="push", press="the same press")

    record_id = stage.record(synced["id"]).id
    with services.database.reading() as session:
        open_ones = operations.list_open_of_record(session, record_id)
    assert len([one for one in open_ones if one.intent is Intent.PUSH]) == 1


@pytest.mark.requirement("T-20", "T-18")
def test_a_failing_record_is_repaired_with_its_button(stage, bookkeeper, page_of, read):
    first = stage.source.make()
    stage.sync(first["id"])
    second = stage.source.make(number=first["number"])
    stage.sync(second["id"])
    page = page_of(second)
    seen = read(bookkeeper.get(page))

    bookkeeper.post(f"{page}/fixes/renumber", page=page, number="W-7001")
    stage.work()

    assert "What needs you" in seen
    assert f"Number {first['number']} is already used" in seen
    assert "Change the number" in seen
    assert stage.record(second["id"]).state == "synced"
    assert len(stage.quickbooks("Invoice", DocNumber="W-7001")) == 1


def test_a_viewer_reads_the_reason_but_has_no_buttons(stage, make_person, page_of, read):
    viewer = make_person("vic@example.com", role="viewer", organization_id=stage.organization_id)
    first = stage.source.make()
    stage.sync(first["id"])
    second = stage.source.make(number=first["number"])
    stage.sync(second["id"])

    page = viewer.get(page_of(second))

    assert "is already used" in read(page)
    assert "/fixes/" not in page.text
    assert "Set aside" not in read(page)


def test_a_record_is_set_aside_and_taken_back(stage, synced, bookkeeper, page_of, read):
    stage.source.change(synced["id"], notes="Ring twice")
    page = page_of(synced)

    bookkeeper.post(f"{page}/dismiss", page=page)
    aside = stage.record(synced["id"]).state
    bookkeeper.post(f"{page}/undismiss", page=page)

    assert aside == "dismissed"
    assert stage.record(synced["id"]).state == "synced"
    assert "Taken back in." in read(bookkeeper.get(page))


def test_the_history_names_people_and_unfolds_in_place(stage, synced, bookkeeper, page_of, read):
    fragment = bookkeeper.get(f"{page_of(synced)}/activity")

    assert "<html" not in fragment.text
    assert "Synced to QuickBooks." in read(fragment)


def test_an_admin_sees_what_was_sent_without_any_token(stage, synced, admin, page_of, read):
    record_id = stage.record(synced["id"]).id
    with stage.services.database.reading() as session:
        done = operations.list_of_record(session, record_id)
    operation = next(one for one in done if one.intent is Intent.PUSH)

    page = admin.get(f"{page_of(synced)}/operations/{operation.id}")

    assert "POST" in read(page)
    assert "requestid" in read(page)
    assert synced["number"] in read(page)
    assert "Bearer" not in page.text


def test_an_operation_is_followed_in_words(stage, synced, bookkeeper):
    operation_id = stage.ask(synced["id"])

    before = bookkeeper.get(f"/o/{stage.organization_id}/operations/{operation_id}.json?after=-1").json
    stage.work()
    after = bookkeeper.get(
        f"/o/{stage.organization_id}/operations/{operation_id}.json?after={before['version']}"
    ).json

    assert before["state"] == "queued"
    assert before["words"]
    assert after["state"] == "done"


def test_a_source_that_does_not_answer_leaves_the_page_readable(stage, synced, bookkeeper, page_of, read):
    stage.source.fail({"path": "/invoices", "times": 20, "then": "status", "status": 500})

    page = bookkeeper.get(page_of(synced))

    assert page.status_code == 200
    assert "could not be read now" in read(page)
    assert synced["number"] in read(page)


def test_the_indicator_says_what_is_open_and_whether_anybody_listens(stage, synced, bookkeeper):
    stage.ask(synced["id"])

    seen = bookkeeper.get(f"/o/{stage.organization_id}/progress.json").json

    assert seen["open"] >= 1
    assert seen["listening"] is False
