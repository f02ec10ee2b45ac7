"""What stopped goes on by itself when what stopped it changes; the change asks, nothing polls."""

import pytest

from qbo_connector.jobs import scheduler
from qbo_connector.policy.catalogue import Role
from qbo_connector.store import connections, findings, operations
from qbo_connector.store.states import ConnectionState, FindingScope, Intent, Lane
from qbo_connector.sync import members, pairings
from qbo_connector.sync.fixes import apply_fix
from qbo_connector.sync.inbox import ask_for_changes
from qbo_connector.sync.reading_now import read_for_somebody
from tests.rig.stage import SOURCE, sign_in_to_quickbooks


def look_at_quickbooks(stage):
    """The change feed is asked, as the schedule does it."""
    with stage.services.database.writing() as session:
        ask_for_changes(session, connections.load(session, stage.connection_id), lane=Lane.EVENT, feed=True)
    stage.work()
    stage.work()


def settings_were_read(stage):
    """As after a webhook about the company's preferences, or at the daily read."""
    with stage.services.database.reading() as session:
        connection = connections.load(session, stage.connection_id)
    read_for_somebody(stage.services, connection, ["Preferences"])
    stage.work()


def tracking(stage, person, *, on):
    person.company(preferences={"AccountingInfoPrefs": {"TrackDepartments": on}})
    settings_were_read(stage)


def stopped(stage, invoice, code):
    assert stage.codes(invoice["id"])[0] == code
    assert stage.record(invoice["id"]).state in {"held", "failing", "waiting", "excluded"}


def stands(stage, invoice, number=None):
    assert stage.record(invoice["id"]).state == "synced", stage.codes(invoice["id"])
    assert len(stage.quickbooks("Invoice", DocNumber=number or invoice["number"])) == 1
    assert stage.codes(invoice["id"]) == []


def asked(stage, invoice):
    record = stage.record(invoice["id"])
    with stage.services.database.reading() as session:
        return [
            one for one in operations.list_of_record(session, record.id) if one.intent is not Intent.WRITE_BACK
        ]


def inactive_item(stage, person, name="Idle"):
    """Two invoices over a product that somebody switched off in QuickBooks: the second one stops."""
    first = stage.source.make_fresh(name)
    stage.sync(first["id"])
    (item,) = stage.quickbooks("Item", Name=f"{name} Lamp")
    item = person.change("Item", item, Active=False)
    second = stage.source.make(lines=[{"product_id": first["items"][0]["product_id"], "quantity": "2"}])
    stage.sync(second["id"])
    stopped(stage, second, "item.inactive")
    return second, item


@pytest.mark.requirement("T-21")
def test_an_item_made_active_in_quickbooks_sets_its_records_free(stage, person):
    invoice, item = inactive_item(stage, person)
    other, _ = inactive_item(stage, person, "Other")

    person.change("Item", item, Active=True, Name="Idle Lamp")
    look_at_quickbooks(stage)

    stands(stage, invoice)
    assert len(asked(stage, invoice)) == 2
    assert len(asked(stage, other)) == 1, "only what waits for this very item is looked at again"


def test_nothing_is_asked_while_nothing_changes(stage, person):
    invoice, _ = inactive_item(stage, person)
    stage.simulator.forget_requests()

    look_at_quickbooks(stage)

    assert len(asked(stage, invoice)) == 1
    assert stage.writes() == []


def test_a_number_that_is_free_again_sets_its_record_free(stage, person):
    invoice = stage.source.make()
    other = person.invoice(invoice["number"])
    stage.sync(invoice["id"])
    stopped(stage, invoice, "number.duplicate")

    person.delete("Invoice", other)
    look_at_quickbooks(stage)

    stands(stage, invoice)


@pytest.mark.requirement("H-9")
def test_books_that_are_opened_again_set_a_record_free(stage, person):
    invoice = stage.source.make()
    person.company(book_close_date="2099-12-31")
    stage.sync(invoice["id"])
    stopped(stage, invoice, "date.closed_period")

    person.company(book_close_date="2001-12-31")
    settings_were_read(stage)

    stands(stage, invoice)


@pytest.mark.requirement("T-7")
def test_a_switch_in_quickbooks_sets_all_records_of_the_sync_free_and_ends_the_banner(stage, person):
    first, second = stage.source.make(), stage.source.make()
    stage.ask(first["id"])
    stage.ask(second["id"])
    tracking(stage, person, on=False)
    stopped_for_all = stage.record(first["id"])
    assert (stopped_for_all.state, stopped_for_all.reason) == ("waiting", "preflight.location_tracking")
    assert [one.code for one in pairing_findings(stage)] == ["preflight.location_tracking"]

    tracking(stage, person, on=True)

    stands(stage, first)
    stands(stage, second)
    assert pairing_findings(stage) == []


@pytest.mark.requirement("H-43")
def test_a_sync_that_is_turned_on_again_sets_its_records_free(stage):
    invoice = stage.source.make()
    stage.ask(invoice["id"])
    pairings.turn_off(stage.services, stage.pairing_id)
    stage.work()
    stopped(stage, invoice, "not_eligible.sync_off")

    pairings.turn_on(stage.services, stage.pairing_id)
    stage.work()

    stands(stage, invoice)


def test_a_name_that_is_free_again_sets_its_record_free(stage, person):
    invoice = stage.source.make_fresh("Freed")
    vendor = person.write("Vendor", {"DisplayName": "Freed Inc"})
    stage.sync(invoice["id"])
    stopped(stage, invoice, "customer.display_name_duplicate")

    person.change("Vendor", vendor, DisplayName="Somebody Else")
    look_at_quickbooks(stage)

    stands(stage, invoice)


def test_a_link_made_for_one_record_sets_the_others_of_that_customer_free(stage, person):
    first = stage.source.make_fresh("Linked")
    second = stage.source.make(customer_id=first["customer"]["id"])
    person.write("Vendor", {"DisplayName": "Linked Inc"})
    customer = person.write("Customer", {"DisplayName": "Linked Shop"})
    for invoice in (first, second):
        stage.sync(invoice["id"])
        stopped(stage, invoice, "customer.display_name_duplicate")
    look_at_quickbooks(stage)

    press(stage, first, "link_customer", qbo_customer_id=customer["Id"])

    stands(stage, first)
    stands(stage, second)


def test_somebody_with_more_rights_signs_in_and_the_record_goes_on(stage):
    invoice = stage.source.make()
    error = {"Message": "A message", "Detail": "Permission Denied Error", "code": "5020", "element": ""}
    body = {"Fault": {"Error": [error], "type": "ValidationFault"}, "time": "2026-08-15T07:00:00.000-07:00"}
    refusal = {
        "match": {"method": "POST", "path": "/invoice"},
        "times": None,
        "then": {"status": 400, "body": body},
    }
    stage.simulator.arm(refusal)
    stage.sync(invoice["id"])
    stopped(stage, invoice, "connection.permission_denied")

    stage.simulator.arm()
    sign_in_to_quickbooks(stage.services, stage.organization_id, stage.user_id, stage.realm_id)
    stage.work()

    stands(stage, invoice)


@pytest.mark.requirement("T-4")
def test_a_grant_sets_free_what_waited_for_it(stage):
    invoice = stage.source.make()
    stage.ask(invoice["id"])
    members.withdraw(stage.services, stage.organization_id, SOURCE, "beta", by="test")
    stage.work()
    stopped(stage, invoice, "entitlement.beta")

    members.grant(stage.services, stage.organization_id, SOURCE, "beta", granted_by="test")
    stage.work()

    stands(stage, invoice)


def test_what_somebody_set_aside_stays_there(stage, person):
    invoice, item = inactive_item(stage, person, "Aside")
    press(stage, invoice, "dismiss")

    person.change("Item", item, Active=True, Name="Aside Lamp")
    look_at_quickbooks(stage)

    assert stage.record(invoice["id"]).state == "dismissed"
    assert stage.quickbooks("Invoice", DocNumber=invoice["number"]) == []


@pytest.mark.requirement("T-18")
def test_the_hourly_probe_asks_quickbooks_and_leaves_a_company_paused_whose_subscription_ended(stage, person):
    stage.sync(stage.source.make()["id"])
    invoice = stage.source.make()
    stage.ask(invoice["id"])
    person.company(subscription_ended=True)
    stage.work()
    before = connection_findings(stage)
    stage.simulator.forget_requests()

    scheduler.ask_for_probes(stage.services)
    stage.work()

    assert [one["operation"] for one in stage.simulator.requests()] == ["read"]
    assert [(one.id, one.code) for one in connection_findings(stage)] == [(one.id, one.code) for one in before]
    assert [one.code for one in before] == ["connection.subscription_ended"]

    person.company(subscription_ended=False)
    scheduler.ask_for_probes(stage.services)
    stage.work()
    stage.work()
    stands(stage, invoice)
    assert connection_findings(stage) == []


def test_no_schedule_takes_a_company_up_again_that_was_emptied(stage):
    with stage.services.database.writing() as session:
        connections.pause(
            session, stage.connection_id, reason="connection.company_reset", state=ConnectionState.PAUSED
        )

    scheduler.ask_for_probes(stage.services)

    with stage.services.database.reading() as session:
        opened = operations.list_open_of_connection(session, stage.connection_id)
        assert [one.intent for one in opened] == []


def connection_findings(stage):
    with stage.services.database.reading() as session:
        return list(findings.list_open(session, FindingScope.CONNECTION, stage.connection_id))


def press(stage, invoice, action, role=Role.ADMIN, **inputs):
    apply_fix(stage.services, stage.target(invoice["id"]), action, inputs, asked_by="test", role=role)
    stage.work()


def pairing_findings(stage):
    with stage.services.database.reading() as session:
        return list(findings.list_open(session, FindingScope.PAIRING, stage.pairing_id))
