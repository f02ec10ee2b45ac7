"""Shadow mode: everything is planned and recorded, nothing is sent, and leaving it sends nothing by itself."""

import pytest

from qbo_connector.errors import RecordBusy
from qbo_connector.policy.catalogue import Role
from qbo_connector.store import activity, operations, steps
from qbo_connector.store.states import Intent, Lane
from qbo_connector.sync import asks, fixes, look, shadow_switch
from qbo_connector.sync.shadow_guard import refuse_in_shadow


@pytest.fixture
def switch(stage):
    """Switches shadow mode of the sync or of the company."""

    def switch(what, *, on):
        one = {"pairing": stage.pairing_id, "connection": stage.connection_id}[what]
        act = {"pairing": shadow_switch.switch_pairing, "connection": shadow_switch.switch_connection}[what]
        act(stage.services, stage.organization_id, one, on=on, asked_by="user:1")

    return switch


@pytest.fixture
def history(stage):
    def read():
        with stage.services.database.reading() as session:
            return [entry.event for entry in activity.list_in(session, stage.organization_id)]

    return read


@pytest.mark.postgres
@pytest.mark.parametrize("what", ["pairing", "connection"])
def test_a_sync_in_shadow_is_planned_and_recorded_and_nothing_is_sent(stage, switch, history, what):
    switch(what, on=True)
    invoice = stage.source.make()

    operation = stage.sync(invoice["id"])

    record = stage.record(invoice["id"])
    assert (operation.outcome, record.state) == ("shadowed", "shadowed")
    assert stage.writes() == []
    assert stage.links(invoice["id"]) == []
    assert record.reason_params["decision"] == "create"
    assert record.reason_params["creates"].startswith("customer Acme Retail LLC")
    assert record.reason_params["total"] == f"USD {invoice['total']}"
    assert '"decision":"create"' in (operation.plan or "")
    assert history()[:2] == ["record.shadowed", "shadow.on"]
    assert stage.source.look(invoice["id"]).get("sync") in (None, {})
    with stage.services.database.reading() as session:
        assert list(steps.list_of_operation(session, operation.id)) == []
        assert [one.intent for one in operations.list_of_record(session, record.id)] == [Intent.PUSH]


def test_the_record_says_what_would_be_done(stage, switch):
    switch("pairing", on=True)
    invoice = stage.source.make()
    before = look.record_view(stage.services, stage.target(invoice["id"])).shadow

    stage.sync(invoice["id"])

    after = look.record_view(stage.services, stage.target(invoice["id"])).shadow
    assert before == "Shadow mode is on: a sync is planned and recorded, and nothing is sent."
    assert after.startswith(
        f"Would create the invoice in QuickBooks for USD {invoice['total']}; before it customer"
    )
    assert after.endswith("Nothing was sent: shadow mode is on.")


def test_what_must_be_refused_is_refused_in_shadow_too(stage, switch):
    switch("pairing", on=True)
    invoice = stage.source.make(number="N" * 22)

    operation = stage.sync(invoice["id"])

    assert operation.outcome == "failed"
    assert stage.codes(invoice["id"]) == ["field.too_long"]


def test_leaving_shadow_mode_sends_nothing_until_somebody_asks(stage, switch):
    switch("pairing", on=True)
    invoice = stage.source.make()
    stage.sync(invoice["id"])

    switch("pairing", on=False)
    stage.work()

    assert stage.writes() == []
    with stage.services.database.reading() as session:
        assert shadow_switch.count_waiting(session, stage.pairing_id) == 1
    assert stage.sync(invoice["id"]).outcome == "synced"
    with stage.services.database.reading() as session:
        assert shadow_switch.count_waiting(session, stage.pairing_id) == 0


@pytest.mark.requirement("T-8")
def test_what_waits_of_a_source_on_demand_is_not_sent_in_bulk(stage, switch):
    switch("pairing", on=True)
    stage.sync(stage.source.make()["id"])
    switch("pairing", on=False)

    with pytest.raises(asks.Refused) as refused:
        shadow_switch.sync_waiting(stage.services, stage.organization_id, stage.pairing_id, asked_by="user:1")

    assert refused.value.finding.code == "not_eligible.on_demand_only"


def test_a_change_in_shadow_leaves_the_synced_document_and_its_link_as_they_are(stage, switch):
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    switch("connection", on=True)
    stage.source.change(invoice["id"], notes="Leave at dock C")
    stage.simulator.forget_requests()

    operation = stage.sync(invoice["id"])

    record = stage.record(invoice["id"])
    assert (operation.outcome, record.reason_params["decision"]) == ("shadowed", "update")
    assert record.qbo_id
    assert stage.simulator.requests() == []


def test_what_has_not_changed_is_up_to_date_in_shadow_too(stage, switch):
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    switch("connection", on=True)

    assert stage.sync(invoice["id"]).outcome == "unchanged"
    assert stage.record(invoice["id"]).state == "synced"


def test_undo_waits_outside_the_shadow(stage, switch):
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    switch("pairing", on=True)
    asked = fixes.apply_fix(
        stage.services, stage.target(invoice["id"]), "undo", asked_by="user:1", role=Role.ADMIN
    )

    stage.work()

    assert stage.operation(asked).outcome == "shadowed"
    assert len(stage.quickbooks("Invoice", DocNumber=invoice["number"])) == 1


def test_shadow_mode_that_comes_on_during_a_sync_stops_it_before_the_next_write(stage, switch, attempt):
    invoice = stage.source.make()
    stage.simulator.arm({"match": {"path": "/customer", "method": "POST"}, "then": "http_500"})
    operation_id = stage.ask(invoice["id"])
    attempt()
    stage.simulator.arm()
    switch("pairing", on=True)

    stage.services.database.write(lambda session: _due(session, operation_id))
    stage.work(Lane.INTERACTIVE)

    assert stage.operation(operation_id).outcome == "shadowed"
    assert stage.quickbooks("Customer", DisplayName="Acme Retail LLC") == []


def _due(session, operation_id):
    operations.load(session, operation_id).due_at = operations.load(session, operation_id).asked_at


def test_the_last_look_before_sending_sees_a_switch_that_the_worker_has_not(stage, switch):

    invoice = stage.source.make()
    stage.ask(invoice["id"])
    situation = look.situation_for(stage.services, stage.target(invoice["id"]))
    switch("pairing", on=True)

    with stage.services.database.reading() as session, pytest.raises(RecordBusy):
        refuse_in_shadow(session, situation)
    assert not situation.in_shadow


def test_what_only_reads_goes_on_in_shadow(stage, switch):
    """Reading a list anew writes nothing there, so there is nothing to keep back."""
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    switch("pairing", on=True)
    stage.simulator.forget_requests()

    fixes.apply_fix(
        stage.services,
        stage.target(invoice["id"]),
        "refresh_lists",
        {"list": "items"},
        asked_by="user:1",
        role=Role.ADMIN,
    )
    stage.work()

    assert "query" in [one["operation"] for one in stage.simulator.requests()]
    assert stage.writes() == []
