import pytest
from sqlalchemy import delete

from qbo_connector.store import pairings
from qbo_connector.store.numbers import DocumentNumber


@pytest.fixture
def path(stage):
    return f"/o/{stage.organization_id}/syncs"


@pytest.fixture
def sync_of(services, stage):
    def load(pairing_id):
        with services.database.reading() as session:
            return pairings.load_in(session, stage.organization_id, pairing_id)

    return load


CHOSEN = {"name": "Invoices of the shop", "choice_location_missing": "hold", "account_income": ""}


def test_the_questions_come_from_the_source_with_a_line_of_consequence_each(admin, path, stage, read):
    page = read(admin.get(f"{path}/{stage.pairing_id}"))

    assert "When QuickBooks does not know a location" in page
    assert "The invoice waits for one answer, given once." in page
    assert "Which way invoices travel" not in page


def test_rules_are_reviewed_in_sentences_before_they_count(admin, path, stage, sync_of, read):
    answer = admin.post(f"{path}/{stage.pairing_id}", **CHOSEN, step="review")

    assert "Nothing has been sent yet." in read(answer)
    assert "An invoice for which nobody presses Sync never reaches QuickBooks." in read(answer)
    assert sync_of(stage.pairing_id).name == "Invoices"


def test_going_back_from_the_review_loses_nothing(admin, path, stage, sync_of):
    answer = admin.post(f"{path}/{stage.pairing_id}", **CHOSEN, step="back")

    assert 'value="Invoices of the shop"' in answer.text
    assert sync_of(stage.pairing_id).rules["choices"] == {}


def test_saved_rules_hold(admin, path, stage, sync_of):
    answer = admin.post(f"{path}/{stage.pairing_id}", **CHOSEN, step="save")

    assert answer.status_code == 302
    assert sync_of(stage.pairing_id).name == "Invoices of the shop"
    assert sync_of(stage.pairing_id).rules["choices"]["location_missing"] == "hold"


def test_a_value_that_is_not_on_offer_is_refused(admin, path, stage, sync_of):
    admin.post(f"{path}/{stage.pairing_id}", **{**CHOSEN, "choice_location_missing": "guess"}, step="save")

    assert sync_of(stage.pairing_id).rules["choices"] == {}


@pytest.mark.requirement("T-26")
def test_a_sync_is_turned_off_and_on(admin, path, stage, sync_of):
    admin.post(f"{path}/{stage.pairing_id}/off", page=path)
    off = sync_of(stage.pairing_id).state
    admin.post(f"{path}/{stage.pairing_id}/on", page=path)

    assert (off, sync_of(stage.pairing_id).state) == ("off", "on")


def test_without_a_company_a_new_sync_says_what_comes_first(owner, organization_id, read):
    page = read(owner.get(f"/o/{organization_id}/syncs/new"))

    assert "Connect QuickBooks first" in page


@pytest.mark.requirement("T-7", "T-9")
def test_what_the_companys_settings_will_stop_stands_beside_the_rules(admin, path, stage, read):
    rules = read(admin.get(f"{path}/{stage.pairing_id}"))
    company = read(admin.get(f"/o/{stage.organization_id}/quickbooks/{stage.connection_id}"))

    assert "Location tracking is on" in rules
    assert "Location tracking is on" in company


@pytest.mark.requirement("T-7")
def test_check_again_reads_the_companys_settings_anew(admin, stage, read):
    path = f"/o/{stage.organization_id}/quickbooks/{stage.connection_id}"
    stage.simulator.forget_requests()

    admin.post(f"{path}/checks/{stage.pairing_id}", page=path)

    assert "Checked just now." in read(admin.get(path))
    assert len(stage.simulator.requests()) == 3


@pytest.mark.requirement("T-9")
def test_a_warning_is_set_aside_by_an_admin_and_shown_again(admin, bookkeeper, services, stage, read):
    path = f"/o/{stage.organization_id}/quickbooks/{stage.connection_id}"
    aside, warning = f"{path}/checks/{stage.pairing_id}/aside", "preflight.first_invoice"
    with services.database.writing() as session:
        session.execute(delete(DocumentNumber))
    before = admin.get(path).text

    refused = bookkeeper.post(aside, page=path, code=warning)
    admin.post(aside, page=path, code=warning)
    after = admin.get(path).text
    admin.post(aside, page=path, code="")
    again = admin.get(path).text

    assert f'value="{warning}"' in before
    assert refused.status_code == 403
    assert f'value="{warning}"' not in after
    assert "1 warning is set aside." in after
    assert f'value="{warning}"' in again


def test_what_stops_a_sync_cannot_be_set_aside(admin, stage):
    path = f"/o/{stage.organization_id}/quickbooks/{stage.connection_id}"
    aside = f"{path}/checks/{stage.pairing_id}/aside"

    for code in ("preflight.location_tracking", "field.shortened", "no.such_code"):
        assert admin.post(aside, page=path, code=code).status_code == 404
    assert admin.post(f"{path}/checks/999999/aside", page=path, code="preflight.first_invoice").status_code == 404
