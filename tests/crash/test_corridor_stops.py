"""Die once, at one numbered point of the corridor after the other, and run again: as if nothing had happened."""

import os
from decimal import Decimal

import pytest
from sqlalchemy import delete

from qbo_connector.store.mirror import MirrorEntry, MirrorFeed
from qbo_connector.store.states import Intent
from qbo_connector.sync import look
from tests.rig.campaign import press

MOST_POINTS = 200
EVERY = int(os.environ.get("CRASH_EVERY", "2"))
"""Every so many-th point; campaigns die at each of a push, here it is the deed that differs."""

LOADING, SOME = 200, 23
"""About so many points has the first reading of a company; every so many-th is tried."""

FREIGHT = {"name": "Freight", "kind": "shipping", "amount": "7.77"}


def deaths(mortal, *, every=EVERY):
    """Numbers at which to die, until the worker outlives it."""
    for stop_at in range(1, MOST_POINTS, every):
        yield stop_at
        if mortal.outlived:
            return
    raise AssertionError("there is no end of points")


def forget_mirror(house):
    """As if the company had just been connected."""
    with house.services.database.writing() as session:
        session.execute(delete(MirrorFeed))
        session.execute(delete(MirrorEntry))


def stands_once(house, invoice):
    (document,) = house.quickbooks("Invoice", DocNumber=invoice["number"])
    assert Decimal(str(document["TotalAmt"])) == Decimal(invoice["total"])
    (link,) = house.links(invoice["id"])
    assert (link.qbo_id, link.sync_token) == (document["Id"], document["SyncToken"])
    record = house.record(invoice["id"])
    assert (record.state, record.qbo_id) == ("synced", document["Id"])
    return document


@pytest.mark.requirement("T-22", "T-23")
def test_the_source_changed_between_the_stop_and_the_second_run(house, mortal):
    for stop_at in deaths(mortal):
        invoice = house.make()
        press(house, invoice["id"])
        mortal.live(stop_at=stop_at)
        changed = house.change(invoice["id"], memos={"note": "changed meanwhile"}, fees=[FREIGHT])
        press(house, invoice["id"])
        mortal.rest()

        document = stands_once(house, changed)
        assert document["CustomerMemo"]["value"] == "changed meanwhile", stop_at
    assert stop_at > 20


def shown(house, name):
    """An invoice for a buyer and over a product that nobody knows yet, sent as a preview showed it."""
    item = {"id": name, "name": name}
    invoice = house.make(customer=item, lines=[{"item": item, "quantity": "1", "price": "5.00"}])
    seen = look.preview(house.services, house.target(invoice["id"]))
    return invoice, house.ask(invoice["id"], expected_plan=seen.plan_fingerprint)


@pytest.mark.requirement("T-18", "T-22")
def test_what_was_shown_is_sent_wherever_it_is_stopped(house, mortal):
    for stop_at in deaths(mortal):
        invoice, operation = shown(house, f"Shown {stop_at}")
        mortal.live(stop_at=stop_at)
        mortal.rest()

        assert house.operation(operation).outcome == "synced", (stop_at, house.codes(invoice["id"]))
        stands_once(house, invoice)
    assert stop_at > 20


@pytest.mark.requirement("T-18", "T-22")
def test_what_changed_after_it_was_shown_is_not_sent_wherever_it_is_stopped(house, mortal):
    outcomes = set()
    for stop_at in deaths(mortal, every=5):
        invoice, operation = shown(house, f"Changing {stop_at}")
        mortal.live(stop_at=stop_at)
        house.change(invoice["id"], fees=[FREIGHT])
        mortal.rest()

        outcome = str(house.operation(operation).outcome)
        sent = house.quickbooks("Invoice", DocNumber=invoice["number"])
        assert [Decimal(str(one["TotalAmt"])) for one in sent] == [Decimal("5.00")] * (outcome == "synced"), (
            stop_at
        )
        assert outcome == "synced" or house.codes(invoice["id"]) == ["preview.outdated"], stop_at
        outcomes.add(outcome)
    assert outcomes == {"synced", "held"}


@pytest.mark.requirement("T-18", "T-22")
def test_what_was_shown_and_is_left_out_since_is_told_so_wherever_it_is_stopped(house, mortal):
    told = set()
    for stop_at in deaths(mortal, every=5):
        invoice, operation = shown(house, f"Leaving {stop_at}")
        mortal.live(stop_at=stop_at)
        house.change(invoice["id"], status="draft")
        mortal.rest()

        sent = house.quickbooks("Invoice", DocNumber=invoice["number"])
        told.add((str(house.operation(operation).outcome), *house.codes(invoice["id"]), len(sent)))
    assert told == {
        ("synced", 1),
        ("excluded", "not_eligible.draft", 1),
        ("held", "preview.outdated", 0),
    }


def test_a_sync_that_is_taken_back_leaves_nothing_wherever_it_is_stopped(house, mortal):
    for stop_at in deaths(mortal):
        invoice = house.make()
        house.sync(invoice["id"])
        press(house, invoice["id"], Intent.UNDO)
        mortal.live(stop_at=stop_at)
        mortal.rest()

        assert house.quickbooks("Invoice", DocNumber=invoice["number"]) == [], stop_at
        record = house.record(invoice["id"])
        assert (record.state, record.qbo_id) == ("new", ""), stop_at
        assert house.links(invoice["id"]) == [], stop_at
        assert house.told(invoice["id"])["state"] == "undone", stop_at
    assert stop_at > 20


def test_an_update_that_is_taken_back_leaves_the_version_before_wherever_it_is_stopped(house, mortal):
    for stop_at in deaths(mortal):
        invoice = house.make()
        house.sync(invoice["id"])
        house.change(invoice["id"], fees=[FREIGHT])
        house.sync(invoice["id"])
        press(house, invoice["id"], Intent.UNDO)
        mortal.live(stop_at=stop_at)
        mortal.rest()

        stands_once(house, invoice)
        assert house.told(invoice["id"])["state"] == "undone", stop_at
    assert stop_at > 20


def test_an_item_is_made_active_once_wherever_it_is_stopped(house, mortal, bookkeeper):
    for stop_at in deaths(mortal):
        name = f"Asleep {stop_at}"
        made = house.make(lines=[{"item": {"id": name, "name": name}, "quantity": "1", "price": "5.00"}])
        house.sync(made["id"])
        (item,) = bookkeeper.every("Item", f"Name = '{name}'")
        bookkeeper.edit("Item", item, Active=False)
        invoice = house.make(lines=made["lines"])
        house.sync(invoice["id"])
        assert house.codes(invoice["id"]) == ["item.inactive"]

        fix = press(house, invoice["id"], Intent.FIX, inputs={"action": "reactivate_item", "subject": name})
        press(house, invoice["id"])
        mortal.live(stop_at=stop_at)
        was_fixed = house.operation(fix).state == "done"
        mortal.rest()

        stands_once(house, invoice)
        assert len(house.quickbooks("Item", Name=name)) == 1, stop_at
        if was_fixed:
            break
    assert stop_at > 10


def test_a_company_is_read_for_the_first_time_wherever_that_is_stopped(house, mortal):
    for stop_at in range(1, LOADING, SOME):
        forget_mirror(house)
        invoice = house.make()
        press(house, invoice["id"])
        mortal.live(stop_at=stop_at)
        mortal.rest()

        stands_once(house, invoice)
