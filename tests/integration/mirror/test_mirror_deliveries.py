"""Webhook deliveries: told together, read together, and none of them holds up another."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from qbo_connector.jobs.drain import claim
from qbo_connector.store import mirror, numbers
from qbo_connector.store.failures import LeaseLost
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import DeliveryState, InQuickBooks, Lane, OperationState
from qbo_connector.sync.hearing import PATIENCE, hear
from qbo_connector.sync.inbox import GATHERING, ask_for_changes
from qbo_connector.sync.liveness import CHANNEL_LAG, channel_is_alive
from qbo_connector.sync.mirror_loading import load_list

LATER = timedelta(hours=1)
SEVERAL_HUNDRED = 350
REFUSED = {
    "Fault": {"Error": [{"Message": "m", "Detail": "nobody knows", "code": "9999"}], "type": "ValidationFault"}
}


def states(feed):
    return {one.qbo_id: one.state for one in feed.told()}


def synced(stage):
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    stage.simulator.forget_requests()
    return invoice, document


def standing(stage, invoice):
    (link,) = stage.links(invoice["id"])
    return link.in_quickbooks


@pytest.mark.postgres
def test_a_burst_costs_one_read_per_kind(stage, feed, reads):
    customers = [one["Id"] for one in stage.quickbooks("Customer")]
    vendors = [one["Id"] for one in stage.quickbooks("Vendor")][:3]
    stage.simulator.forget_requests()
    after = datetime.now(UTC) + LATER
    for qbo_id in customers:
        feed.tell(("Customer", qbo_id, "updated", after))
    feed.tell(*(("Vendor", qbo_id, "updated", after) for qbo_id in vendors))

    stage.work()

    assert len(customers) > 10
    assert reads() == ["query", "query"]
    assert {one.state for one in feed.told()} == {DeliveryState.HANDLED}
    with stage.services.database.reading() as session:
        assert len(mirror.list_entries(session, stage.connection_id, "Customer")) >= len(customers)


def test_hundreds_of_deliveries_are_one_query_by_their_ids(stage, feed, reads):
    ids = [str(number) for number in range(1, SEVERAL_HUNDRED + 1)]
    feed.tell(*(("Customer", qbo_id, "updated", None) for qbo_id in ids))

    stage.work()

    assert reads() == ["query"]
    assert {one.state for one in feed.told()} == {DeliveryState.HANDLED}


def test_a_sales_receipt_that_is_not_ours_waits_for_the_feed_and_costs_no_read(stage, books, feed, reads):
    receipt = books.receipt("SR-77")
    stage.simulator.forget_requests()
    feed.tell(("SalesReceipt", receipt["Id"], "created", None))

    stage.work()

    assert reads() == []
    assert states(feed) == {receipt["Id"]: DeliveryState.DROPPED}

    feed.ask()
    assert reads() == ["cdc"]
    with stage.services.database.reading() as session:
        (indexed,) = numbers.find_by_number(session, stage.connection_id, "sr-77")
    assert (indexed.type, indexed.qbo_id, indexed.total) == ("SalesReceipt", receipt["Id"], 10)


def test_one_that_quickbooks_refuses_to_show_is_found_and_takes_none_with_it(stage, books, feed, reads):
    made = [books.write("Customer", {"DisplayName": f"Shown {number}"})["Id"] for number in range(4)]
    stage.simulator.forget_requests()
    after = datetime.now(UTC) + LATER
    feed.tell(*(("Customer", qbo_id, "updated", after) for qbo_id in made))
    refused = {"match": {"path": "/query"}, "times": 3, "then": {"status": 400, "body": REFUSED}}
    stage.simulator.arm(refused)

    stage.work()

    found = states(feed)
    assert sorted(found.values()) == [DeliveryState.DEAD, *[DeliveryState.HANDLED] * 3]
    assert len(reads()) == 5, "all, the first half, the first one: refused; the second one and the other half"
    with stage.services.database.reading() as session:
        known = [mirror.find(session, stage.connection_id, "Customer", qbo_id) for qbo_id in made]
    assert [entry is not None for entry in known] == [found[qbo_id] is DeliveryState.HANDLED for qbo_id in made]


def test_entries_that_no_database_could_hold_are_passed_over(stage, feed, reads):
    feed.tell(
        ("Customer", "1\x00", "updated", None),
        ("Customer", "\ud800", "updated", None),
        ("Customer", "1" * 65, "updated", None),
        ("Customer", "1", "updated", datetime.now(UTC) + LATER),
    )

    stage.work()

    assert states(feed) == {"1": DeliveryState.HANDLED}
    assert reads() == ["query"]


def test_kinds_that_are_not_kept_cost_nothing(stage, feed, reads):
    feed.tell(("Estimate", "1", "created", None), ("TimeActivity", "2", "updated", None))

    stage.work()

    assert reads() == []
    assert set(states(feed).values()) == {DeliveryState.DROPPED}
    assert feed.connection.webhooks_alive_at is not None


def test_what_the_feed_brought_before_is_not_read_again(stage, books, feed, reads):
    made = books.write("Customer", {"DisplayName": "Known by the feed"})
    feed.ask()
    stage.simulator.forget_requests()
    feed.tell(("Customer", made["Id"], "created", datetime.fromisoformat(made["MetaData"]["LastUpdatedTime"])))

    stage.work()

    assert reads() == []
    assert states(feed)[made["Id"]] is DeliveryState.DROPPED


def test_a_deletion_needs_no_read_and_a_void_one(stage, books, feed, reads):
    deleted, first = synced(stage)
    voided, second = synced(stage)
    books.delete("Invoice", first)
    books.void("Invoice", second)
    stage.simulator.forget_requests()
    after = datetime.now(UTC) + LATER

    feed.tell(("Invoice", first["Id"], "deleted", after))
    stage.work()
    assert reads() == []
    assert standing(stage, deleted) is InQuickBooks.DELETED

    feed.tell(("Invoice", second["Id"], "voided", after))
    stage.work()
    assert reads() == ["query"]
    assert standing(stage, voided) is InQuickBooks.VOIDED


class TestWhileAWriteIsUnderWay:
    def sent_and_cut(self, stage, feed):
        """An invoice that QuickBooks made, while the connection broke before its answer came."""
        invoice = stage.source.make()
        stage.sync(invoice["id"])
        invoice = stage.source.make()
        stage.simulator.arm({"match": {"path": "/invoice", "method": "POST"}, "then": "reset_after_commit"})
        stage.ask(invoice["id"])
        operation = feed.attempt(Lane.INTERACTIVE)
        assert operation.state is OperationState.WAITING
        (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
        stage.simulator.forget_requests()
        stamp = datetime.fromisoformat(document["MetaData"]["LastUpdatedTime"])
        feed.tell(("Invoice", document["Id"], "created", stamp))
        time.sleep(GATHERING.total_seconds())
        return invoice

    def test_a_delivery_of_its_kind_waits_and_turns_out_to_be_the_echo(self, stage, feed):
        invoice = self.sent_and_cut(stage, feed)

        operation = feed.attempt(Lane.EVENT)

        assert operation.state is OperationState.WAITING
        assert {one.state for one in feed.told()} == {DeliveryState.NEW}
        assert stage.simulator.requests() == []

        stage.work()

        assert [one["operation"] for one in stage.simulator.requests()] == ["create"]
        assert {one.state for one in feed.told()} == {DeliveryState.DROPPED}
        assert standing(stage, invoice) is InQuickBooks.INTACT

    def test_it_waits_two_seconds_and_no_longer(self, stage, feed, reads):
        self.sent_and_cut(stage, feed)
        time.sleep(PATIENCE.total_seconds())

        feed.attempt(Lane.EVENT)

        assert reads() == ["query"]
        assert {one.state for one in feed.told()} == {DeliveryState.HANDLED}

    def test_other_kinds_do_not_wait(self, stage, feed, reads):
        self.sent_and_cut(stage, feed)
        feed.tell(("Vendor", "1", "updated", datetime.now(UTC) + LATER))

        feed.attempt(Lane.EVENT)

        assert reads() == ["query"]
        assert {one.entity: one.state for one in feed.told()} == {
            "Invoice": DeliveryState.NEW,
            "Vendor": DeliveryState.HANDLED,
        }


class TestLiveness:
    def test_a_write_whose_echo_came_even_before_its_answer_leaves_the_channel_alive(self, stage, feed):
        invoice, document = synced(stage)
        feed.tell(("Vendor", "1", "updated", None))
        stage.work()
        stage.source.change(invoice["id"], notes="again")
        stage.sync(invoice["id"])
        (link,) = stage.links(invoice["id"])
        expected = feed.connection.echo_expected_at
        assert expected is not None
        assert expected <= link.synced_at
        feed.tell(("Invoice", document["Id"], "updated", link.qbo_updated_at))
        stage.work()

        assert channel_is_alive(feed.connection, datetime.now(UTC) + LATER)

    def test_a_write_without_an_echo_makes_it_seem_dead_after_a_minute(self, stage, feed):
        feed.tell(("Vendor", "1", "updated", None))
        stage.work()
        synced(stage)

        expected = feed.connection.echo_expected_at
        assert channel_is_alive(feed.connection, expected + CHANNEL_LAG)
        assert not channel_is_alive(feed.connection, expected + CHANNEL_LAG + timedelta(seconds=1))

    def test_any_later_delivery_brings_it_back(self, stage, feed):
        feed.tell(("Vendor", "1", "updated", None))
        stage.work()
        synced(stage)
        feed.tell(("Vendor", "2", "updated", None))
        stage.work()

        assert channel_is_alive(feed.connection, datetime.now(UTC) + LATER)


def test_a_number_that_quickbooks_shares_between_sales_forms_is_refused_by_naming_its_bearer(stage, books):
    stage.simulator.knobs(duplicate_numbers="shared")
    books.receipt("SR-78")
    invoice = stage.source.make(number="SR-78")

    stage.sync(invoice["id"])

    assert stage.codes(invoice["id"]) == ["number.duplicate"]
    assert "by sales receipt SR-78" in stage.sentence(invoice["id"])


class _LateClients:
    """Clients whose answers come after the asking worker's lease has run out."""

    def __init__(self, stage, operation):
        self._stage, self._operation = stage, operation

    def of(self, connection):
        with self._stage.services.database.writing() as session:
            session.execute(
                update(Operation)
                .where(Operation.id == self._operation.id)
                .values(lease_until=datetime.now(UTC) - LATER)
            )
        return self._stage.services.clients.of(connection)


@pytest.mark.parametrize("entity", ["Customer", "Invoice"])
def test_what_a_worker_reads_after_its_lease_ran_out_is_not_kept(stage, feed, books, entity):
    there = books.write("Customer", {"DisplayName": "Late News"})
    if entity == "Invoice":
        there = books.invoice("LATE-1")
    feed.tell((entity, there["Id"], "created", None))
    with stage.services.database.writing() as session:
        ask_for_changes(session, feed.connection_in(session), lane=Lane.MAINTENANCE, feed=True)
    operation = claim(stage.services, Lane.MAINTENANCE)

    with pytest.raises(LeaseLost):
        hear(replace(stage.services, clients=_LateClients(stage, operation)), feed.connection, operation)

    assert states(feed) == {there["Id"]: DeliveryState.NEW}
    with stage.services.database.reading() as session:
        assert mirror.find(session, stage.connection_id, entity, there["Id"]) is None
        assert numbers.find_by_number(session, stage.connection_id, "LATE-1", entity="Invoice") == []


@pytest.mark.parametrize("entity", ["Department", "Preferences"])
def test_a_list_that_a_worker_reads_after_its_lease_ran_out_is_not_kept(stage, feed, books, entity):
    books.write("Department", {"Name": "Late Branch"})
    with stage.services.database.writing() as session:
        ask_for_changes(session, feed.connection_in(session), lane=Lane.MAINTENANCE, feed=True)
    operation = claim(stage.services, Lane.MAINTENANCE)
    before = feed[entity]
    late = replace(stage.services, clients=_LateClients(stage, operation))

    with pytest.raises(LeaseLost):
        load_list(late, feed.connection, entity, operation)

    assert (feed[entity].ran_at, feed[entity].full_at) == (before.ran_at, before.full_at)
    with stage.services.database.reading() as session:
        names = {entry.name for entry in mirror.list_all(session, stage.connection_id, "Department")}
    assert "Late Branch" not in names
