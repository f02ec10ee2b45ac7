"""The first load: lists in order, then every document number, newest first, in pages and turns."""

import time
from datetime import timedelta

import pytest

from qbo_connector.plan.known import Free, Taken
from qbo_connector.plan.push import Intent
from qbo_connector.store import connections, leases, mirror, numbers
from qbo_connector.store.states import FeedState, Lane, OperationState, Outcome
from qbo_connector.sync import reader
from qbo_connector.sync.asking import think
from qbo_connector.sync.company import find_company
from qbo_connector.sync.inbox import GATHERING
from qbo_connector.sync.mirror_loading import PAGES_A_TURN, ask_for_missing
from qbo_connector.sync.mirror_writing import NUMBERED, feed_name
from qbo_connector.sync.situation import load_situation
from qbo_connector.sync.source import read_document
from tests.rig.stage import set_up

INDEX = "Invoice numbers"
A_PAGE = 1000
MORE_THAN_A_PAGE = 1005


def known_numbers(stage):
    with stage.services.database.reading() as session:
        query = numbers.select(numbers.DocumentNumber.number)
        return set(session.scalars(query))


def forget_index(stage, feed):
    """As it was before the first load."""
    feed.forget(INDEX)
    with stage.services.database.writing() as session:
        session.execute(numbers.delete(numbers.DocumentNumber))


def number_in_plan(stage, invoice):
    """What a plan is told about the invoice's number."""
    record = stage.record(invoice["id"])
    with stage.services.database.reading() as session:
        situation = load_situation(stage.services, session, record.id)
    return think(stage.services, situation, read_document(stage.services, situation), Intent()).known.number


def test_every_list_is_read_once_and_every_invoice_is_indexed(stage, feed):
    assert {feed[name].state for name in ("Customer", "Item", "TaxCode", "Preferences", INDEX)} == {
        FeedState.LOADED
    }
    assert {one["DocNumber"] for one in stage.quickbooks("Invoice")} <= known_numbers(stage)


def test_parties_and_items_come_before_everything_else_but_the_settings(stage, feed, reads):
    names = ("CompanyInfo", "Preferences", "Customer", "Vendor", "Employee", "Item", "Account")
    for name in names:
        feed.forget(name)
    feed.load()
    stage.work()

    began = {name: feed[name].ran_at for name in names}

    assert sorted(began, key=began.get) == list(names)
    assert reads()[:7] == ["read", "read", *["query"] * 5]


def test_a_list_in_several_pages_is_whole_and_counted(stage, books, feed, reads):
    books.many_customers(MORE_THAN_A_PAGE)
    feed.forget("Customer")

    feed.load()
    feed.attempt(Lane.MAINTENANCE)

    assert reads() == ["query", "query", "query"], "two pages, and a count"
    with stage.services.database.reading() as session:
        assert len(mirror.list_all(session, stage.connection_id, "Customer")) > MORE_THAN_A_PAGE


@pytest.mark.postgres
def test_a_load_that_was_killed_goes_on_with_the_next_page_and_says_so_meanwhile(stage, books, feed, reads):
    oldest = min(stage.quickbooks("Invoice"), key=lambda one: one["MetaData"]["LastUpdatedTime"])
    invoice = stage.source.make(number="NOBODY-HAS-IT")
    stage.ask(invoice["id"])
    books.many_invoices(MORE_THAN_A_PAGE)
    forget_index(stage, feed)
    stage.simulator.arm({"match": {"path": "/query"}, "nth": 2, "then": "http_500"})
    feed.load()

    operation = feed.attempt(Lane.MAINTENANCE)

    assert operation.state is OperationState.WAITING
    assert (feed[INDEX].state, feed[INDEX].full_at) == (FeedState.LOADING, None)
    assert feed[INDEX].position > 0
    known = known_numbers(stage)
    assert len(known) == A_PAGE
    assert f"M-{MORE_THAN_A_PAGE - 1}" in known
    assert oldest["DocNumber"] not in known
    assert number_in_plan(stage, invoice) == Free(complete=False)
    assert reads() == ["query", "query"]

    stage.work(Lane.MAINTENANCE)

    assert feed[INDEX].state is FeedState.LOADED
    assert known_numbers(stage) >= {f"M-{number}" for number in range(MORE_THAN_A_PAGE)}
    assert oldest["DocNumber"] in known_numbers(stage)
    assert number_in_plan(stage, invoice) == Free(complete=True)
    assert reads()[:3] == ["query", "query", "cdc"], "the page that was missing, a count, and what came meanwhile"


def test_a_long_index_is_read_in_turns_so_that_others_may_read_between(stage, books, feed, reads):
    books.many_invoices(PAGES_A_TURN * A_PAGE + 100)
    forget_index(stage, feed)
    feed.load()

    operation = feed.attempt(Lane.MAINTENANCE)

    assert operation.state is OperationState.WAITING
    assert operation.attempts == 0
    assert len(reads()) == PAGES_A_TURN
    with stage.services.database.reading() as session:
        assert list(leases.list_held(session, stage.connection_id)) == []

    operation = feed.attempt(Lane.MAINTENANCE)

    assert operation.outcome is Outcome.SYNCED
    assert feed[INDEX].state is FeedState.LOADED
    assert reads() == ["query", "query"], "the last page, and a count"


def test_a_number_in_a_half_loaded_index_is_taken_all_the_same(stage, books, feed):
    books.invoice("TAKEN-1")
    feed.ask()
    feed.forget(INDEX)
    invoice = stage.source.make(number="TAKEN-1")
    stage.ask(invoice["id"])

    assert isinstance(number_in_plan(stage, invoice), Taken)


def test_documents_that_change_while_pages_are_read_are_left_to_the_feed_and_none_is_missed(stage, books, feed):
    books.many_invoices(MORE_THAN_A_PAGE)
    forget_index(stage, feed)
    stage.simulator.arm({"match": {"path": "/query"}, "nth": 2, "then": "http_500"})
    feed.load()
    feed.attempt(Lane.MAINTENANCE)
    books.invoice("MADE-MEANWHILE")
    (first,) = stage.quickbooks("Invoice", DocNumber="M-0")
    books.write("Invoice", {**first, "PrivateNote": "touched meanwhile", "sparse": True})

    stage.work(Lane.MAINTENANCE)
    feed.ask()

    assert known_numbers(stage) >= {"MADE-MEANWHILE", *(f"M-{number}" for number in range(MORE_THAN_A_PAGE))}


def test_what_is_loaded_is_not_loaded_again_and_the_feed_is_asked_what_was_missed(stage, feed, reads):
    operation_id = feed.load()

    stage.work()

    assert stage.operation(operation_id).outcome is Outcome.SYNCED
    assert reads() == ["cdc"]


@pytest.mark.parametrize("what", ["load", "webhook"])
def test_a_company_has_one_reader(stage, feed, reads, what):
    other = stage.ask(stage.source.make()["id"])
    with stage.services.database.writing() as session:
        held = leases.take_all(
            session, stage.connection_id, [reader.READER], operation_id=other, fence=7, lease_s=30
        )
    assert held
    if what == "load":
        feed.forget("Item")
        feed.load()
    else:
        feed.tell(("Customer", "1", "updated", None))
        time.sleep(GATHERING.total_seconds())
    lane = Lane.MAINTENANCE if what == "load" else Lane.EVENT

    operation = feed.attempt(lane)

    assert operation.state is OperationState.WAITING
    assert operation.attempts == 0
    assert reads() == []
    with stage.services.database.writing() as session:
        leases.release(session, stage.connection_id, operation_id=other, fence=7)
    stage.work(lane)
    assert stage.operation(operation.id).outcome is Outcome.SYNCED


def company_as_known(stage):
    with stage.services.database.reading() as session:
        return find_company(session, connections.load(session, stage.connection_id))


def test_a_company_with_several_currencies_has_them_read_and_one_with_one_has_not(stage, books, feed, reads):
    assert company_as_known(stage).currencies == frozenset()
    assert feed["CompanyCurrency"].state is FeedState.NONE
    (preferences,) = stage.quickbooks("Preferences")
    books.write(
        "Preferences",
        {**preferences, "CurrencyPrefs": {**preferences["CurrencyPrefs"], "MultiCurrencyEnabled": True}},
    )
    stage.simulator.forget_requests()
    feed.forget("Preferences")

    feed.load()
    stage.work()

    assert reads() == ["read", "query"]
    assert company_as_known(stage).currencies == {"CAD", "EUR", "GBP"}

    feed.set_back(timedelta(hours=24), "CompanyCurrency")
    feed.ask()
    assert reads() == ["query", "cdc"], "not in the change feed, so read once a day"


def test_outside_the_us_tax_rates_are_read_as_well(make_settings, simulator):
    simulator.reset(region="GB")
    with set_up(make_settings(), simulator) as british, british.services.database.reading() as session:
        rates = {
            entry.name: entry.data["RateValue"]
            for entry in mirror.list_all(session, british.connection_id, "TaxRate")
        }

    assert rates["20.0% S"] in {"20", 20}


def test_every_numbered_document_is_indexed_with_its_party(stage, feed):
    bill, receipt = stage.quickbooks("Bill")[0], stage.quickbooks("SalesReceipt")[0]
    with stage.services.database.reading() as session:
        found = numbers.find(session, stage.connection_id, "Bill", bill["Id"])
        (sold,) = numbers.find_by_number(session, stage.connection_id, receipt["DocNumber"], entity="SalesReceipt")

    assert {feed[feed_name(entity)].state for entity in NUMBERED} == {FeedState.LOADED}
    assert (found.party_qbo_id, found.party_name) == (bill["VendorRef"]["value"], bill["VendorRef"]["name"])
    assert sold.qbo_id == receipt["Id"]


def test_an_index_that_no_load_has_brought_is_asked_for_again_until_it_is_there(stage, feed, reads):
    feed.forget("Bill numbers")

    ask_for_missing(stage.services)
    ask_for_missing(stage.services)
    stage.work()

    assert feed["Bill numbers"].state is FeedState.LOADED
    assert reads() == ["query", "cdc"]

    ask_for_missing(stage.services)
    stage.work()
    assert reads() == []
