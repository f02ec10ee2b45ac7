"""Whoever reads a company into the mirror is the only one: a page that checks again, a push that learns."""

import pytest

from qbo_connector.errors import RecordBusy
from qbo_connector.store import leases, operations
from qbo_connector.store.states import Lane, OperationState, Outcome
from qbo_connector.sync import preflight
from qbo_connector.sync.reader import READER
from qbo_connector.sync.reading_now import read_for_somebody

CLOSED = {
    "Fault": {
        "Error": [{"Message": "Account Period Closed", "Detail": "closed", "code": "6210"}],
        "type": "ValidationFault",
    }
}


@pytest.fixture
def somebody_reads(stage, feed):
    """Another worker holds the lease until it is told to let go."""
    other = feed.load()
    with stage.services.database.writing() as session:
        assert leases.take_all(session, stage.connection_id, [READER], operation_id=other, fence=7, lease_s=60)

    def let_go():
        with stage.services.database.writing() as session:
            leases.release(session, stage.connection_id, operation_id=other, fence=7)

    yield let_go
    let_go()


def ended(stage):
    with stage.services.database.reading() as session:
        rows = session.scalars(operations.looking.select(operations.Operation).order_by(operations.Operation.id))
        return [(row.asked_by, row.outcome) for row in rows if row.asked_by == "page"]


def test_a_page_that_checks_again_reads_once_and_leaves_evidence(stage, reads):
    preflight.preflight(stage.services, stage.pairing_id, fresh=True)

    assert reads() == ["read", "read", "query"]
    assert ended(stage) == [("page", Outcome.SYNCED)]
    with stage.services.database.reading() as session:
        assert list(leases.list_held(session, stage.connection_id)) == []


def test_a_page_that_checks_again_does_not_read_beside_another_reader(stage, somebody_reads, feed, reads):
    with pytest.raises(RecordBusy):
        read_for_somebody(stage.services, feed.connection, ["Preferences"], patience_s=0.2)

    assert reads() == []
    assert ended(stage) == [("page", Outcome.FAILED)]
    somebody_reads()
    preflight.preflight(stage.services, stage.pairing_id, fresh=True)
    assert reads() == ["read", "read", "query"]


def test_a_push_that_learns_that_the_books_were_closed_waits_for_the_other_reader(stage, somebody_reads, feed):
    operation_id = stage.ask(stage.source.make()["id"])
    stage.simulator.arm({"match": {"path": "/invoice"}, "then": {"status": 400, "body": CLOSED}})

    operation = feed.attempt(Lane.INTERACTIVE)

    assert (operation.id, operation.state, operation.attempts) == (operation_id, OperationState.WAITING, 0)
    assert all(one["operation"] != "read" for one in stage.simulator.requests())

    somebody_reads()
    stage.work(Lane.INTERACTIVE)

    assert stage.operation(operation_id).outcome is Outcome.SYNCED
