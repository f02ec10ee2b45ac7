"""Where something travels from QuickBooks to a source, people wait: then a dead webhook channel is made up for."""

from datetime import timedelta

import pytest

from qbo_connector.jobs.scheduler import ask_feeds
from qbo_connector.store import connections, operations
from qbo_connector.sync import pairings
from qbo_connector.sync.inbound import brings_anything
from tests.integration.mirror.conftest import Feed
from tests.rig.neutral import set_up


@pytest.fixture
def source(settings, simulator, tmp_path):
    with set_up(settings, simulator, tmp_path) as stage:
        yield stage


def brings(source):
    with source.services.database.reading() as session:
        company = connections.load(session, source.connection_id)
        return brings_anything(source.services, session, company)


def asked(source):
    ask_feeds(source.services)
    with source.services.database.reading() as session:
        return [one.intent for one in operations.list_open_of_connection(session, source.connection_id)]


def test_documents_or_payments_that_come_in_bring_something_and_a_sync_that_is_off_does_not(source):
    source.rules(direction="out", payments_in="no")
    assert not brings(source)

    source.rules(direction="out", payments_in="yes")
    assert brings(source)
    source.rules(direction="both", payments_in="no")
    assert brings(source)

    pairings.turn_off(source.services, source.pairing_id)
    assert not brings(source)


def test_the_feed_is_asked_every_five_minutes_where_somebody_waits_and_no_webhook_comes(source):
    feed = Feed(source)
    source.rules(direction="both", payments_in="no")
    feed.set_back(timedelta(minutes=6))
    assert asked(source) == ["changes"]

    source.work()
    assert asked(source) == []


def test_the_feed_is_asked_hourly_where_nobody_waits_or_the_webhooks_come(source):
    feed = Feed(source)
    source.rules(direction="out", payments_in="no")
    feed.set_back(timedelta(minutes=6))
    assert asked(source) == []

    source.rules(direction="both", payments_in="no")
    feed.tell(("Vendor", "999999", "updated", None))
    source.work()
    assert asked(source) == []
