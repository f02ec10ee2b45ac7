"""What people do in QuickBooks reaches us: by webhook at once, by the change feed anyway, echoes for nothing."""

import base64
import hashlib
import hmac
import json
import time

import pytest
from sqlalchemy import select

from qbo_connector.store import bindings, connections, deliveries, mirror, numbers
from qbo_connector.store.deliveries import Delivery
from qbo_connector.store.states import DeliveryState, InQuickBooks, Lane
from qbo_connector.sync import inbox
from qbo_connector.sync.inbox import ask_for_changes

PAST_ECHO_S = 2.1


def until(true, seconds=15.0):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    assert true()


def reads(stage):
    return [one["operation"] for one in stage.simulator.requests() if one["operation"] in {"query", "read", "cdc"}]


def received(stage):
    with stage.services.database.reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def came(stage, entity, count=1):
    until(lambda: len([one for one in received(stage) if one.entity == entity]) >= count)


def link_of(stage, invoice):
    (link,) = stage.links(invoice["id"])
    return link


def signed(stage, raw):
    token = stage.services.settings.verifier_token.get_secret_value()
    return base64.b64encode(hmac.new(token.encode(), raw, hashlib.sha256).digest()).decode()


def synced(stage, **told):
    invoice = stage.source.make(**told)
    stage.sync(invoice["id"])
    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    return invoice, document


@pytest.mark.parametrize("shape", ["cloudevents", "classic"])
def test_the_echo_of_our_own_write_is_dropped_without_a_read(stage, webhooks, shape):
    stage.simulator.webhooks(stage.simulator._call("GET", "webhooks")["config"]["url"], shape=shape)
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    came(stage, "Invoice")
    stage.simulator.forget_requests()

    stage.work()

    assert stage.simulator.requests() == []
    assert {one.state for one in received(stage)} == {DeliveryState.DROPPED}
    assert link_of(stage, invoice).in_quickbooks is InQuickBooks.INTACT


@pytest.mark.requirement("T-23")
def test_a_persons_edit_costs_one_read_is_shown_and_warned_about_at_the_next_sync(stage, webhooks, person):
    invoice, document = synced(stage)
    came(stage, "Invoice")
    stage.work()
    time.sleep(PAST_ECHO_S)
    person.change("Invoice", document, CustomerMemo={"value": "by hand"})
    came(stage, "Invoice", 2)
    stage.simulator.forget_requests()

    stage.work()

    assert reads(stage) == ["query"]
    assert link_of(stage, invoice).in_quickbooks is InQuickBooks.CHANGED

    stage.source.change(invoice["id"], notes="from the source")
    stage.simulator.forget_requests()
    operation = stage.sync(invoice["id"])

    assert operation.outcome == "synced"
    assert [one["operation"] for one in stage.simulator.requests()] == ["update"]
    assert stage.codes(invoice["id"]) == ["qbo.overwritten"]
    assert link_of(stage, invoice).in_quickbooks is InQuickBooks.INTACT


def test_several_deliveries_of_a_company_are_read_together(stage, webhooks, person):
    for number in range(5):
        person.write("Customer", {"DisplayName": f"By hand {number}"})
    came(stage, "Customer", 5)
    stage.simulator.forget_requests()

    stage.work()

    assert reads(stage) == ["query"]
    with stage.services.database.reading() as session:
        assert mirror.find_by_name(session, stage.connection_id, "Customer", "By hand 4")


def test_the_same_delivery_twice_is_one(stage, webhooks, person):
    url = stage.simulator._call("GET", "webhooks")["config"]["url"]
    stage.simulator.webhooks(url, duplicate=1)
    person.write("Customer", {"DisplayName": "Only once"})
    came(stage, "Customer")
    stage.simulator.forget_requests()

    stage.work()
    stage.work()

    assert len(received(stage)) == 1
    assert reads(stage) == ["query"]


def test_a_deletion_told_by_webhook_holds_the_record_without_a_write(stage, webhooks, person):
    invoice, document = synced(stage)
    person.delete("Invoice", document)
    until(lambda: any(one.operation == "delete" for one in received(stage)))
    stage.work()
    assert link_of(stage, invoice).in_quickbooks is InQuickBooks.DELETED
    stage.simulator.forget_requests()

    operation = stage.sync(invoice["id"])

    assert operation.outcome == "held"
    assert stage.codes(invoice["id"]) == ["qbo.document_deleted"]
    assert stage.simulator.requests() == []


def test_what_a_lost_webhook_would_have_told_comes_with_the_change_feed_in_one_read(stage, person):
    invoice, document = synced(stage)
    gone, gone_document = synced(stage)
    person.change("Invoice", document, CustomerMemo={"value": "by hand"})
    person.delete("Invoice", gone_document)
    person.write("Customer", {"DisplayName": "Nobody told us"})
    stage.simulator.forget_requests()
    with stage.services.database.writing() as session:
        ask_for_changes(session, connections.load(session, stage.connection_id), lane=Lane.MAINTENANCE, feed=True)

    stage.work()

    assert len(stage.simulator.requests()) == 1
    assert link_of(stage, invoice).in_quickbooks is InQuickBooks.CHANGED
    assert link_of(stage, gone).in_quickbooks is InQuickBooks.DELETED
    with stage.services.database.reading() as session:
        assert mirror.find_by_name(session, stage.connection_id, "Customer", "Nobody told us")
        assert numbers.find_by_number(session, stage.connection_id, gone["number"]) == []


def test_a_delivery_with_a_wrong_signature_is_refused_and_nothing_of_it_is_kept(stage):
    raw = json.dumps([{"type": "qbo.customer.created.v1", "intuitaccountid": stage.realm_id}]).encode()

    assert not inbox.receive_qbo(stage.services, raw, {"intuit-signature": "bm8="})
    assert not inbox.receive_qbo(stage.services, raw, {})
    assert received(stage) == []


@pytest.mark.parametrize("raw", [b"no json", b'{"neither": "shape"}', b"7", b"\xff\xfe"])
def test_a_delivery_that_nobody_can_read_is_set_aside_and_what_comes_behind_arrives(stage, person, webhooks, raw):
    assert inbox.receive_qbo(stage.services, raw, {"Intuit-Signature": signed(stage, raw)})
    assert inbox.receive_qbo(stage.services, raw, {"intuit-signature": signed(stage, raw)})

    (dead,) = received(stage)
    assert (dead.state, dead.raw) == (DeliveryState.DEAD, raw)

    person.write("Customer", {"DisplayName": "Behind it"})
    came(stage, "Customer")
    stage.work()
    with stage.services.database.reading() as session:
        assert mirror.find_by_name(session, stage.connection_id, "Customer", "Behind it")


def test_what_quickbooks_will_not_show_is_set_aside_and_the_rest_is_handled(stage, person, webhooks):
    person.write("Vendor", {"DisplayName": "Will not show"})
    person.write("Customer", {"DisplayName": "Shows"})
    came(stage, "Vendor")
    came(stage, "Customer")
    error = {"Message": "m", "Detail": "nobody knows", "code": "9999"}
    body = {"Fault": {"Error": [error], "type": "ValidationFault"}}
    stage.simulator.arm({"match": {"path": "/query"}, "nth": 1, "then": {"status": 400, "body": body}})

    stage.work()

    states = {one.entity: one.state for one in received(stage)}
    assert sorted(states.values()) == [DeliveryState.DEAD, DeliveryState.HANDLED]
    with stage.services.database.reading() as session:
        assert list(deliveries.list_waiting_connections(session)) == []


def test_one_write_without_an_echo_makes_the_channel_unproved_again(stage, webhooks, person):
    person.write("Customer", {"DisplayName": "A sign of life"})
    came(stage, "Customer")
    stage.work()
    stage.simulator.webhooks("")

    stage.sync(stage.source.make()["id"])

    with stage.services.database.reading() as session:
        row = connections.load(session, stage.connection_id)
        assert row.echo_expected_at > row.webhooks_alive_at
        first = row.echo_expected_at
    stage.sync(stage.source.make()["id"])
    with stage.services.database.reading() as session:
        assert connections.load(session, stage.connection_id).echo_expected_at == first


def test_a_merged_customer_does_not_stop_the_next_sync(stage, webhooks, person):
    invoice = stage.source.make_fresh("Merged")
    stage.sync(invoice["id"])
    keep = person.write("Customer", {"DisplayName": "Merged Incorporated"})
    (drop,) = stage.quickbooks("Customer", DisplayName="Merged Inc")
    person.company(merge={"entity": "Customer", "keep": keep["Id"], "drop": drop["Id"]})
    until(lambda: any(one.operation == "merge" for one in received(stage)))
    stage.work()
    stage.source.change(invoice["id"], notes="after the merge")

    operation = stage.sync(invoice["id"])

    assert operation.outcome == "synced", stage.codes(invoice["id"])
    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    assert document["CustomerRef"]["value"] == keep["Id"]
    with stage.services.database.reading() as session:
        assert bindings.list_by_qbo(session, stage.connection_id, qbo_type="Customer", qbo_id=drop["Id"]) == []
