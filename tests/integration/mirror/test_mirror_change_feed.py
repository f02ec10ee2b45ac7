"""The change feed: one read over everything, its place moved by whole answers only, and what happens beyond it."""

from datetime import timedelta

import pytest

from qbo_connector.mapping.listing import LISTS
from qbo_connector.store import mirror, numbers
from qbo_connector.store.states import FeedState, InQuickBooks, Lane
from qbo_connector.sync.document_news import take_standing
from qbo_connector.sync.feed_schedule import BUSY, FED, OVERLAP
from qbo_connector.sync.inbox import ask_for_changes
from qbo_connector.sync.mirror_writing import feed_name

INDEX = "Invoice numbers"
TOO_MANY = 1005
HOUR_S = 3600


def customers(stage, name):
    with stage.services.database.reading() as session:
        return [one.qbo_id for one in mirror.find_by_name(session, stage.connection_id, "Customer", name)]


def is_indexed(stage, number):
    with stage.services.database.reading() as session:
        return bool(numbers.find_by_number(session, stage.connection_id, number))


def synced(stage):
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    return invoice, document


def standing(stage, invoice):
    (link,) = stage.links(invoice["id"])
    return link.in_quickbooks


def cursors(feed):
    return {name: feed[feed_name(name)].cursor for name in FED}


def test_it_looks_back_behind_its_last_answer(stage, feed):
    before = min(cursors(feed).values())

    feed.ask()

    (asked,) = stage.simulator.requests()
    assert asked["operation"] == "cdc"
    assert asked["query"]["changedSince"] == (before - OVERLAP).replace(microsecond=0).isoformat()


def test_what_was_changed_during_the_last_answer_comes_with_the_next(stage, books, feed):
    made = books.write("Customer", {"DisplayName": "Slipped through"})
    feed.ask()
    with stage.services.database.writing() as session:
        mirror.forget(session, stage.connection_id, "Customer", made["Id"])

    feed.ask()

    assert customers(stage, "Slipped through") == [made["Id"]]


def test_its_place_stays_when_the_answer_fails_and_moves_with_a_whole_one(stage, books, feed):
    before = cursors(feed)
    books.write("Customer", {"DisplayName": "Comes later"})
    stage.simulator.arm({"match": {"path": "/cdc"}, "then": "http_503_html"})
    with stage.services.database.writing() as session:
        ask_for_changes(session, feed.connection_in(session), lane=Lane.MAINTENANCE, feed=True)

    feed.attempt(Lane.MAINTENANCE)

    assert cursors(feed) == before
    assert customers(stage, "Comes later") == []

    stage.work()

    assert all(after > before[name] for name, after in cursors(feed).items())
    assert len(set(cursors(feed).values())) == 1
    assert len(customers(stage, "Comes later")) == 1


@pytest.mark.postgres
def test_voids_and_deletions_are_marked_on_the_links(stage, books, feed, reads):
    voided, first = synced(stage)
    deleted, second = synced(stage)
    books.void("Invoice", first)
    books.delete("Invoice", second)
    stage.simulator.forget_requests()

    feed.ask()

    assert reads() == ["cdc"]
    assert standing(stage, voided) is InQuickBooks.VOIDED
    assert standing(stage, deleted) is InQuickBooks.DELETED
    assert is_indexed(stage, voided["number"])
    assert not is_indexed(stage, deleted["number"])


class TestTooManyChanges:
    def test_of_a_list_are_read_by_query_and_counted_while_the_rest_comes_by_the_feed(
        self, stage, books, feed, reads
    ):
        invoice, document = synced(stage)
        books.delete("Invoice", document)
        books.write("Vendor", {"DisplayName": "A quiet vendor"})
        before = cursors(feed)
        books.many_customers(TOO_MANY)

        feed.ask()

        assert reads() == ["cdc", "cdc", "query", "query", "query"]
        assert all(after > before[name] for name, after in cursors(feed).items())
        assert all(customers(stage, f"Of many {number}") for number in (0, 500, TOO_MANY - 1))
        assert standing(stage, invoice) is InQuickBooks.DELETED
        with stage.services.database.reading() as session:
            assert mirror.find_by_name(session, stage.connection_id, "Vendor", "A quiet vendor")

    def test_that_hid_a_deletion_lead_to_a_full_compare(self, stage, books, feed, reads):
        invoice, document = synced(stage)
        stage.simulator.clock(advance_s=HOUR_S)
        books.delete("Invoice", document)
        books.many_invoices(TOO_MANY)

        feed.ask()

        asked = reads()
        assert asked == ["cdc"] * 3 + ["query"] * 5, "two pages of changes, a count, two pages of everything"
        assert standing(stage, invoice) is InQuickBooks.DELETED
        assert not is_indexed(stage, invoice["number"])
        assert is_indexed(stage, "M-0")
        assert is_indexed(stage, f"M-{TOO_MANY - 1}")

    def test_that_are_split_over_two_lists_are_asked_for_one_by_one(self, stage, books, feed, reads):
        books.many_customers(600)
        books.many("Vendor", [{"DisplayName": f"Vendor of many {number}"} for number in range(600)])

        feed.ask()

        assert reads() == ["cdc", "cdc", "cdc"]
        assert customers(stage, "Of many 599")
        with stage.services.database.reading() as session:
            assert mirror.find_by_name(session, stage.connection_id, "Vendor", "Vendor of many 599")


class TestAfterALongGap:
    def test_everything_is_compared_and_what_vanished_goes(self, stage, books, feed, reads):
        kept, _ = synced(stage)
        invoice, document = synced(stage)
        stage.simulator.clock(advance_s=HOUR_S)
        keep = books.write("Customer", {"DisplayName": "Stays"})
        drop = books.write("Customer", {"DisplayName": "Goes"})
        feed.ask()
        books.merge("Customer", keep=keep["Id"], drop=drop["Id"])
        books.delete("Invoice", document)
        books.write("Customer", {"DisplayName": "Came meanwhile"})
        feed.set_back(timedelta(days=30))
        stage.simulator.forget_requests()

        feed.ask()

        asked = reads()
        assert "cdc" not in asked
        assert asked.count("query") == len(FED) + 1, "every list and the index, and tax codes by their age"
        assert (customers(stage, "Goes"), customers(stage, "Stays")) == ([], [keep["Id"]])
        assert customers(stage, "Came meanwhile")
        assert standing(stage, invoice) is InQuickBooks.DELETED
        assert standing(stage, kept) is InQuickBooks.INTACT
        assert not is_indexed(stage, invoice["number"])

        feed.ask()
        assert reads() == ["cdc"]

    def test_29_days_are_no_gap(self, stage, feed, reads):
        feed.set_back(timedelta(days=28, hours=23), *(feed_name(name) for name in FED))

        feed.ask()

        assert reads() == ["cdc"]

    def test_the_next_sync_reads_the_lists_first(self, stage, feed):
        feed.set_back(timedelta(days=30))
        invoice = stage.source.make()

        operation = stage.sync(invoice["id"])

        assert operation.outcome == "synced"
        asked = [one["operation"] for one in stage.simulator.requests()]
        first_write = next(place for place, name in enumerate(asked) if name in {"create", "update"})
        assert asked[:first_write].count("query") >= len(LISTS)


def test_what_the_feed_does_not_tell_of_is_read_once_a_day(stage, feed, reads):
    feed.set_back(timedelta(hours=23), "TaxCode", "Preferences", "CompanyInfo")
    feed.ask()
    assert reads() == ["cdc"]

    feed.set_back(timedelta(hours=1), "TaxCode", "Preferences", "CompanyInfo")
    feed.ask()
    assert sorted(reads()) == ["cdc", "query", "read", "read"]

    feed.ask()
    assert reads() == ["cdc"]


def test_an_index_under_way_is_not_asked_about_before_it_is_whole(stage, books, feed):
    feed.forget(INDEX)

    feed.ask()

    assert feed[INDEX].state is FeedState.NONE


def test_an_older_answer_that_comes_late_changes_nothing(stage, books, feed):
    invoice, document = synced(stage)
    stage.source.change(invoice["id"], notes="second version")
    stage.sync(invoice["id"])
    with stage.services.database.writing() as session:
        take_standing(session, feed.connection_in(session), "Invoice", [document])

    (link,) = stage.links(invoice["id"])
    assert (link.in_quickbooks, link.sync_token) == (InQuickBooks.INTACT, "1")


@pytest.mark.parametrize("minutes", [0, 90])
def test_a_change_that_no_webhook_told_of_speaks_against_the_channel(stage, books, feed, minutes):
    feed.tell(("Vendor", "999999", "updated", None))
    stage.work()
    alive_at = feed.connection.webhooks_alive_at
    stage.simulator.clock(advance_s=5)
    books.write("Customer", {"DisplayName": "Nobody told us"})
    stage.simulator.clock(advance_s=60 * minutes)

    feed.ask()

    expected = feed.connection.echo_expected_at
    assert bool(expected and expected > alive_at) is bool(minutes)


class TestTheDailyCompare:
    def test_finds_what_a_merge_swallowed_and_no_feed_tells_of(self, stage, books, feed, reads):
        keep = books.write("Customer", {"DisplayName": "Stays"})
        drop = books.write("Customer", {"DisplayName": "Swallowed"})
        stage.simulator.clock(advance_s=HOUR_S)
        feed.ask()
        books.merge("Customer", keep=keep["Id"], drop=drop["Id"])
        stage.simulator.clock(advance_s=HOUR_S)
        feed.ask()
        assert customers(stage, "Swallowed") == [drop["Id"]], "the feed says nothing of it"
        feed.age_compare(timedelta(hours=24), *BUSY)
        stage.simulator.forget_requests()

        feed.ask()

        assert reads() == ["cdc", "query", "query", "query", "query", "query"], "four counts and one list"
        assert customers(stage, "Swallowed") == []
        assert customers(stage, "Stays") == [keep["Id"]]

    def test_of_what_agrees_costs_one_read_a_kind_and_is_done_for_a_day(self, stage, feed, reads):
        feed.age_compare(timedelta(hours=24), *BUSY)
        feed.ask()
        assert reads() == ["cdc", "query", "query", "query", "query"]

        feed.ask()
        assert reads() == ["cdc"]
