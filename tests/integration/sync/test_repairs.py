"""Every repair that a stopped record offers: pressed, it leaves the document standing, or says why not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from qbo_connector.jobs.drain import carry_out, claim
from qbo_connector.mapping.encoding import decoded
from qbo_connector.policy.catalogue import Role
from qbo_connector.policy.policies import (
    CustomerMatch,
    CustomerMissing,
    ItemMissing,
    LocationMissing,
    QboEditOfSourceDoc,
    Switch,
)
from qbo_connector.sources.registry import Registry
from qbo_connector.store import connections, pairings, steps
from qbo_connector.store.states import Lane
from qbo_connector.sync import look
from qbo_connector.sync.asks import Refused
from qbo_connector.sync.fixes import apply_fix
from tests.rig.stage import SOURCE


def under(stage, **policies):
    """The stage as if its source had declared these policies."""
    entry = stage.services.registry.find(SOURCE)
    changed = entry.manifest.policies.model_copy(update=policies)
    other = replace(entry, manifest=entry.manifest.model_copy(update={"policies": changed}))
    return replace(stage, services=replace(stage.services, registry=Registry([other])))


def button(stage, invoice, action, role=Role.ADMIN):
    """The button as the record's page and the widget show it."""
    view = look.record_view(stage.services, stage.target(invoice["id"]), role=role)
    assert view.finding is not None, view
    found = [fix for fix in view.finding.fixes if fix.action == action]
    assert found, [fix.action for fix in view.finding.fixes]
    return found[0]


def press(stage, invoice, action, role=Role.ADMIN, **answers):
    """Press it: what the finding knows goes along, what it asks for is answered."""
    fix = button(stage, invoice, action, role)
    assert fix.allowed, f"{action} is not for {role}"
    inputs = {**fix.preset, **answers}
    apply_fix(stage.services, stage.target(invoice["id"]), action, inputs, asked_by="test", role=role)
    stage.work()


def stops(stage, invoice, code):
    stage.sync(invoice["id"])
    assert stage.codes(invoice["id"])[0] == code


def stands(stage, invoice, number=None):
    assert stage.record(invoice["id"]).state == "synced", stage.codes(invoice["id"])
    (document,) = stage.quickbooks("Invoice", DocNumber=number or invoice["number"])
    return document


@pytest.mark.requirement("H-65")
def test_a_customer_that_the_rules_would_not_create_is_created_at_a_press(stage):
    stage = under(stage, customer_missing=CustomerMissing.FAIL)
    invoice = stage.source.make_fresh("Made")
    stops(stage, invoice, "customer.missing")
    asked = button(stage, invoice, "create_customer", Role.END_USER)
    assert dict(asked.preset) == {"display_name": "Made Inc", "email": "made@shop.example"}

    press(stage, invoice, "create_customer", Role.END_USER, display_name="Made Shop")

    document = stands(stage, invoice)
    (customer,) = stage.quickbooks("Customer", DisplayName="Made Shop")
    assert document["CustomerRef"]["value"] == customer["Id"]
    assert customer["PrimaryEmailAddr"]["Address"] == "made@shop.example"
    another = stage.source.make(customer_id=invoice["customer"]["id"])
    stage.sync(another["id"])
    assert stands(stage, another)["CustomerRef"]["value"] == customer["Id"]


def test_a_customer_is_not_created_under_a_name_that_somebody_bears(stage, person):
    stage = under(stage, customer_missing=CustomerMissing.FAIL, customer_match=(CustomerMatch.EMAIL,))
    invoice = stage.source.make_fresh("Borne")
    person.write("Customer", {"DisplayName": "Borne Inc"})
    stops(stage, invoice, "customer.missing")

    press(stage, invoice, "create_customer")

    assert stage.codes(invoice["id"])[0] == "customer.display_name_duplicate"
    assert len(stage.quickbooks("Customer", DisplayName="Borne Inc")) == 1


@pytest.mark.requirement("H-66")
def test_a_contact_whose_name_is_taken_gets_one_of_its_own(stage, person):
    invoice = stage.source.make_fresh("Namesake")
    person.write("Vendor", {"DisplayName": "Namesake Inc"})
    stops(stage, invoice, "customer.display_name_duplicate")

    press(stage, invoice, "rename_customer", Role.END_USER)

    document = stands(stage, invoice)
    assert document["CustomerRef"]["name"] == "Namesake Inc (namesake@shop.example)"


def test_an_inactive_customer_is_made_active_again(stage, person):
    first = stage.source.make_fresh("Asleep")
    stage.sync(first["id"])
    (customer,) = stage.quickbooks("Customer", DisplayName="Asleep Inc")
    person.change("Customer", customer, Active=False)
    second = stage.source.make(customer_id=first["customer"]["id"])
    stops(stage, second, "customer.inactive")
    assert "(deleted" not in stage.sentence(second["id"])
    assert not button(stage, second, "reactivate_party", Role.END_USER).allowed

    press(stage, second, "reactivate_party")

    stands(stage, second)
    assert [one["Id"] for one in stage.quickbooks("Customer", DisplayName="Asleep Inc")] == [customer["Id"]]


@pytest.mark.requirement("T-21")
def test_the_item_is_known_and_nobody_is_asked_which_one(stage, person):
    first = stage.source.make_fresh("Known")
    stage.sync(first["id"])
    (item,) = stage.quickbooks("Item", Name="Known Lamp")
    person.change("Item", item, Active=False)
    second = stage.source.make(lines=[{"product_id": first["items"][0]["product_id"], "quantity": "2"}])
    stops(stage, second, "item.inactive")
    assert "(deleted" not in stage.sentence(second["id"])
    asked = button(stage, second, "reactivate_item")
    assert set(asked.inputs) <= set(asked.settled)

    press(stage, second, "reactivate_item")

    stands(stage, second)


@pytest.mark.requirement("T-21")
def test_an_entry_that_somebody_changed_meanwhile_is_still_made_active(stage, person):
    first = stage.source.make_fresh("Twofold")
    stage.sync(first["id"])
    (item,) = stage.quickbooks("Item", Name="Twofold Lamp")
    asleep = person.change("Item", item, Active=False)
    second = stage.source.make(lines=[{"product_id": first["items"][0]["product_id"], "quantity": "2"}])
    stops(stage, second, "item.inactive")
    person.change("Item", asleep, Description="changed since")

    press(stage, second, "reactivate_item")

    stands(stage, second)


def test_an_item_that_the_rules_would_not_create_is_created_at_a_press(stage):
    stage = under(stage, item_missing=ItemMissing.FAIL)
    invoice = stage.source.make_fresh("Fresh")
    stops(stage, invoice, "item.missing")

    press(stage, invoice, "create_item", Role.END_USER, name="Fresh Floor Lamp", kind="service")

    document = stands(stage, invoice)
    (item,) = stage.quickbooks("Item", Name="Fresh Floor Lamp")
    assert item["Type"] == "Service"
    assert document["Line"][0]["SalesItemLineDetail"]["ItemRef"]["value"] == item["Id"]


@pytest.mark.requirement("T-30")
def test_a_location_is_created_at_a_press(stage):
    stage = under(stage, location_missing=LocationMissing.HOLD)
    invoice = stage.source.make()
    stops(stage, invoice, "location.unmapped")

    press(stage, invoice, "create_location", name="Harbour Store")

    document = stands(stage, invoice)
    assert document["DepartmentRef"]["name"] == "Harbour Store"


@pytest.mark.requirement("T-30")
def test_an_inactive_location_is_made_active_again(stage, person):
    first = stage.source.make()
    document = (stage.sync(first["id"]), stands(stage, first))[1]
    (place,) = stage.quickbooks("Department", Name=document["DepartmentRef"]["name"])
    person.change("Department", place, Active=False)
    second = stage.source.make()
    stops(stage, second, "reference.inactive")

    press(stage, second, "reactivate_list_entry")

    assert stands(stage, second)["DepartmentRef"]["value"] == place["Id"]


@pytest.mark.requirement("H-3")
def test_the_version_of_quickbooks_is_kept_until_the_source_changes(stage, person):
    stage = under(stage, qbo_edit_of_source_doc=QboEditOfSourceDoc.CONFLICT_RULE)
    invoice = stage.source.make(notes="first")
    stage.sync(invoice["id"])
    person.change("Invoice", stands(stage, invoice), CustomerMemo={"value": "by hand"})
    stage.source.change(invoice["id"], notes="second")
    stops(stage, invoice, "qbo.conflict")

    press(stage, invoice, "take_theirs", Role.END_USER)

    assert stands(stage, invoice)["CustomerMemo"]["value"] == "by hand"
    assert stage.sync(invoice["id"]).outcome == "unchanged"
    stage.source.change(invoice["id"], notes="third")
    stage.sync(invoice["id"])
    assert stands(stage, invoice)["CustomerMemo"]["value"] == "third"


def test_ours_goes_over_theirs_at_a_press(stage, person):
    stage = under(stage, qbo_edit_of_source_doc=QboEditOfSourceDoc.ERROR)
    invoice = stage.source.make(notes="ours")
    stage.sync(invoice["id"])
    person.change("Invoice", stands(stage, invoice), CustomerMemo={"value": "theirs"})
    stage.source.change(invoice["id"], notes="ours again")
    stops(stage, invoice, "qbo.edited_externally")

    press(stage, invoice, "restore_ours", Role.END_USER)

    assert stands(stage, invoice)["CustomerMemo"]["value"] == "ours again"


def test_a_void_made_in_quickbooks_is_accepted_and_told_again_when_the_source_changes(stage, person):
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    person.void("Invoice", stands(stage, invoice))
    stage.source.change(invoice["id"], notes="changed since")
    stops(stage, invoice, "qbo.document_voided")

    press(stage, invoice, "take_theirs", Role.END_USER)

    assert Decimal(str(stands(stage, invoice)["TotalAmt"])) == 0
    assert stage.sync(invoice["id"]).outcome == "unchanged"
    stage.source.change(invoice["id"], notes="and once more")
    stops(stage, invoice, "qbo.document_voided")


@pytest.mark.requirement("C-6")
def test_the_copy_of_a_deleted_document_is_voided_at_a_press(stage):
    stage = under(stage, void_propagates=Switch.NO)
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    stage.source._call("DELETE", f"invoices/{invoice['id']}", {})
    stops(stage, invoice, "source.deleted_after_sync")

    press(stage, invoice, "void_in_quickbooks")

    assert Decimal(str(stands(stage, invoice)["TotalAmt"])) == 0


@pytest.mark.requirement("T-22")
def test_what_certainly_did_not_arrive_is_sent_again_at_a_press(stage, person):
    invoice = stage.source.make()
    lose_the_answer(stage, person, invoice)
    stage.work()
    assert stage.codes(invoice["id"]) == ["outcome.unresolved"]
    with pytest.raises(Refused):
        press(stage, invoice, "post_again")
    assert not button(stage, invoice, "post_again", Role.END_USER).allowed

    for found in stage.quickbooks("Invoice", DocNumber=invoice["number"]):
        person.delete("Invoice", found)
    press(stage, invoice, "post_again", confirmation="yes")

    stands(stage, invoice)


def lose_the_answer(stage, person, invoice):
    """The answer was lost an hour ago, and two documents could be the one that was sent."""
    operation_id = stage.ask(invoice["id"])
    arrival = {"match": {"method": "POST", "path": "/invoice"}, "times": 1, "then": "reset_before_commit"}
    stage.simulator.arm(arrival)
    carry_out(stage.services, claim(stage.services, Lane.INTERACTIVE))
    record_id = stage.record(invoice["id"]).id
    with stage.services.database.writing() as session:
        (step,) = steps.unsettled(session, record_id)
        step.sent_at = datetime.now(UTC) - timedelta(hours=2)
        sent = decoded(step.body)
    made = {key: sent[key] for key in ("CustomerRef", "DocNumber", "Line", "TxnDate") if key in sent}
    for _ in range(2):
        person.write("Invoice", made, include="allowduplicatedocnum")
    return operation_id


def test_lists_are_read_again_at_a_press(stage):
    invoice = stage.source.make()
    error = {
        "Message": "A message",
        "Detail": "Invalid Line TaxCode in the request",
        "code": "6100",
        "element": "",
    }
    body = {"Fault": {"Error": [error], "type": "ValidationFault"}, "time": "2026-08-15T07:00:00.000-07:00"}
    stage.simulator.arm({"match": {"method": "POST", "path": "/invoice"}, "times": 1,
                         "then": {"status": 400, "body": body}})  # fmt: skip
    stops(stage, invoice, "tax.code_invalid")
    stage.simulator.forget_requests()

    press(stage, invoice, "refresh_lists")

    stands(stage, invoice)
    reads = [one["query"] for one in stage.simulator.requests() if one["operation"] == "query"]
    assert len(reads) >= 1


@pytest.mark.requirement("P-16")
def test_an_end_user_decides_a_tax_for_one_document_and_an_admin_for_always(stage):
    invoice = stage.source.make()
    target = stage.target(invoice["id"])
    answers = {"source_tax": "VAT", "qbo_tax_code_id": "TAX"}

    with pytest.raises(Refused):
        apply_fix(stage.services, target, "pick_tax_code", {**answers, "remember": "always"}, asked_by="t",
                  role=Role.END_USER)  # fmt: skip
    apply_fix(stage.services, target, "pick_tax_code", {**answers, "remember": "document"}, asked_by="t",
              role=Role.END_USER)  # fmt: skip
    stage.work()

    assert stage.record(invoice["id"]).overrides["taxes"] == {"VAT": "TAX"}
    stands(stage, invoice)


@pytest.mark.requirement("H-6")
def test_only_an_operator_turns_a_blocking_check_into_a_warning(stage):
    invoice = stage.source.make()
    target = stage.target(invoice["id"])
    answers = {"check": "country", "reason": "looked at by support"}

    with pytest.raises(Refused):
        apply_fix(stage.services, target, "override_preflight", answers, asked_by="t", role=Role.ADMIN)
    apply_fix(stage.services, target, "override_preflight", answers, asked_by="t", role=Role.OPERATOR)

    with stage.services.database.reading() as session:
        assert pairings.load(session, stage.pairing_id).rules["overridden"] == ["country"]


def test_an_operator_changes_the_share_of_reads(stage):
    invoice = stage.source.make()
    target = stage.target(invoice["id"])

    apply_fix(
        stage.services, target, "set_read_budget", {"monthly_reads": "2000"}, asked_by="t", role=Role.OPERATOR
    )

    with stage.services.database.reading() as session:
        assert connections.load(session, stage.connection_id).read_share == 2000
