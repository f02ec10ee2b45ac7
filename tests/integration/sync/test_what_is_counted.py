"""What a company was asked, as it is counted for the month: requests, metered reads, writes."""

from datetime import UTC, datetime

import pytest

from qbo_connector.errors import ConnectorError
from qbo_connector.qbo.batch import BatchItem, BatchRequest
from qbo_connector.store import connections, usage

SERVER_ERROR = {"match": {"method": "GET"}, "then": {"status": 500, "body": "<html>Oops</html>"}}


@pytest.fixture
def client(stage):
    with stage.services.database.reading() as session:
        return stage.services.clients.of(connections.load(session, stage.connection_id))


@pytest.fixture
def counted(stage):
    """How much the day's figures rise while a block is at work: requests, reads, writes."""
    before = _figures(stage)
    return lambda: tuple(now - then for now, then in zip(_figures(stage), before, strict=True))


def _figures(stage):
    today = datetime.now(UTC).date()
    with stage.services.database.reading() as session:
        (day,) = usage.list_days(session, stage.connection_id, today, today)
    return day.requests, day.reads, day.writes


def test_a_good_read_is_metered(client, counted):
    client.query("SELECT * FROM Customer MAXRESULTS 1")

    assert counted() == (1, 1, 0)


def test_a_read_that_fails_is_a_request_and_nothing_else(client, counted, stage):
    stage.simulator.arm(SERVER_ERROR)

    with pytest.raises(ConnectorError):
        client.read("customer", "1")

    requests, reads, writes = counted()
    assert requests >= 1
    assert (reads, writes) == (0, 0)


def test_reads_in_a_batch_are_metered_one_by_one_and_write_nothing(client, counted):
    items = [BatchItem(bid=bid, operation="query", query="SELECT * FROM Item") for bid in ("1", "2")]

    client.batch(BatchRequest.of("b1", items))

    assert counted() == (1, 2, 0)


def test_a_push_counts_what_quickbooks_counts(counted, stage):
    stage.sync(stage.source.make()["id"])

    theirs = stage.simulator.counts(stage.realm_id)
    assert counted() == (theirs["requests"], theirs["coreplus"], theirs["writes"])
    assert theirs["writes"] > 0
