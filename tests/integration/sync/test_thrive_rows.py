"""What the inventory app's article promises, row by row, on the whole engine."""

from datetime import timedelta
from decimal import Decimal
from threading import Thread

import pytest
from sqlalchemy import delete

from qbo_connector.jobs import scheduler
from qbo_connector.policy.catalogue import Role
from qbo_connector.store import connections, operations, processes
from qbo_connector.store.mirror import MirrorEntry, MirrorFeed
from qbo_connector.store.states import Intent, Lane
from qbo_connector.sync import asks, connect, look, members, pairings, preflight
from qbo_connector.sync.asks import Refused
from qbo_connector.sync.connect import ConnectFailed
from qbo_connector.sync.fixes import apply_fix
from qbo_connector.sync.reading_now import read_for_somebody
from tests.rig.stage import SOURCE, set_up, sign_in_to_quickbooks

LOCATIONS_OFF = {"AccountingInfoPrefs": {"TrackDepartments": False}}


def view(stage, invoice, role=Role.END_USER):
    return look.record_view(stage.services, stage.target(invoice["id"]), role=role)


def refused(stage, invoice, **more):
    with pytest.raises(Refused) as caught:
        stage.ask(invoice["id"], **more)
    return caught.value.finding


def blocks(shown):
    return [check.code for check in shown.checks if check.state == "block"]


def settings_read_again(stage):
    with stage.services.database.reading() as session:
        connection = connections.load(session, stage.connection_id)
    read_for_somebody(stage.services, connection, ["Preferences", "CompanyInfo"])


@pytest.mark.requirement("T-2")
@pytest.mark.parametrize("granted", ["plan", "addon"])
def test_without_the_plan_or_the_add_on_it_is_refused_with_its_price(stage, granted):
    invoice = stage.source.make()
    members.withdraw(stage.services, stage.organization_id, SOURCE, "plan", by="test")

    finding = refused(stage, invoice)

    assert finding.code == "entitlement.plan"
    assert "Professional" in f"{finding.sentence} {finding.explanation}"
    assert "$30 a month" in f"{finding.sentence} {finding.explanation}"
    assert view(stage, invoice).actions == ()
    assert stage.writes() == []

    members.grant(stage.services, stage.organization_id, SOURCE, granted, granted_by="operator")
    assert stage.sync(invoice["id"]).outcome == "synced"


@pytest.mark.requirement("T-4")
def test_without_the_opt_in_there_is_no_button_but_a_way_to_ask_for_access(stage):
    invoice = stage.source.make()
    members.withdraw(stage.services, stage.organization_id, SOURCE, "beta", by="test")

    finding = refused(stage, invoice)
    shown = view(stage, invoice)

    assert finding.code == "entitlement.beta"
    assert [fix.action for fix in finding.fixes if fix.allowed] == ["request_access"]
    assert (shown.state, shown.actions) == ("not_available", ())


@pytest.mark.requirement("T-6")
def test_a_second_company_is_refused_before_any_token_and_the_first_one_works_on(stage, simulator):
    second = simulator.add_company()

    with pytest.raises(ConnectFailed) as caught:
        sign_in_to_quickbooks(stage.services, stage.organization_id, stage.user_id, second["realm_id"])

    finding = caught.value.finding
    assert finding.code == "connection.already_connected"
    assert "disconnect_quickbooks" in [fix.action for fix in finding.fixes]
    with stage.services.database.reading() as session:
        (only,) = connections.list_in(session, stage.organization_id)
    assert only.id == stage.connection_id
    assert stage.sync(stage.source.make()["id"]).outcome == "synced"


@pytest.mark.requirement("T-6")
def test_once_the_test_company_is_removed_another_one_may_be_connected(stage, simulator):
    second = simulator.add_company()
    connect.disconnect(stage.services, stage.connection_id, stage.organization_id, asked_by="test")

    made = sign_in_to_quickbooks(stage.services, stage.organization_id, stage.user_id, second["realm_id"])

    assert made != stage.connection_id


@pytest.mark.requirement("T-7", "T-16")
def test_location_tracking_off_blocks_with_that_reason_until_it_is_on(stage, person):
    invoice = stage.source.make()
    person.company(preferences=LOCATIONS_OFF)
    settings_read_again(stage)

    finding = refused(stage, invoice)

    assert finding.code == "preflight.location_tracking"
    assert "check_again" in [fix.action for fix in finding.fixes]
    assert view(stage, invoice).actions == ()

    person.company(preferences={"AccountingInfoPrefs": {"TrackDepartments": True}})
    checks = preflight.preflight(stage.services, stage.pairing_id, fresh=True)
    assert all(check.passed for check in checks if check.code == "location_tracking")
    assert stage.sync(invoice["id"]).outcome == "synced"


@pytest.mark.requirement("T-8", "T-26")
def test_neither_hooks_nor_time_push_what_nobody_clicked(stage, simulator):
    invoice = stage.source.make()
    synced = stage.source.make()
    stage.sync(synced["id"])
    stage.source.change(synced["id"], notes="changed in the source")
    simulator.forget_requests()

    for duty in scheduler.duties_of(stage.services.settings):
        duty.do(stage.services)
    stage.work()
    with stage.services.database.writing() as session:
        processes.leave(session, stage.services.owner)

    assert stage.writes() == []
    assert stage.quickbooks("Invoice", DocNumber=invoice["number"]) == []
    with stage.services.database.reading() as session:
        opened = operations.list_open_of_connection(session, stage.connection_id)
    assert [one for one in opened if one.intent is Intent.PUSH] == []


@pytest.mark.requirement("T-26")
def test_a_click_needs_no_switch_for_automatic_syncing_only_the_sync_itself(stage):
    invoice = stage.source.make()
    pairings.turn_off(stage.services, stage.pairing_id)
    assert refused(stage, invoice).code == "not_eligible.sync_off"

    pairings.turn_on(stage.services, stage.pairing_id)

    assert stage.sync(invoice["id"]).outcome == "synced"


@pytest.mark.requirement("T-9")
def test_a_company_without_an_invoice_is_warned_about_and_an_untaxed_invoice_syncs(settings, simulator):
    simulator.reset(seed="empty")
    with set_up(settings, simulator) as stage:
        shown = preflight.preflight(stage.services, stage.pairing_id, fresh=False)
        (warned,) = [check for check in shown if check.code == "preflight.first_invoice"]
        assert (warned.passed, warned.state) == (True, "warn")

        operation = stage.sync(stage.source.make()["id"])

        assert operation.outcome == "synced"


@pytest.mark.requirement("T-9")
def test_a_taxed_invoice_is_held_while_sales_tax_is_not_set_up(stage, person):
    person.company(preferences={"TaxPrefs": {"UsingSalesTax": False}})
    settings_read_again(stage)
    invoice = stage.source.make(tax_rate="8.875")
    simulator_writes = stage.writes()

    operation = stage.sync(invoice["id"])

    assert operation.outcome == "held"
    assert stage.codes(invoice["id"])[0] == "tax.not_set_up"
    assert stage.writes() == simulator_writes


@pytest.mark.requirement("T-10", "T-11")
def test_a_draft_is_refused_by_button_and_request_and_syncs_once_it_is_sent(stage):
    draft = stage.source.make(status="draft")

    finding = refused(stage, draft)

    assert finding.code == "not_eligible.draft"
    assert view(stage, draft).actions == ()

    stage.source._call("POST", f"invoices/{draft['id']}/send", {"address": "nobody@nowhere.example"})
    assert view(stage, draft).actions == ("sync", "preview")
    assert stage.sync(draft["id"]).outcome == "synced"


@pytest.mark.requirement("T-10", "T-31")
def test_every_status_past_draft_syncs(stage):
    for status in ("open", "partially_paid", "paid", "uncollectable"):
        assert stage.sync(stage.source.make(status=status)["id"]).outcome == "synced", status


@pytest.mark.requirement("T-13", "T-14", "T-19")
def test_success_says_where_it_stands_and_how_long_it_took(stage):
    invoice = stage.source.make()
    operation_id = stage.ask(invoice["id"])
    stage.work()

    ended = asks.operation_view(stage.services, stage.organization_id, operation_id)
    shown = view(stage, invoice)

    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    assert (ended.state, ended.outcome) == ("done", "synced")
    assert ended.quickbooks.number == invoice["number"]
    assert ended.quickbooks.url.endswith(f"/invoice/{document['Id']}")
    assert (shown.state, shown.changes) == ("synced", 0)
    operation = stage.operation(operation_id)
    assert (operation.finished_at - operation.started_at).total_seconds() < 30


@pytest.mark.requirement("T-16")
def test_a_missing_button_is_explained_by_all_failed_checks_in_order(stage, person):
    draft = stage.source.make(status="draft")
    person.company(preferences=LOCATIONS_OFF)
    settings_read_again(stage)
    members.withdraw(stage.services, stage.organization_id, SOURCE, "beta", by="test")
    members.withdraw(stage.services, stage.organization_id, SOURCE, "plan", by="test")
    connect.disconnect(stage.services, stage.connection_id, stage.organization_id, asked_by="test")

    failed = blocks(view(stage, draft))

    assert failed[:5] == [
        "connection.missing",
        "not_eligible.draft",
        "preflight.location_tracking",
        "entitlement.beta",
        "entitlement.plan",
    ]


@pytest.mark.requirement("T-17")
def test_the_first_sync_reads_the_lists_once_says_so_and_the_second_does_not(settings, simulator):
    with set_up(settings, simulator) as stage:
        invoice = stage.source.make()
        _forget_lists(stage)
        simulator.forget_requests()
        assert view(stage, invoice).first_sync
        operation_id = stage.ask(invoice["id"])
        said = _phases_while_working(stage, operation_id)

        assert any("first sync takes a little longer" in sentence for sentence in said), said
        assert stage.operation(operation_id).outcome == "synced"

        second = stage.source.make()
        assert not view(stage, second).first_sync
        said = _phases_while_working(stage, stage.ask(second["id"]))
        assert not any("first sync" in sentence for sentence in said)


@pytest.mark.requirement("T-13", "T-19")
def test_a_sync_that_takes_longer_than_half_a_minute_says_so(stage):
    invoice = stage.source.make()
    operation_id = stage.ask(invoice["id"])
    with stage.services.database.writing() as session:
        running = operations.claim(session, lanes=[Lane.INTERACTIVE], owner="slow", lease_s=600)

    def said():
        return asks.operation_view(stage.services, stage.organization_id, operation_id).phase

    assert said() == "Waiting for a worker…"
    with stage.services.database.writing() as session:
        operations.load(session, operation_id).started_at = running.started_at - timedelta(seconds=31)
    assert said() == f"Invoice {invoice['number']} is taking longer than usual."


@pytest.mark.requirement("T-21")
def test_an_item_in_a_bad_state_is_named_with_what_is_wrong(stage, person):
    invoice = stage.source.make_fresh("Grouped")
    person.write("Item", {"Name": "Grouped Lamp", "Type": "Category"})
    with stage.services.database.reading() as session:
        connection = connections.load(session, stage.connection_id)
    read_for_somebody(stage.services, connection, ["Item"])

    operation = stage.sync(invoice["id"])

    assert operation.outcome == "failed"
    assert stage.codes(invoice["id"])[0] == "item.unusable"
    assert "Grouped Lamp" in stage.sentence(invoice["id"])
    assert "category" in stage.sentence(invoice["id"])


@pytest.mark.requirement("T-22")
def test_an_operator_takes_stuck_work_from_its_worker_and_it_runs_again(stage):
    invoice = stage.source.make()
    operation_id = stage.ask(invoice["id"])
    with stage.services.database.writing() as session:
        stuck = operations.claim(session, lanes=[Lane.INTERACTIVE], owner="stuck", lease_s=600)
    assert stage.work() == 0

    release = {"asked_by": "operator", "role": Role.OPERATOR}
    with pytest.raises(Refused):
        apply_fix(stage.services, stage.target(invoice["id"]), "release_lock", asked_by="test", role=Role.ADMIN)
    assert apply_fix(stage.services, stage.target(invoice["id"]), "release_lock", **release) == operation_id
    stage.work()

    assert stage.operation(operation_id).outcome == "synced"
    assert stage.operation(operation_id).fence > stuck.fence
    assert len(stage.quickbooks("Invoice", DocNumber=invoice["number"])) == 1


@pytest.mark.requirement("T-28")
def test_products_outside_the_invoices_location_are_listed_and_stop_the_sync(stage):
    lines = [{"product_id": "prd_5", "variant_id": "var_53", "quantity": "6"}, {"product_id": "prd_9"}]
    invoice = stage.source.make(lines=lines, location_id="loc_7")

    finding = refused(stage, invoice)

    assert finding.code == "product.not_in_location"
    assert "Stoneware Mug (Red)" in finding.sentence
    assert "Gift Box" not in finding.sentence
    assert "Portland Store" in finding.sentence

    stage.source.change(invoice["id"], location_id="loc_8")
    assert stage.sync(invoice["id"]).outcome == "synced"


@pytest.mark.requirement("T-29")
def test_new_products_go_to_the_income_account_that_was_chosen(stage):
    accounts = stage.quickbooks("Account", AccountType="Income")
    chosen = accounts[-1]
    pairings.set_rule(
        stage.services, stage.organization_id, stage.pairing_id, "accounts", {"income": chosen["Id"]}
    )

    stage.sync(stage.source.make_fresh("Income")["id"])

    (item,) = stage.quickbooks("Item", Name="Income Lamp")
    assert item["IncomeAccountRef"]["value"] == chosen["Id"]


@pytest.mark.requirement("T-30")
def test_a_location_of_the_same_name_is_used_and_not_made_again(stage, person):
    made = person.write("Department", {"Name": "Salem Warehouse"})
    with stage.services.database.reading() as session:
        connection = connections.load(session, stage.connection_id)
    read_for_somebody(stage.services, connection, ["Department"])
    invoice = stage.source.make(location_id="loc_8")

    stage.sync(invoice["id"])

    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    assert document["DepartmentRef"]["value"] == made["Id"]


@pytest.mark.requirement("T-3")
def test_a_service_invoice_syncs_like_a_wholesale_one(stage):
    invoice = stage.source.make(type="regular", lines=[{"product_id": "prd_12", "quantity": "1.5"}])

    assert stage.sync(invoice["id"]).outcome == "synced"

    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    assert Decimal(str(document["TotalAmt"])) == Decimal(invoice["total"])


def _forget_lists(stage):
    """As if the connection had been made a moment ago."""
    with stage.services.database.writing() as session:
        session.execute(delete(MirrorEntry))
        session.execute(delete(MirrorFeed))


def _phases_while_working(stage, operation_id):
    said, version = [], 0
    worker = Thread(target=stage.work)
    worker.start()
    while worker.is_alive():
        shown = asks.wait_for(stage.services, stage.organization_id, operation_id, after=version, seconds=0.2)
        version = shown.version
        said.append(shown.phase)
    worker.join()
    return said
