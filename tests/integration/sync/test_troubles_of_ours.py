"""Troubles that are not the document's: work that hangs, a source that cannot be told, reads that are used up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from qbo_connector.jobs import scheduler
from qbo_connector.jobs.drain import carry_out, claim
from qbo_connector.policy.catalogue import Role
from qbo_connector.qbo.environment import environment
from qbo_connector.store import findings, operations, processes
from qbo_connector.store.processes import Process
from qbo_connector.store.states import FindingScope, Lane, ProcessKind
from qbo_connector.sync import asks, look
from qbo_connector.sync.alarms import alarms, end_spent_budget
from qbo_connector.sync.client_pool import ClientPool
from qbo_connector.sync.fixes import apply_fix
from qbo_connector.sync.work import settle_unexpected

FAILS = {"then": "status", "status": 500, "path": "sync-status"}


def alarm_codes(stage):
    with stage.services.database.reading() as session:
        return [str(one.code) for one in alarms(session, stage.services.settings)]


def hold(stage, invoice, **changes):
    """A worker has it and says no more."""
    operation_id = stage.ask(invoice["id"])
    operation = claim(stage.services, Lane.INTERACTIVE)
    assert operation.id == operation_id
    with stage.services.database.writing() as session:
        row = operations.load(session, operation_id)
        for name, value in changes.items():
            setattr(row, name, value)
    return operation_id


@pytest.mark.requirement("T-22")
@pytest.mark.parametrize("how", ["died again and again", "holds on for hours"])
def test_work_that_hangs_is_told_and_an_operator_releases_it(stage, how):
    invoice = stage.source.make()
    now = datetime.now(UTC)
    died = {"attempts": 3, "lease_until": now - timedelta(minutes=1)}
    endless = {"started_at": now - timedelta(hours=2), "lease_until": now + timedelta(hours=1)}
    operation_id = hold(stage, invoice, **(died if how.startswith("died") else endless))

    duties = {duty.name: duty for duty in scheduler.duties_of(stage.services.settings)}
    duties["stuck"].do(stage.services)
    duties["stuck"].do(stage.services)

    assert stage.codes(invoice["id"]) == ["internal.stuck"]
    view = look.record_view(stage.services, stage.target(invoice["id"]), role=Role.OPERATOR)
    (release,) = [fix for fix in view.finding.fixes if fix.action == "release_lock"]
    assert release.allowed
    assert release.preset["operation"] == str(operation_id)
    with pytest.raises(asks.Refused):
        press(stage, invoice, "release_lock", Role.ADMIN)

    press(stage, invoice, "release_lock", Role.OPERATOR)

    assert stage.record(invoice["id"]).state == "synced"
    assert stage.codes(invoice["id"]) == []
    assert len(stage.quickbooks("Invoice", DocNumber=invoice["number"])) == 1


def press(stage, invoice, action, role):
    apply_fix(stage.services, stage.target(invoice["id"]), action, {}, asked_by="test", role=role)
    stage.work()


def test_work_that_goes_on_is_not_taken_for_stuck(stage):
    invoice = stage.source.make()
    hold(stage, invoice)
    scheduler.notice_stuck(stage.services)

    assert stage.codes(invoice["id"]) == []


@pytest.mark.requirement("T-19")
def test_a_source_that_cannot_be_told_is_named_beside_the_synced_record_until_it_can(stage):
    invoice = stage.source.make()
    stage.ask(invoice["id"])
    carry_out(stage.services, claim(stage.services, Lane.INTERACTIVE))
    stage.source.fail(FAILS)
    carry_out(stage.services, claim(stage.services, Lane.EVENT))

    assert stage.record(invoice["id"]).state == "synced"
    assert stage.codes(invoice["id"]) == ["source.write_back_failed"]

    stage.source.fail()
    stage.work()
    assert stage.codes(invoice["id"]) == []


def test_what_nobody_foresaw_is_told_as_ours_and_tried_again_thrice(stage):
    invoice = stage.source.make()
    stage.ask(invoice["id"])
    operation = claim(stage.services, Lane.INTERACTIVE)

    settle_unexpected(stage.services, operation, "ZeroDivisionError in somewhere")

    assert stage.codes(invoice["id"]) == ["internal.error"]
    assert "our side" in stage.sentence(invoice["id"])
    assert stage.record(invoice["id"]).state == "syncing"
    stage.work()
    assert stage.record(invoice["id"]).state == "synced"


@pytest.mark.requirement("T-19")
def test_a_sync_that_runs_for_long_says_so(stage):
    operation_id = hold(stage, stage.source.make())
    later = replace(stage.services, clock=lambda: datetime.now(UTC) + timedelta(seconds=31))

    slow = asks.operation_view(later, stage.organization_id, operation_id)
    usual = asks.operation_view(stage.services, stage.organization_id, operation_id)

    sentence = stage.services.catalogue.fill("sync.slow", {"document": "invoice"}).sentence
    words = sentence.removeprefix("Invoice ")
    assert words.startswith("is taking longer")
    assert words in slow.phase
    assert words not in usual.phase


def with_reads(stage, budget):
    services = stage.services
    clients = ClientPool(
        database=services.database,
        environment=environment(services.settings.environment),
        oauth=services.oauth,
        limits=None,
        clock=services.clock,
        reads_per_month=budget,
    )
    settings = services.settings.model_copy(update={"reads_per_month": budget})
    return replace(stage, services=replace(services, clients=clients, settings=settings))


@pytest.mark.requirement("B-15")
def test_reads_that_are_used_up_stop_only_what_must_read_and_the_next_month_goes_on(stage, person):
    known, unknown = stage.source.make(), stage.source.make_fresh("Unread")
    stage.sync(known["id"])
    person.write("Vendor", {"DisplayName": "Unread Inc"})
    poor = with_reads(stage, 1)

    assert poor.sync(unknown["id"]).phase == "limit.read_budget_spent"
    stage.source.change(known["id"], notes="changed since")
    assert poor.sync(known["id"]).outcome == "synced", "sending needs no reads"
    assert installation_codes(stage) == ["limit.read_budget_spent"]
    end_spent_budget(poor.services)
    assert installation_codes(stage) == ["limit.read_budget_spent"]

    end_spent_budget(stage.services)
    assert installation_codes(stage) == []


def installation_codes(stage):
    with stage.services.database.reading() as session:
        return [row.code for row in findings.list_open(session, FindingScope.INSTALLATION)]


@pytest.mark.requirement("T-22", "B-13")
def test_nobody_at_work_and_nobody_who_schedules_are_told_above_every_page(stage):
    stage.ask(stage.source.make()["id"])
    assert alarm_codes(stage) == []

    with stage.services.database.writing() as session:
        long_ago = datetime.now(UTC) - timedelta(hours=1)
        for operation in operations.list_open_of_connection(session, stage.connection_id):
            operation.due_at = long_ago
        web = Process(id="web:1", kind=ProcessKind.WEB, started_at=long_ago)
        processes.enter(session, web)
    assert alarm_codes(stage) == ["installation.no_worker", "installation.scheduler_off"]

    with stage.services.database.writing() as session:
        worker = Process(id="w:1", kind=ProcessKind.WORKER, lanes=[str(lane) for lane in Lane])
        processes.enter(session, worker)
        processes.enter(session, Process(id="s:1", kind=ProcessKind.SCHEDULER))
    assert alarm_codes(stage) == []
