"""The same engine under rules that other sources choose: voids travel, customers are kept up to date."""

from dataclasses import replace
from decimal import Decimal

import pytest

from qbo_connector.policy.catalogue import Role
from qbo_connector.policy.policies import CustomerExisting, QboEditOfSourceDoc, Switch
from qbo_connector.sources.registry import Registry
from qbo_connector.store.states import InQuickBooks
from qbo_connector.sync.fixes import apply_fix
from tests.rig.stage import SOURCE


def under(stage, **policies):
    """The stage as if its source had declared these policies."""
    entry = stage.services.registry.find(SOURCE)
    changed = entry.manifest.policies.model_copy(update=policies)
    other = replace(entry, manifest=entry.manifest.model_copy(update={"policies": changed}))
    return replace(stage, services=replace(stage.services, registry=Registry([other])))


def delete(stage, invoice):
    stage.source._call("DELETE", f"invoices/{invoice['id']}", {})


@pytest.mark.requirement("C-6", "H-25")
def test_a_deleted_document_voids_its_copy_once_where_voids_travel(stage):
    stage = under(stage, void_propagates=Switch.YES)
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    delete(stage, invoice)
    stage.simulator.forget_requests()

    first = stage.sync(invoice["id"])
    second = stage.sync(invoice["id"])

    assert (first.outcome, second.outcome) == ("synced", "unchanged"), stage.codes(invoice["id"])
    assert stage.writes() == ["void invoice"]
    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    assert Decimal(str(document["TotalAmt"])) == 0
    (link,) = stage.links(invoice["id"])
    assert (link.sync_token, link.in_quickbooks) == (document["SyncToken"], InQuickBooks.INTACT)


@pytest.mark.parametrize("then", ["reset_before_commit", "reset_after_commit"])
def test_a_void_whose_answer_was_lost_is_settled(stage, then):
    stage = under(stage, void_propagates=Switch.YES)
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    delete(stage, invoice)
    stage.simulator.arm({"match": {"method": "POST", "path": "/invoice"}, "times": 1, "then": then})

    stage.sync(invoice["id"])

    assert stage.record(invoice["id"]).state == "synced", stage.codes(invoice["id"])
    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    assert Decimal(str(document["TotalAmt"])) == 0


@pytest.mark.requirement("C-26")
def test_a_customer_is_kept_up_to_date_with_one_more_write_and_only_when_it_changed(stage):
    stage = under(stage, customer_existing=CustomerExisting.UPDATE)
    invoice = stage.source.make_fresh("Kept")
    stage.sync(invoice["id"])
    stage.simulator.forget_requests()
    assert stage.sync(invoice["id"]).outcome == "unchanged"
    assert stage.writes() == []

    correction = {"field": "billing e-mail", "value": "new@kept.example"}
    apply_fix(
        stage.services,
        stage.target(invoice["id"]),
        "correct_field",
        correction,
        asked_by="test",
        role=Role.END_USER,
    )
    stage.work()

    assert stage.record(invoice["id"]).state == "synced", stage.codes(invoice["id"])
    assert stage.writes()[0] == "update customer"
    (customer,) = stage.quickbooks("Customer", DisplayName="Kept Inc")
    assert customer["PrimaryEmailAddr"]["Address"] == "new@kept.example"


@pytest.mark.requirement("H-3")
def test_an_edit_in_quickbooks_stops_the_sync_where_only_the_source_may_edit(stage, person):
    stage = under(stage, qbo_edit_of_source_doc=QboEditOfSourceDoc.ERROR)
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    person.change("Invoice", document, CustomerMemo={"value": "by hand"})
    stage.source.change(invoice["id"], notes="from the source")

    operation = stage.sync(invoice["id"])

    assert operation.outcome in {"failed", "held"}
    assert stage.codes(invoice["id"]) == ["qbo.edited_externally"]
    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    assert document["CustomerMemo"]["value"] == "by hand"
