"""A choice field by field, stopped at one numbered point after the other and run again: as if nothing was."""

import pytest

from qbo_connector.policy.catalogue import Role
from qbo_connector.sync.fixes import apply_fix
from tests.crash.test_corridor_stops import deaths, stands_once

LAMP = {"item": {"id": "p-lamp", "name": "Lamp"}, "quantity": "1", "price": "40.00"}
DUE, LATER = "2026-12-20", "2027-01-15"
WINNERS = {"due_date": "quickbooks", "customer_memo": "quickbooks"}


@pytest.fixture
def house(house):
    house.rules(qbo_edit_of_source_doc="conflict_rule", conflict="ask")
    return house


def conflict(house):
    """An invoice whose memo and due date were edited in QuickBooks, while its lines changed in the source."""
    made = house.make(due_on=DUE, memos={"note": "Ring once"})
    house.sync(made["id"])
    document = house.invoice(made["number"])
    version = {name: document[name] for name in ("Id", "SyncToken", "CustomerRef")}
    edited = {"CustomerMemo": {"value": "by hand"}, "DueDate": LATER}
    house.person("Invoice", {**version, "sparse": True, **edited})
    changed = house.change(made["id"], lines=[LAMP])
    house.sync(made["id"])
    assert house.codes(made["id"]) == ["qbo.conflict"]
    return changed


def choose(house, invoice):
    finding = house.look(invoice["id"]).finding
    (fix,) = (fix for fix in finding.fixes if fix.action == "merge_fields")
    inputs = {**fix.preset, "winners": WINNERS}
    target = house.target(invoice["id"])
    return apply_fix(house.services, target, "merge_fields", inputs, asked_by="test", role=Role.END_USER)


def stands_merged(house, invoice):
    document = stands_once(house, invoice)
    assert (document["CustomerMemo"]["value"], document["DueDate"]) == ("by hand", LATER)
    return document


@pytest.mark.requirement("H-34", "T-22")
def test_a_choice_ends_in_one_merged_document_wherever_it_is_stopped(house, mortal):
    for stop_at in deaths(mortal):
        invoice = conflict(house)
        operation = choose(house, invoice)
        mortal.live(stop_at=stop_at)
        mortal.rest()

        stands_merged(house, invoice)
        assert house.operation(operation).outcome == "synced", stop_at
        assert house.codes(invoice["id"]) == [], stop_at
        house.simulator.forget_requests()
        assert house.sync(invoice["id"]).outcome == "unchanged", stop_at
        assert house.writes() == [], stop_at
    assert stop_at > 20


@pytest.mark.requirement("H-34", "T-22")
def test_what_somebody_edits_after_a_stop_is_never_overwritten_unseen(house, mortal):
    """Before the merged document arrived, the choice holds no more; afterwards it is an edit like any other."""
    for stop_at in deaths(mortal, every=3):
        invoice = conflict(house)
        choose(house, invoice)
        mortal.live(stop_at=stop_at)
        document = house.invoice(invoice["number"])
        version = {name: document[name] for name in ("Id", "SyncToken", "CustomerRef")}
        house.unheard("Invoice", {**version, "sparse": True, "CustomerMemo": {"value": "since then"}})
        mortal.rest()
        house.hear()

        document = house.invoice(invoice["number"])
        assert document["CustomerMemo"]["value"] == "since then", stop_at
        assert len(house.links(invoice["id"])) == 1, stop_at
        assert set(house.codes(invoice["id"])) <= {"preview.outdated", "qbo.conflict"}, stop_at
    assert stop_at > 20
