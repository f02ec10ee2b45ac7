"""When a write without an answer is sent again, when it is waited for, and when it is looked up."""

from datetime import UTC, datetime, timedelta

import pytest

from qbo_connector.store import steps
from qbo_connector.store.states import StepState
from tests.rig.mortal import make_due

LOST_ON_THE_WAY = {"match": {"method": "POST", "path": "/invoice"}, "times": 1, "then": "reset_before_commit"}
LATE = timedelta(minutes=58)
"""Too late to be sent again, too early to be looked up: a repetition just before may still be worked on."""


@pytest.fixture
def unanswered(stage, attempt):
    """An invoice whose bytes left that long ago, and whose answer was lost; nothing arrived."""

    def unanswered(age):
        invoice = stage.source.make()
        stage.ask(invoice["id"])
        stage.simulator.arm(LOST_ON_THE_WAY)
        assert attempt().outcome is None
        record_id = stage.record(invoice["id"]).id
        with stage.services.database.writing() as session:
            (step,) = steps.unsettled(session, record_id)
            step.sent_at = datetime.now(UTC) - age
        hurry(stage)
        stage.simulator.forget_requests()
        return invoice

    return unanswered


def hurry(stage):
    """What waits for its time is due."""
    with stage.services.database.writing() as session:
        make_due(session)


def asked(stage):
    return [(one["method"], one["operation"]) for one in stage.simulator.requests()]


def step_of(stage, invoice):
    record_id = stage.record(invoice["id"]).id
    with stage.services.database.reading() as session:
        return steps.unsettled(session, record_id)


def numbered(stage, invoice):
    return stage.quickbooks("Invoice", DocNumber=invoice["number"])


def test_young_bytes_are_sent_again_under_their_own_id(stage, unanswered, attempt):
    invoice = unanswered(timedelta(minutes=50))
    (sent,) = step_of(stage, invoice)

    attempt()

    assert [one["requestid"] for one in stage.simulator.requests() if one["operation"] == "create"] == [
        sent.requestid
    ]
    assert len(numbered(stage, invoice)) == 1


def test_just_before_the_hour_nothing_is_sent_or_looked_up_until_a_repetition_has_come_to_rest(
    stage, unanswered, attempt
):
    invoice = unanswered(LATE)

    operation = attempt()

    assert asked(stage) == []
    (step,) = step_of(stage, invoice)
    assert step.state is StepState.SENT
    assert operation.due_at >= step.sent_at + timedelta(hours=1)


def test_after_the_hour_it_is_looked_up_and_only_then_sent_as_a_new_series(stage, unanswered, attempt):
    invoice = unanswered(timedelta(minutes=61))
    (sent,) = step_of(stage, invoice)

    attempt()

    (created,) = [one for one in stage.simulator.requests() if one["operation"] == "create"]
    assert created["requestid"] != sent.requestid
    assert asked(stage)[0][1] == "query"
    assert len(numbered(stage, invoice)) == 1
