"""Metered reads: one budget for the installation, a share for some connections, and how long they last."""

from datetime import date

import pytest

from qbo_connector.errors import ReadBudgetSpent
from qbo_connector.store import usage
from qbo_connector.sync.client_pool import DatabaseMeter
from qbo_connector.sync.read_budget import forecast, read_budget, read_share


@pytest.fixture
def used(stage, feed):
    with stage.services.database.reading() as session:
        today = stage.services.clock().date()
        return usage.reads_between(session, today, today, connection_id=stage.connection_id)


def meter(stage, *, reads_per_month):
    return DatabaseMeter(stage.services.database, reads_per_month=reads_per_month, clock=stage.services.clock)


def test_every_read_was_counted(stage, simulator, used, feed):
    feed.ask()

    with stage.services.database.reading() as session:
        now = stage.services.clock()
        assert read_budget(session, 1000, now).used == used + simulator.counts(stage.realm_id)["coreplus"]


def test_the_last_read_of_the_month_is_allowed_and_no_further_one(stage, used):
    assert meter(stage, reads_per_month=used + 1).allow_read(str(stage.connection_id))
    assert not meter(stage, reads_per_month=used).allow_read(str(stage.connection_id))


def test_a_share_stops_its_connection_and_nothing_is_sent(stage, feed, used):
    client = stage.services.clients.of(feed.connection)
    feed.change_connection(read_share=used + 1)
    stage.simulator.forget_requests()

    client.company_info()
    with pytest.raises(ReadBudgetSpent):
        client.company_info()

    assert len(stage.simulator.requests()) == 1
    with stage.services.database.reading() as session:
        share = read_share(session, feed.connection_in(session), stage.services.clock())
    assert (share.used, share.budget) == (used + 1, used + 1)
    assert share.is_scarce or share.forecast == share.used

    feed.change_connection(read_share=None)
    client.company_info()


@pytest.mark.parametrize(
    ("today", "used", "lately", "expected"),
    [
        (date(2026, 11, 30), 500, 70, 500),
        (date(2026, 11, 20), 500, 70, 600),
        (date(2026, 11, 1), 10, 10, 52),
        (date(2026, 2, 7), 0, 0, 0),
    ],
)
def test_the_forecast_goes_on_as_in_the_last_week(today, used, lately, expected):
    assert forecast(used=used, lately=lately, today=today) == expected
