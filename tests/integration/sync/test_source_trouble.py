"""A source that does not answer as it should: said in words, tried again where time helps, never half done."""

import pytest

from qbo_connector.errors import SourceCredentialsRejected, SourceRecordGone
from qbo_connector.policy.catalogue import Role
from qbo_connector.store import findings, operations, records, sources
from qbo_connector.store.states import FindingScope
from qbo_connector.sync import accounts, asks
from qbo_connector.sync.fixes import apply_fix
from tests.rig.stage import SOURCE


def account_findings(stage):
    with stage.services.database.reading() as session:
        return list(findings.list_open(session, FindingScope.SOURCE_ACCOUNT, stage.account_id))


def account_state(stage):
    with stage.services.database.reading() as session:
        return sources.load(session, stage.account_id).state


@pytest.mark.requirement("T-18")
@pytest.mark.parametrize(
    ("failure", "code"),
    [
        ({"then": "status", "status": 500}, "source.unavailable"),
        ({"then": "status", "status": 503, "retry_after": 1}, "source.unavailable"),
        ({"then": "status", "status": 429, "retry_after": 1}, "source.throttled"),
    ],
)
def test_a_passing_disturbance_is_said_and_mends_by_itself(stage, attempt, nothing_half_written, failure, code):
    invoice = stage.source.make()
    stage.ask(invoice["id"])
    stage.source.fail(failure)

    waiting = attempt()

    assert (waiting.state, waiting.phase) == ("waiting", code)
    assert stage.codes(invoice["id"]) == [code]
    assert stage.record(invoice["id"]).state == "syncing"
    assert invoice["number"] in stage.sentence(invoice["id"])
    nothing_half_written(invoice)

    stage.work()

    assert stage.operation(waiting.id).outcome == "synced"
    assert stage.codes(invoice["id"]) == []
    assert len(stage.quickbooks("Invoice", DocNumber=invoice["number"])) == 1


def test_a_source_that_stays_away_is_asked_ever_more_rarely_and_a_click_asks_at_once(stage, attempt):
    invoice = stage.source.make()
    operation_id = stage.ask(invoice["id"])
    stage.source.fail({"then": "status", "status": 500, "times": 1})
    first = attempt()
    stage.source.fail({"then": "status", "status": 500, "times": 1})
    pause = (first.due_at - first.started_at).total_seconds()
    with pytest.raises(AssertionError, match="nothing was due"):
        attempt()

    stage.source.fail()
    assert stage.ask(invoice["id"]) == operation_id
    ended = attempt()

    assert 0.5 < pause < 10
    assert ended.outcome == "synced"


@pytest.mark.parametrize("then", ["garbage", "shape"])
def test_garbage_is_not_guessed_at_and_the_sentence_names_the_field(stage, attempt, nothing_half_written, then):
    invoice = stage.source.make()
    stage.ask(invoice["id"])
    stage.source.fail({"then": then})

    ended = attempt()

    assert (ended.state, ended.outcome) == ("done", "failed")
    assert stage.codes(invoice["id"]) == ["source.field_malformed"]
    assert "the answer" in stage.sentence(invoice["id"])
    assert stage.record(invoice["id"]).state == "failing"
    nothing_half_written(invoice)

    apply_fix(stage.services, stage.target(invoice["id"]), "retry", asked_by="test", role=Role.END_USER)
    stage.work()

    assert stage.record(invoice["id"]).state == "synced"
    assert stage.codes(invoice["id"]) == []


@pytest.mark.requirement("T-5")
@pytest.mark.parametrize("status", [401, 403])
def test_rejected_credentials_pause_the_account_once_and_new_ones_take_up_what_waited(stage, attempt, status):
    first, second = stage.source.make(), stage.source.make()
    stage.ask(first["id"])
    waiting_id = stage.ask(second["id"])
    stage.source.fail({"then": "status", "status": status})

    paused = attempt()
    stage.work()

    assert paused.state == "waiting"
    assert account_state(stage) == "paused"
    (finding,) = account_findings(stage)
    assert (finding.code, finding.count) == ("source.auth", 1)
    assert stage.record(first["id"]).state == "waiting"
    assert stage.operation(waiting_id).attempts == 0
    assert stage.writes() == []

    accounts.save_account(
        stage.services, stage.organization_id, SOURCE, "Shop", stage.source_settings, account_id=stage.account_id
    )
    stage.work()

    assert account_findings(stage) == []
    assert [stage.record(one["id"]).state for one in (first, second)] == ["synced", "synced"]


def test_credentials_that_do_not_work_are_not_saved(stage):
    wrong = {**stage.source_settings, "api_key": "not-the-key"}

    with pytest.raises(SourceCredentialsRejected):
        accounts.save_account(
            stage.services, stage.organization_id, SOURCE, "Shop", wrong, account_id=stage.account_id
        )

    with stage.services.database.reading() as session:
        assert sources.load(session, stage.account_id).settings == stage.source_settings


def test_an_invoice_that_nobody_knows_leaves_no_trace(stage):
    with pytest.raises(SourceRecordGone):
        stage.ask("inv_of_nobody")

    with stage.services.database.reading() as session:
        assert records.find(session, stage.pairing_id, kind="invoice", external_id="inv_of_nobody") is None


def test_an_invoice_deleted_before_its_turn_is_excluded_with_the_reason(stage, attempt, nothing_half_written):
    invoice = stage.source.make()
    stage.ask(invoice["id"])
    stage.source._call("DELETE", f"invoices/{invoice['id']}", {})

    ended = attempt()

    assert ended.outcome == "excluded"
    assert stage.codes(invoice["id"]) == ["source.record_gone"]
    nothing_half_written(invoice)


def test_an_invoice_deleted_after_its_sync_is_held_and_stays_in_quickbooks(stage):
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    stage.source._call("DELETE", f"invoices/{invoice['id']}", {})
    stage.simulator.forget_requests()

    operation = stage.sync(invoice["id"])

    assert operation.outcome == "held"
    assert stage.codes(invoice["id"])[0] == "source.deleted_after_sync"
    assert stage.writes() == []
    assert len(stage.quickbooks("Invoice", DocNumber=invoice["number"])) == 1


@pytest.mark.requirement("T-19")
def test_a_source_that_cannot_be_told_leaves_the_record_synced_and_hears_it_later(stage):
    invoice = stage.source.make()
    stage.ask(invoice["id"])
    stage.source.fail({"then": "status", "status": 500, "path": "sync-status"})

    stage.work()

    assert stage.record(invoice["id"]).state == "synced"
    assert stage.source.look(invoice["id"])["sync_status"]["state"] == "synced"
    assert stage.codes(invoice["id"]) == []


def test_a_spent_patience_ends_in_one_sentence_and_a_person_may_begin_anew(stage, attempt):
    invoice = stage.source.make()
    operation_id = stage.ask(invoice["id"])
    with stage.services.database.writing() as session:
        operations.load(session, operation_id).attempts = 30
    stage.source.fail({"then": "status", "status": 500})

    ended = attempt()

    assert ended.outcome == "failed"
    assert stage.codes(invoice["id"]) == ["qbo.retries_spent"]
    assert asks.retry(stage.services, stage.organization_id, stage.record(invoice["id"]).id, asked_by="test")
    stage.work()
    assert stage.record(invoice["id"]).state == "synced"
