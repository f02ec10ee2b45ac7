"""When the mirror is read again, and when a webhook channel is believed to work."""

from datetime import UTC, datetime, timedelta

import pytest

from qbo_connector.jobs.drain import claim
from qbo_connector.jobs.scheduler import ask_feeds
from qbo_connector.store import operations
from qbo_connector.store.connections import Connection
from qbo_connector.store.mirror import MirrorFeed
from qbo_connector.store.states import FeedState, Lane
from qbo_connector.sync.feed_schedule import BUSY, FED, UNTOLD, aged, feed_interval, is_due, lost_touch, to_compare
from qbo_connector.sync.liveness import channel_is_alive
from qbo_connector.sync.mirror_writing import feed_name

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def minutes(count):
    return timedelta(minutes=count)


def feeds(*, ran=timedelta(0), known_to=None, state=FeedState.LOADED, names=(*FED, *UNTOLD)):
    return {
        feed_name(name): MirrorFeed(
            connection_id=1,
            type=feed_name(name),
            state=state,
            ran_at=NOW - ran,
            cursor=NOW - (ran if known_to is None else known_to),
        )
        for name in names
    }


@pytest.mark.parametrize(
    ("alive", "inbound", "scarce", "every"),
    [
        (True, True, False, minutes(60)),
        (True, False, False, minutes(60)),
        (False, False, False, minutes(60)),
        (False, True, False, minutes(5)),
        (False, True, True, minutes(60)),
        (False, False, True, minutes(360)),
        (True, True, True, minutes(360)),
    ],
)
def test_the_feed_is_asked_often_only_where_somebody_waits_and_no_webhook_comes(alive, inbound, scarce, every):
    assert feed_interval(alive=alive, inbound=inbound, scarce=scarce) == every


class TestDue:
    def test_when_the_interval_is_over(self):
        assert not is_due(feeds(ran=minutes(59)), NOW, HOUR)
        assert is_due(feeds(ran=minutes(60)), NOW, HOUR)

    def test_by_what_the_feed_tells_of_and_not_by_what_is_read_once_a_day(self):
        known = feeds(ran=minutes(1)) | feeds(ran=minutes(90), names=UNTOLD)

        assert not is_due(known, NOW, HOUR)

    def test_when_something_outlived_its_day(self):
        known = feeds(ran=minutes(1)) | feeds(ran=timedelta(hours=24), names=("TaxCode",))

        assert aged(known, NOW) == ("TaxCode",)
        assert is_due(known, NOW, HOUR)

    def test_never_for_what_is_not_loaded(self):
        assert not is_due({}, NOW, HOUR)
        assert not is_due(feeds(ran=timedelta(days=40), state=FeedState.LOADING), NOW, HOUR)


def test_the_feed_can_tell_of_29_days_and_no_more():
    known = feeds(known_to=timedelta(days=29)) | feeds(known_to=timedelta(days=29, seconds=1), names=("Item",))

    assert lost_touch(known, NOW) == ("Item",)


@pytest.mark.parametrize(
    ("age", "scarce", "due"),
    [
        (timedelta(hours=23), False, set()),
        (timedelta(hours=24), False, set(BUSY)),
        (timedelta(hours=24), True, set()),
        (timedelta(days=7), False, set(FED)),
        (timedelta(days=7), True, set(FED)),
    ],
)
def test_busy_kinds_are_counted_daily_and_all_others_weekly_as_reads_allow(age, scarce, due):
    known = feeds()
    for row in known.values():
        row.full_at = NOW - age

    assert set(to_compare(known, NOW, scarce=scarce)) == due


class TestChannel:
    def told(self, *, alive=None, expected=None):
        return Connection(
            organization_id=1,
            realm_id="1",
            environment="production",
            webhooks_alive_at=None if alive is None else NOW - alive,
            echo_expected_at=None if expected is None else NOW - expected,
        )

    def test_that_never_told_anything_proves_nothing(self):
        assert not channel_is_alive(self.told(), NOW)

    def test_lives_while_no_echo_is_overdue(self):
        assert channel_is_alive(self.told(alive=minutes(500)), NOW)
        assert channel_is_alive(self.told(alive=minutes(5), expected=timedelta(seconds=60)), NOW)
        assert channel_is_alive(self.told(alive=minutes(5), expected=minutes(6)), NOW)

    def test_is_dead_when_an_echo_is_more_than_a_minute_late(self):
        assert not channel_is_alive(self.told(alive=minutes(5), expected=timedelta(seconds=61)), NOW)


def changes_asked(stage):
    with stage.services.database.reading() as session:
        return [one.intent for one in operations.list_open_of_connection(session, stage.connection_id)]


def test_the_scheduler_asks_once_an_hour(stage, feed):
    feed.ask()
    ask_feeds(stage.services)
    assert changes_asked(stage) == []

    feed.set_back(minutes(55))
    ask_feeds(stage.services)
    assert changes_asked(stage) == []

    feed.set_back(minutes(6))
    ask_feeds(stage.services)
    ask_feeds(stage.services)
    assert changes_asked(stage) == ["changes"]

    stage.work()
    ask_feeds(stage.services)
    assert changes_asked(stage) == []


def test_a_question_under_way_is_not_asked_a_second_time(stage, feed):
    feed.set_back(minutes(61))
    ask_feeds(stage.services)
    running = claim(stage.services, Lane.MAINTENANCE)

    ask_feeds(stage.services)

    assert running.intent == "changes"
    assert changes_asked(stage) == ["changes"]
