"""Stop at every numbered point of the corridor, run again: one document, one binding, to the cent."""

from dataclasses import replace
from decimal import Decimal

import pytest

from qbo_connector.jobs.drain import drain_lane
from qbo_connector.store import operations
from qbo_connector.store.states import Lane
from tests.rig.stopping import Points, Stopped, StoppingClients, StoppingDatabase

MOST_POINTS = 200


def dying(stage, points):
    """The same installation in a process that dies at a point."""
    return replace(
        stage.services,
        database=StoppingDatabase(stage.services.database, points),
        clients=StoppingClients(stage.services.clients, points),
        owner=f"dying:{points.stop_at}",
    )


def die_while_working(stage, stop_at):
    """Work until that point; whether there was such a point."""
    points = Points()
    points.stop_at = stop_at
    try:
        drain_lane(dying(stage, points), Lane.INTERACTIVE)
    except Stopped:
        with stage.services.database.writing() as session:
            operations.release_owner(session, f"dying:{stop_at}")
        return True
    return False


def stands_once(stage, invoice):
    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    assert Decimal(str(document["TotalAmt"])) == Decimal(invoice["total"])
    (link,) = stage.links(invoice["id"])
    assert link.qbo_id == document["Id"]
    assert link.sync_token == document["SyncToken"]
    return document


@pytest.mark.requirement("T-22")
@pytest.mark.postgres
def test_a_first_sync_stopped_anywhere_makes_one_customer_one_item_and_one_invoice(stage):
    for stop_at in range(1, MOST_POINTS):
        name = f"Stop{stop_at}"
        invoice = stage.source.make_fresh(name)
        stage.ask(invoice["id"])

        died = die_while_working(stage, stop_at)
        stage.work()

        assert stage.record(invoice["id"]).state == "synced", (stop_at, stage.codes(invoice["id"]))
        stands_once(stage, invoice)
        assert len(stage.quickbooks("Customer", DisplayName=f"{name} Inc")) == 1, stop_at
        assert len(stage.quickbooks("Item", Name=f"{name} Lamp")) == 1, stop_at
        if not died:
            break
    assert not died
    assert stop_at > 20


@pytest.mark.requirement("T-22", "T-23")
def test_an_update_stopped_anywhere_ends_with_the_latest_version(stage):
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    for stop_at in range(1, MOST_POINTS):
        changed = stage.source.change(invoice["id"], shipping_amount=f"{stop_at}.50", notes=f"stop {stop_at}")
        stage.ask(invoice["id"])

        died = die_while_working(stage, stop_at)
        stage.work()

        document = stands_once(stage, changed)
        assert document["CustomerMemo"]["value"] == f"stop {stop_at}"
        if not died:
            break
    assert not died
    assert stop_at > 10


@pytest.mark.parametrize("knobs", [{"requestid_ttl_s": 0}, {"replay_faults": False}, {"inflight_600": True}])
def test_it_holds_whatever_quickbooks_remembers_of_a_requestid(stage, simulator, knobs):
    simulator.knobs(**knobs)
    for stop_at in range(1, MOST_POINTS):
        invoice = stage.source.make()
        stage.ask(invoice["id"])

        died = die_while_working(stage, stop_at)
        stage.work()

        stands_once(stage, invoice)
        if not died:
            break
    assert not died


def test_the_source_changed_between_the_stop_and_the_second_run(stage):
    for stop_at in range(1, MOST_POINTS):
        invoice = stage.source.make()
        stage.ask(invoice["id"])
        died = die_while_working(stage, stop_at)
        changed = stage.source.change(invoice["id"], notes="changed meanwhile", shipping_amount="7.77")
        stage.work()
        stage.sync(invoice["id"])

        document = stands_once(stage, changed)
        assert document["CustomerMemo"]["value"] == "changed meanwhile"
        if not died:
            break
    assert not died
