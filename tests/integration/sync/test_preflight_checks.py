"""The preflight list against a company whose settings somebody changes."""

from datetime import UTC, datetime, timedelta

import pytest

from qbo_connector.store import connections, mirror
from qbo_connector.sync.pairings import set_rule
from qbo_connector.sync.preflight import preflight


@pytest.fixture
def settings_are(stage, person):
    """Changes settings of the company, and reads the list anew: by code or name, how each check stands."""

    def change(**changes):
        person.company(**changes)
        return listed(stage, fresh=True)

    return change


def listed(stage, *, fresh=False):
    return {view.code: view for view in preflight(stage.services, stage.pairing_id, fresh=fresh)}


def test_a_company_in_order_passes_and_says_what_was_found_good(stage):
    found = listed(stage, fresh=True)

    assert [code for code, view in found.items() if view.state == "block"] == []
    assert found["subscription"].sentence == "The QuickBooks subscription is in order"
    assert found["income_account"].sentence == "The income account is Sales of Product Income"
    told = found["class_tracking"].sentence
    assert told == "Class tracking is on; classes that Thrive Inventory names are set on each line"


@pytest.mark.requirement("T-7")
@pytest.mark.parametrize(
    ("group", "setting", "code", "state"),
    [
        ("AccountingInfoPrefs", "TrackDepartments", "preflight.location_tracking", "block"),
        ("SalesFormsPrefs", "CustomTxnNumbers", "preflight.custom_numbers", "warn"),
        ("SalesFormsPrefs", "AllowDiscount", "qbo.feature_off", "warn"),
        ("TaxPrefs", "UsingSalesTax", "tax.not_set_up", "warn"),
    ],
)
def test_a_setting_that_is_off_is_told_with_what_to_do_and_a_link(
    stage, settings_are, group, setting, code, state
):
    assert code not in listed(stage)

    found = settings_are(preferences={group: {setting: False}})

    assert found[code].state == state
    assert found[code].remedy
    assert [fix.url for fix in found[code].fixes if fix.action == "open_in_quickbooks"] == [
        f"{stage.simulator.base_url}/companies/{stage.realm_id}"
    ]


@pytest.mark.requirement("H-9")
def test_books_closed_up_to_the_future_are_foreseen(stage, settings_are):
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()

    assert settings_are(book_close_date=tomorrow)["date.closed_period"].state == "warn"


@pytest.mark.requirement("H-7", "H-9")
def test_only_what_a_source_asks_for_is_looked_at(stage, settings_are):
    found = settings_are(preferences={"ProductAndServicesPrefs": {"RevenueRecognitionEnabled": True}})

    assert "preflight.revenue_recognition" not in found
    assert "preflight.closed_periods" not in found


def test_an_ended_subscription_blocks_as_soon_as_a_write_met_it(stage, person):
    person.company(subscription_ended=True)
    stage.sync(stage.source.make()["id"])

    view = listed(stage)["connection.subscription_ended"]

    assert view.state == "block"
    assert view.remedy == "Renew the subscription in QuickBooks, then try the connection."


@pytest.mark.requirement("C-25")
def test_a_missing_permission_blocks(stage):
    with stage.services.database.writing() as session:
        connections.load(session, stage.connection_id).scopes = "openid"

    assert listed(stage)["connection.permissions_declined"].state == "block"


@pytest.mark.requirement("H-14")
def test_an_account_that_was_chosen_and_is_gone_is_told(stage):
    with stage.services.database.reading() as session:
        (bank,) = mirror.find_by_name(session, stage.connection_id, "Account", "Savings")
    set_rule(
        stage.services,
        stage.organization_id,
        stage.pairing_id,
        "accounts",
        {"discount": bank.qbo_id},
        asked_by="t",
    )
    with stage.services.database.writing() as session:
        mirror.forget(session, stage.connection_id, "Account", bank.qbo_id)

    assert listed(stage)["account.unset"].state == "warn"
