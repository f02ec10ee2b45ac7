from decimal import Decimal

import pytest

from qbo_connector.policy.catalogue import Role
from qbo_connector.sync import fixes, look, views
from qbo_connector.sync.asks import Refused
from qbo_connector.sync.targets import locate


def press(stage, invoice, action, role=Role.ADMIN, **inputs):
    started = fixes.apply_fix(
        stage.services, stage.target(invoice["id"]), action, inputs, asked_by="test", role=role
    )
    stage.work()
    return started


def test_every_button_that_is_shown_is_carried_out():
    assert frozenset(fixes.ACTIONS) == views.CARRIED_OUT


def test_a_created_invoice_is_taken_away_again_and_its_number_is_free(stage):
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    assert "undo" in look.record_view(stage.services, stage.target(invoice["id"])).actions

    press(stage, invoice, "undo", role=Role.END_USER)

    assert stage.quickbooks("Invoice", DocNumber=invoice["number"]) == []
    assert stage.links(invoice["id"]) == []
    assert stage.record(invoice["id"]).state == "new"
    assert stage.source.look(invoice["id"])["sync_status"]["state"] == "undone"

    stage.sync(invoice["id"])
    assert len(stage.quickbooks("Invoice", DocNumber=invoice["number"])) == 1


def test_an_update_is_taken_back_to_the_version_before(stage):
    invoice = stage.source.make(notes="first")
    stage.sync(invoice["id"])
    stage.source.change(invoice["id"], notes="second", shipping_amount="4.00")
    stage.sync(invoice["id"])

    press(stage, invoice, "undo")

    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    assert document["CustomerMemo"]["value"] == "first"
    assert Decimal(str(document["TotalAmt"])) == Decimal(invoice["total"])


def test_nothing_is_undone_that_somebody_has_changed_in_quickbooks(stage):
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    stage.edit_by_hand(invoice["number"], PrivateNote="checked by the bookkeeper")

    press(stage, invoice, "undo")

    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    assert document["PrivateNote"] == "checked by the bookkeeper"


def test_a_number_can_be_changed_for_quickbooks_only(stage):
    taken = stage.source.make()
    stage.sync(taken["id"])
    other = stage.source.make(number=taken["number"])
    stage.sync(other["id"])
    assert stage.codes(other["id"])[0] == "number.duplicate"

    press(stage, other, "renumber", role=Role.END_USER, number="W-7777")

    assert stage.record(other["id"]).state == "synced"
    assert len(stage.quickbooks("Invoice", DocNumber="W-7777")) == 1
    assert stage.source.look(other["id"])["number"] == taken["number"]


def test_a_button_above_ones_role_is_refused(stage):
    invoice = stage.source.make()

    with pytest.raises(Refused):
        press(stage, invoice, "set_account", role=Role.END_USER, account_role="income", qbo_account_id="1")


def test_a_repair_without_its_answer_says_what_is_missing(stage):
    invoice = stage.source.make()

    with pytest.raises(Refused) as refused:
        press(stage, invoice, "renumber")

    assert "number" in refused.value.finding.sentence


@pytest.mark.requirement("T-18")
def test_a_record_set_aside_waits_until_it_is_taken_back(stage):
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    press(stage, invoice, "dismiss")
    assert stage.record(invoice["id"]).state == "dismissed"

    with pytest.raises(Refused) as refused:
        stage.ask(invoice["id"])
    assert refused.value.finding.code == "not_eligible.dismissed"

    press(stage, invoice, "undismiss")
    assert stage.record(invoice["id"]).state == "synced"


def test_a_record_is_found_by_its_place_in_the_source_before_it_was_seen(stage):
    invoice = stage.source.make()

    target = locate(
        stage.services,
        organization_id=stage.organization_id,
        source_account_id=stage.account_id,
        kind="invoice",
        external_id=invoice["id"],
    )

    assert target.record_id is None
