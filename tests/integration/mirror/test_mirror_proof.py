"""When the mirror may say that something does not exist: by its feed, or by a webhook channel that is alive."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet

from qbo_connector.store import Vault, connections, deliveries, mirror, open_database, organizations
from qbo_connector.store.connections import Connection
from qbo_connector.store.mirror import MirrorFeed
from qbo_connector.store.states import Channel, FeedState
from qbo_connector.sync.answering import FEED_LAG, proves_absence
from qbo_connector.sync.liveness import CHANNEL_LAG

ASKED = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def proved(database_url):
    """Whether an absence is proved for what was asked at noon, given how things stand."""
    with closing(open_database(database_url, Vault([Fernet.generate_key().decode()]))) as database:

        def ask(*, ran=None, state=FeedState.LOADED, alive=None, expected=None, waiting=None):
            with database.writing() as session:
                home = organizations.add(session, name="Acme").id
                one = connections.add(
                    session,
                    Connection(
                        organization_id=home,
                        realm_id="1",
                        environment="sandbox",
                        webhooks_alive_at=alive,
                        echo_expected_at=expected,
                    ),
                )
                if ran:
                    feed = MirrorFeed(connection_id=one.id, type="Customer", state=state, ran_at=ran)
                    mirror.save_feed(session, feed)
                if waiting:
                    told = deliveries.receive(
                        session, channel=Channel.QBO, dedupe_key=f"d{one.id}", connection_id=one.id
                    )
                    told.received_at = waiting
                session.flush()
                return proves_absence(session, one, "Customer", asked_at=ASKED)

        yield ask


def test_a_list_that_was_never_read_whole_proves_nothing(proved):
    assert not proved()
    assert not proved(ran=ASKED + MINUTE, state=FeedState.LOADING, alive=ASKED)


def test_a_feed_that_ran_after_the_question_proves_it_whatever_the_channel(proved):
    assert proved(ran=ASKED)
    assert proved(ran=ASKED + SECOND, alive=ASKED - MINUTE, expected=ASKED - 2 * CHANNEL_LAG)


def test_a_feed_that_ran_before_proves_nothing_without_a_webhook_channel(proved):
    assert not proved(ran=ASKED - SECOND)


def test_a_live_channel_proves_it_while_the_feed_is_not_two_hours_old(proved):
    assert proved(ran=ASKED - FEED_LAG, alive=ASKED - MINUTE)
    assert not proved(ran=ASKED - FEED_LAG - SECOND, alive=ASKED - MINUTE)


def test_a_channel_with_an_overdue_echo_proves_nothing(proved):
    quiet = ASKED - 10 * MINUTE

    assert proved(ran=ASKED - MINUTE, alive=quiet, expected=ASKED - CHANNEL_LAG)
    assert not proved(ran=ASKED - MINUTE, alive=quiet, expected=ASKED - CHANNEL_LAG - SECOND)


def test_a_channel_more_than_a_minute_behind_proves_nothing(proved):
    assert proved(ran=ASKED - MINUTE, alive=ASKED, waiting=ASKED - CHANNEL_LAG)
    assert not proved(ran=ASKED - MINUTE, alive=ASKED, waiting=ASKED - CHANNEL_LAG - SECOND)
