"""Every way in which QuickBooks refuses: the right words, nothing half done, and time mends what it can."""

import re
import time

import pytest

from qbo_connector.jobs import scheduler
from qbo_connector.policy.catalogue import Role
from qbo_connector.store import connections, findings
from qbo_connector.store.states import FindingScope
from qbo_connector.sync.asks import Refused
from qbo_connector.sync.fixes import apply_fix
from tests.rig.stage import sign_in_to_quickbooks

ONLY_INVOICES = {"method": "POST", "path": "/invoice"}
REFUSALS = [
    ("610", "Object Not Found : Something you're trying to use has been made inactive.", "", "reference.inactive"),
    ("620", "TxnID Cannot Be Linked : Cannot validate linked transactions", "", "payment.cannot_link"),
    ("2010", 'Property Name:Unrecognized field "BadJson" is unsupported or invalid', "", "internal.bad_request"),
    ("2020", "Required parameter CustomerRef is missing in the request", "CustomerRef", "customer.missing"),
    ("2050", "Min:0 Max:21 supported. Supplied length:45", "DocNumber", "field.too_long"),
    ("2210", "Email Address does not conform to the syntax rules of RFC 822.", "BillEmail", "field.invalid"),
    ("2500", "Invalid Reference Id : Accounts element id 999 not found", "", "reference.missing"),
    ("3000", "Invalid custom field", "CustomField", "field.mapping_gone"),
    ("5020", "Permission Denied Error", "", "connection.permission_denied"),
    ("5030", "Feature Not Supported Error", "", "qbo.feature_off"),
    ("6000", "Business Validation Error: The moon is in the wrong quarter.", "", "qbo.refused"),
    (
        "6000",
        "Business Validation Error: a service date is required.",
        "",
        "qbo.revrec_service_date",
    ),
    ("6000", "The discount amount can't be greater than the subtotal.", "", "total.negative"),
    ("6000", "Make sure all your transactions have a GST/HST rate before you save.", "", "tax.code_missing"),
    ("6070", "Amount is not equal to UnitPrice * Qty. Supplied value:1,861.07", "", "internal.bad_request"),
    ("6100", "Invalid Line TaxCode in the request", "", "tax.code_invalid"),
    ("6140", "DocNumber=1 is assigned to TxnType=Invoice with TxnId=17984", "", "number.duplicate"),
    ("6200", "The account period has closed and the account books cannot be updated", "", "date.closed_period"),
    ("6210", "Account Period Closed, Cannot Update Through Services API", "", "date.closed_period"),
    ("6270", "Transaction date is prior to start date for inventory item", "", "item.unusable"),
    ("6440", "Split line lacks item or account", "", "account.unset"),
    ("6540", "This transaction has been deposited.", "", "payment.deposited"),
    ("9999", "Nobody has seen this before", "", "qbo.refused"),
]
MACHINERY = re.compile(r"[Ff]ault|HTTP|Traceback|DocNumber|SyncToken|Ref\b|API|payload")


def refusal(code, detail, element="", *, status=400, times=None):
    error = {"Message": "A message", "Detail": detail, "code": code, "element": element}
    body = {"Fault": {"Error": [error], "type": "ValidationFault"}, "time": "2026-08-15T07:00:00.000-07:00"}
    return {"match": ONLY_INVOICES, "times": times, "then": {"status": status, "body": body}}


def once(then):
    return {"match": ONLY_INVOICES, "times": 1, "then": then}


def press(stage, invoice, action, role=Role.ADMIN, **inputs):
    return apply_fix(stage.services, stage.target(invoice["id"]), action, inputs, asked_by="test", role=role)


def connection_findings(stage):
    with stage.services.database.reading() as session:
        return list(findings.list_open(session, FindingScope.CONNECTION, stage.connection_id))


def connection_state(stage):
    with stage.services.database.reading() as session:
        return connections.load(session, stage.connection_id).state


@pytest.mark.requirement("T-18")
def test_every_refusal_has_its_own_words_and_leaves_nothing_half_written(stage, nothing_half_written):
    stage.sync(stage.source.make()["id"])
    found = []
    for code, detail, element, _ in REFUSALS:
        invoice = stage.source.make()
        stage.simulator.arm()
        stage.simulator.arm(refusal(code, detail, element))

        operation = stage.sync(invoice["id"])

        words = stage.sentence(invoice["id"])
        assert operation.state == "done", (code, operation.phase)
        assert operation.outcome in {"failed", "held"}, code
        assert code not in words
        assert not MACHINERY.search(words), words
        assert invoice["number"] in words or code == "3000", words
        assert len(words) <= 160, words
        nothing_half_written(invoice)
        found.append((code, detail, element, stage.codes(invoice["id"])[0]))
        stage.simulator.arm()
        press(stage, invoice, "retry", Role.END_USER)
        stage.work()
        assert stage.record(invoice["id"]).state == "synced", (code, stage.codes(invoice["id"]))
        assert stage.codes(invoice["id"]) == []

    assert found == REFUSALS


@pytest.mark.requirement("T-18", "T-22")
@pytest.mark.parametrize(
    ("then", "code"),
    [
        ("http_500", "qbo.unavailable"),
        ("http_503_html", "qbo.unavailable"),
        ("reset_before_commit", "outcome.unknown"),
        ("reset_after_commit", "outcome.unknown"),
        ("fault_in_200", "qbo.unavailable"),
        ({"status": 200, "body": {"time": "2026-08-15T07:00:00.000-07:00"}}, "outcome.unknown"),
        ({"status": 200, "body": "<html>", "content_type": "text/html"}, "outcome.unknown"),
    ],
)
def test_a_lost_answer_is_looked_after_by_itself_and_ends_with_one_invoice(stage, attempt, then, code):
    invoice = stage.source.make()
    stage.ask(invoice["id"])
    stage.simulator.arm(once(then))

    waiting = attempt()

    assert (waiting.state, waiting.phase) == ("waiting", code)
    assert stage.codes(invoice["id"]) == [code]
    assert stage.record(invoice["id"]).state == "syncing"
    assert invoice["number"] in stage.sentence(invoice["id"])

    stage.work()

    assert stage.operation(waiting.id).outcome == "synced"
    assert len(stage.quickbooks("Invoice", DocNumber=invoice["number"])) == 1
    assert len(stage.links(invoice["id"])) == 1
    assert stage.codes(invoice["id"]) == []


@pytest.mark.parametrize(
    ("code", "detail", "status", "expected"),
    [
        ("6000", "An unexpected error occurred while accessing or saving your data.", 400, "qbo.unavailable"),
        ("10000", "System Failure Error: null", 400, "qbo.unavailable"),
        ("600", "Duplicate Request ID", 400, "outcome.unknown"),
        ("150", "Under maintenance", 400, "qbo.unavailable"),
    ],
)
def test_a_passing_fault_is_tried_again_without_anybody(stage, attempt, code, detail, status, expected):
    invoice = stage.source.make()
    stage.ask(invoice["id"])
    stage.simulator.arm(refusal(code, detail, status=status, times=1))

    waiting = attempt()
    assert (waiting.state, waiting.phase) == ("waiting", expected)
    stage.work()

    assert stage.operation(waiting.id).outcome == "synced"
    assert len(stage.quickbooks("Invoice", DocNumber=invoice["number"])) == 1


@pytest.mark.requirement("T-18", "T-19")
@pytest.mark.parametrize("then", ["throttle", "throttle_xml"])
def test_throttling_waits_a_minute_costs_no_attempt_and_a_click_may_come_earlier(
    stage, attempt, then, nothing_half_written
):
    invoice = stage.source.make()
    stage.ask(invoice["id"])
    stage.simulator.arm(once(then))

    waiting = attempt()

    pause = (waiting.due_at - waiting.started_at).total_seconds()
    assert (waiting.state, waiting.phase, waiting.attempts) == ("waiting", "limit.throttled", 0)
    assert 55 < pause < 90
    assert stage.codes(invoice["id"]) == ["limit.throttled"]
    nothing_half_written(invoice)

    stage.sync(invoice["id"])

    assert stage.record(invoice["id"]).state == "synced"
    assert len(stage.quickbooks("Invoice", DocNumber=invoice["number"])) == 1


def test_an_access_token_that_ran_out_is_renewed_and_nobody_hears_of_it(stage, attempt):
    invoice = stage.source.make()
    stage.ask(invoice["id"])
    stage.simulator.arm(once("expired_token"))

    assert attempt().outcome == "synced"
    assert stage.codes(invoice["id"]) == []


@pytest.mark.requirement("T-23")
def test_a_stale_version_is_read_anew_and_ours_goes_over_it(stage, person):
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    person.change("Invoice", document, CustomerMemo={"value": "by hand"})
    stage.source.change(invoice["id"], notes="from the source")
    stage.simulator.forget_requests()

    operation = stage.sync(invoice["id"])

    assert operation.outcome == "synced"
    assert [one["operation"] for one in stage.simulator.requests()] == ["update", "read", "update"]
    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    assert document["CustomerMemo"]["value"] == "from the source"
    assert stage.codes(invoice["id"]) == ["qbo.overwritten"]


def test_a_version_that_stays_stale_is_tried_again_later(stage, attempt):
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    stage.source.change(invoice["id"], notes="again")
    stage.ask(invoice["id"])
    stage.simulator.arm({"match": ONLY_INVOICES, "times": 3, "then": "stale"})

    waiting = attempt()
    assert (waiting.state, waiting.phase) == ("waiting", "qbo.stale")
    stage.work()

    assert stage.operation(waiting.id).outcome == "synced"


def test_names_made_by_hand_a_moment_ago_are_found_and_used(stage, person):
    invoice = stage.source.make_fresh("Moment")
    customer = person.write("Customer", {"DisplayName": "Moment Inc"})
    (income, *_) = stage.quickbooks("Account", AccountSubType="SalesOfProductIncome")
    body = {"Name": "Moment Lamp", "Type": "NonInventory", "IncomeAccountRef": {"value": income["Id"]}}
    item = person.write("Item", body)

    operation = stage.sync(invoice["id"])

    assert operation.outcome == "synced", stage.codes(invoice["id"])
    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    assert document["CustomerRef"]["value"] == customer["Id"]
    assert document["Line"][0]["SalesItemLineDetail"]["ItemRef"]["value"] == item["Id"]
    assert len(stage.quickbooks("Customer", DisplayName="Moment Inc")) == 1
    assert len(stage.quickbooks("Item", Name="Moment Lamp")) == 1


def test_a_name_that_a_vendor_bears_is_told_with_what_to_do(stage, person, nothing_half_written):
    invoice = stage.source.make_fresh("Twice")
    person.write("Vendor", {"DisplayName": "Twice Inc"})

    operation = stage.sync(invoice["id"])

    assert operation.outcome == "failed"
    assert stage.codes(invoice["id"])[0] == "customer.display_name_duplicate"
    assert "Twice Inc" in stage.sentence(invoice["id"])
    nothing_half_written(invoice)

    press(stage, invoice, "correct_field", Role.END_USER, field="customer name", value="Twice Shop")
    stage.work()

    assert stage.record(invoice["id"]).state == "synced", stage.codes(invoice["id"])


@pytest.mark.requirement("T-21")
def test_an_inactive_item_stops_the_sync_by_name_until_an_admin_makes_it_active_again(stage, person):
    invoice = stage.source.make_fresh("Idle")
    stage.sync(invoice["id"])
    (item,) = stage.quickbooks("Item", Name="Idle Lamp")
    person.change("Item", item, Active=False)
    invoice = stage.source.make(lines=[{"product_id": invoice["items"][0]["product_id"], "quantity": "2"}])

    operation = stage.sync(invoice["id"])

    assert operation.outcome == "failed"
    assert stage.codes(invoice["id"]) == ["item.inactive"]
    assert "Idle Lamp" in stage.sentence(invoice["id"])
    assert stage.quickbooks("Item", Name="Idle Lamp") == []
    with pytest.raises(Refused):
        press(stage, invoice, "reactivate_item", Role.END_USER)

    press(stage, invoice, "reactivate_item")
    stage.work()

    assert stage.record(invoice["id"]).state == "synced", stage.codes(invoice["id"])
    assert [one["Id"] for one in stage.quickbooks("Item", Name="Idle Lamp")] == [item["Id"]]


@pytest.mark.requirement("T-20")
@pytest.mark.parametrize("voided", [False, True])
@pytest.mark.parametrize("is_known", [False, True])
def test_a_number_in_use_is_refused_and_another_one_syncs(stage, person, webhooks, voided, is_known):
    invoice = stage.source.make()
    if not is_known:
        stage.simulator.webhooks("")
    other = person.invoice(invoice["number"])
    if voided:
        person.void("Invoice", other)
    if is_known:
        _until(lambda: len(webhooks) >= 1 + voided)
        stage.work()
    stage.simulator.forget_requests()

    operation = stage.sync(invoice["id"])

    assert operation.outcome == "failed"
    assert stage.codes(invoice["id"])[0] == "number.duplicate"
    assert invoice["number"] in stage.sentence(invoice["id"])
    if is_known:
        assert stage.writes() == []
        assert ("voided" in stage.sentence(invoice["id"])) is voided

    press(stage, invoice, "renumber", Role.END_USER, number=f"{invoice['number']}-A")
    stage.work()

    assert stage.record(invoice["id"]).state == "synced", stage.codes(invoice["id"])
    assert len(stage.quickbooks("Invoice", DocNumber=f"{invoice['number']}-A")) == 1
    assert len(stage.quickbooks("Invoice", DocNumber=invoice["number"])) == 1


@pytest.mark.requirement("T-20")
def test_an_admin_may_allow_one_record_a_number_that_is_in_use(stage, person):
    invoice = stage.source.make()
    person.invoice(invoice["number"])
    stage.sync(invoice["id"])
    with pytest.raises(Refused):
        press(stage, invoice, "allow_duplicate_number", Role.END_USER)

    press(stage, invoice, "allow_duplicate_number")
    stage.work()

    assert stage.record(invoice["id"]).state == "synced", stage.codes(invoice["id"])
    assert len(stage.quickbooks("Invoice", DocNumber=invoice["number"])) == 2


@pytest.mark.requirement("T-23")
def test_an_invoice_deleted_in_quickbooks_is_held_until_somebody_wants_it_again(stage, person):
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    person.delete("Invoice", document)
    stage.source.change(invoice["id"], notes="changed since")

    operation = stage.sync(invoice["id"])

    assert operation.outcome == "held"
    assert stage.codes(invoice["id"]) == ["qbo.document_deleted"]
    assert stage.quickbooks("Invoice", DocNumber=invoice["number"]) == []

    press(stage, invoice, "recreate_in_quickbooks", Role.END_USER)
    stage.work()

    assert stage.record(invoice["id"]).state == "synced", stage.codes(invoice["id"])
    (again,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    assert again["Id"] != document["Id"]


def test_an_invoice_voided_in_quickbooks_is_held_and_its_number_stays_taken(stage, person):
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    person.void("Invoice", document)
    stage.source.change(invoice["id"], notes="changed since")

    operation = stage.sync(invoice["id"])

    assert operation.outcome == "held"
    assert stage.codes(invoice["id"]) == ["qbo.document_voided"]


def access_lost(stage, person):
    error = {"message": "ApplicationAuthorizationFailed", "detail": "errorCode=003100", "code": "3100"}
    body = {"fault": {"error": [error], "type": "AuthorizationFault"}}
    stage.simulator.arm({"match": ONLY_INVOICES, "times": None, "then": {"status": 403, "body": body}})


def access_lost_at_renewal(stage, person):
    person.company(user_removed=True)
    stage.simulator.clock(advance_s=4000)


def expired(stage, person):
    person.company(disconnected=True)


def subscription_ended(stage, person):
    person.company(subscription_ended=True)


@pytest.mark.requirement("T-18")
@pytest.mark.parametrize(
    ("trouble", "code", "state"),
    [
        (access_lost, "connection.access_lost", "expired"),
        (access_lost_at_renewal, "connection.access_lost", "expired"),
        (expired, "connection.expired", "expired"),
        (subscription_ended, "connection.subscription_ended", "paused"),
    ],
)
def test_a_lost_company_pauses_once_and_a_new_sign_in_takes_up_what_waited(stage, person, trouble, code, state):
    stage.sync(stage.source.make()["id"])
    first, second = stage.source.make(), stage.source.make()
    first_id, second_id = stage.ask(first["id"]), stage.ask(second["id"])
    trouble(stage, person)

    stage.work()

    paused = stage.operation(first_id)
    assert (paused.state, paused.phase) == ("waiting", code)
    assert connection_state(stage) == state
    (finding,) = connection_findings(stage)
    assert (finding.code, finding.count) == (code, 1)
    assert stage.record(first["id"]).state == "waiting"
    assert stage.operation(second_id).attempts == 0

    stage.simulator.arm()
    person.company(user_removed=False, subscription_ended=False)
    sign_in_to_quickbooks(stage.services, stage.organization_id, stage.user_id, stage.realm_id)
    stage.work()

    assert connection_findings(stage) == []
    for invoice in (first, second):
        assert stage.record(invoice["id"]).state == "synced"
        assert len(stage.quickbooks("Invoice", DocNumber=invoice["number"])) == 1


@pytest.mark.requirement("T-18")
@pytest.mark.parametrize("by", ["schedule", "button"])
def test_a_subscription_in_order_again_goes_on_by_itself_or_at_a_press(stage, person, by):
    stage.sync(stage.source.make()["id"])
    invoice = stage.source.make()
    stage.ask(invoice["id"])
    subscription_ended(stage, person)
    stage.work()

    look_again(stage, invoice, by)
    assert connection_state(stage) == "paused", "the first write shows that nothing has changed"
    person.company(subscription_ended=False)
    look_again(stage, invoice, by)

    assert connection_state(stage) == "active"
    assert connection_findings(stage) == []
    assert stage.record(invoice["id"]).state == "synced"
    assert len(stage.quickbooks("Invoice", DocNumber=invoice["number"])) == 1


def look_again(stage, invoice, by):
    if by == "button":
        press(stage, invoice, "resume_connection")
    else:
        scheduler.ask_for_probes(stage.services)
    stage.work()
    stage.work()


def test_a_probe_that_fails_leaves_the_company_paused(stage, person):
    invoice = stage.source.make()
    stage.ask(invoice["id"])
    subscription_ended(stage, person)
    stage.work()
    stage.simulator.arm({"match": {"path": "/companyinfo"}, "times": 1, "then": "http_500"})

    look_again(stage, invoice, "schedule")

    assert connection_state(stage) == "paused"
    assert [one.code for one in connection_findings(stage)] == ["connection.subscription_ended"]


def _until(true, seconds=10.0):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    assert true()
