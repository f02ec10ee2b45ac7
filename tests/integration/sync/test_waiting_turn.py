"""A press while the record's earlier operation is still at work in another lane is heard when that one ends."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import monotonic, sleep

import pytest

from qbo_connector.jobs.drain import carry_out, claim, drain_lane
from qbo_connector.store import operations
from qbo_connector.store.states import Intent, Lane

SLOW = {"then": "slow", "path": "sync-status", "seconds": 2, "times": 1}
PATIENCE_S = 10


class Chimes:
    """A bell that keeps what was rung."""

    def __init__(self):
        self.rung = []

    def ring(self, lane):
        self.rung.append(lane)


@pytest.fixture
def heard(stage):
    """The same installation, with a bell one can listen to."""
    return replace(stage.services, bell=Chimes())


def test_the_end_of_a_write_back_rings_for_the_press_that_waited_behind_it(stage, heard):
    invoice = stage.source.make()
    stage.ask(invoice["id"])
    drain_lane(stage.services, Lane.INTERACTIVE)
    stage.source.fail(SLOW)

    with ThreadPoolExecutor(1) as another_worker:
        write_back = another_worker.submit(drain_lane, heard, Lane.EVENT)
        wait_until_somebody_holds_the_write_back(stage)
        stage.ask(invoice["id"])
        assert claim(stage.services, Lane.INTERACTIVE) is None, "the write-back is still at work"
        assert heard.bell.rung == []
        write_back.result(timeout=PATIENCE_S)

    assert heard.bell.rung.count(Lane.INTERACTIVE) == 1
    operation = claim(stage.services, Lane.INTERACTIVE)
    carry_out(stage.services, operation)
    assert stage.operation(operation.id).outcome == "unchanged"


def wait_until_somebody_holds_the_write_back(stage):
    until = monotonic() + PATIENCE_S
    while monotonic() < until:
        with stage.services.database.reading() as session:
            open_ones = operations.list_open_of_connection(session, stage.connection_id)
        if any(one.intent is Intent.WRITE_BACK and one.lease_owner for one in open_ones):
            return
        sleep(0.02)
    raise AssertionError("nobody took the write-back")
