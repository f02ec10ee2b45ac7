"""Tokens, pairings, sources, deliveries, usage, runs, history and processes: the smaller aggregates."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from qbo_connector.store import (
    NotThere,
    activity,
    connections,
    deliveries,
    operations,
    organizations,
    pairings,
    processes,
    runs,
    sources,
    tokens,
    usage,
)
from qbo_connector.store.activity import Activity
from qbo_connector.store.attached import attach, db
from qbo_connector.store.organizations import Organization
from qbo_connector.store.processes import Process
from qbo_connector.store.runs import Run
from qbo_connector.store.states import Channel, DeliveryState, Lane, Outcome, PairingState, ProcessKind, RunState
from qbo_connector.store.tokens import Grant

pytestmark = pytest.mark.postgres

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class TestTokens:
    def test_are_replaced_only_by_who_knows_the_present_version(self, world):
        connection_id = world.connection.id
        first, second = Grant(tokens={"refresh_token": "1"}), Grant(tokens={"refresh_token": "2"})
        with world.database.writing() as session:
            assert tokens.save(session, connection_id, 0, first)
            assert not tokens.save(session, connection_id, 0, second)
            stored = tokens.load(session, connection_id)

        assert (stored.version, stored.grant) == (1, first)

    def test_are_not_there_before_they_are_saved_and_after_a_disconnect(self, world):
        with pytest.raises(NotThere), world.database.reading() as session:
            tokens.load(session, world.connection.id)

    def test_are_refreshed_by_one_holder_at_a_time(self, world):
        connection_id = world.connection.id
        with world.database.writing() as session:
            assert tokens.acquire_refresh(session, connection_id, "w1", 30)
            assert tokens.acquire_refresh(session, connection_id, "w1", 30)
            assert not tokens.acquire_refresh(session, connection_id, "w2", 30)
            tokens.release_refresh(session, connection_id, "w2")
            assert not tokens.acquire_refresh(session, connection_id, "w2", 30)
            tokens.release_refresh(session, connection_id, "w1")
            assert tokens.acquire_refresh(session, connection_id, "w2", 30)

    def test_can_be_refreshed_by_another_when_the_holder_died(self, world):
        with world.database.writing() as session:
            tokens.acquire_refresh(session, world.connection.id, "w1", -1)
            assert tokens.acquire_refresh(session, world.connection.id, "w2", 30)


class TestScopes:
    def test_a_pause_is_noticed_once(self, world):
        with world.database.writing() as session:
            assert sources.pause(session, world.source_account.id, reason="source.auth")
            assert not sources.pause(session, world.source_account.id, reason="source.auth")
            assert sources.list_active(session) == []
            assert sources.resume(session, world.source_account.id)
            assert not sources.resume(session, world.source_account.id)

    def test_a_source_account_remembers_how_far_it_was_read(self, world):
        with world.database.writing() as session:
            sources.move_cursor(session, world.source_account.id, "page 7")
            account = sources.find(session, world.source_account.id, source_key="till")
            assert (account.cursor, account.polled_at is not None) == ("page 7", True)
            assert sources.find(session, world.source_account.id, source_key="other") is None
            assert [row.id for row in sources.list_in(session, world.organization_id)] == [account.id]

    def test_connections_are_listed_with_the_live_ones_first(self, world):
        gone = world.add_connection(company_name="A")
        with world.database.writing() as session:
            connections.disconnect(session, gone.id)
            listed = connections.list_in(session, world.organization_id)
            active = connections.list_active(session)

        assert [row.id for row in listed] == [world.connection.id, gone.id]
        assert [row.id for row in active] == [world.connection.id]

    def test_a_sync_remembers_when_it_was_first_switched_on(self, world):
        pairing_id = world.pairing.id
        with world.database.writing() as session:
            pairings.switch_on(session, pairing_id)
            started = pairings.load(session, pairing_id).started_at
            pairings.switch_off(session, pairing_id)
            assert pairings.list_of_connection(session, world.connection.id) == []
            pairings.switch_on(session, pairing_id)
            pairing = pairings.load_in(session, world.organization_id, pairing_id)
            assert pairings.list_of_source_account(session, world.source_account.id) == [pairing]

        assert (pairing.state, pairing.started_at) == (PairingState.ON, started)

    def test_rules_are_changed_by_who_saw_the_present_ones(self, world):
        with world.database.writing() as session:
            assert pairings.change_rules(session, world.pairing.id, {"tax": "line"}, expected_version=1)
            assert not pairings.change_rules(session, world.pairing.id, {"tax": "none"}, expected_version=1)
        with world.database.reading() as session:
            (pairing,) = pairings.list_in(session, world.organization_id)

        assert (pairing.rules, pairing.rules_version) == ({"tax": "line"}, 2)


class TestDeliveries:
    def receive(self, world, key, **more):
        received = {"channel": Channel.QBO, "dedupe_key": key, "connection_id": world.connection.id, "raw": b"{}"}
        with world.database.writing() as session:
            return deliveries.receive(session, **(received | more))

    def new(self, world):
        with world.database.reading() as session:
            return [row.id for row in deliveries.list_new(session, connection_id=world.connection.id)]

    def test_are_kept_once(self, world):
        first = self.receive(world, "a", headers={"intuit-signature": "x"})

        assert self.receive(world, "a") is None
        assert self.new(world) == [first.id]
        assert (first.raw, first.headers) == (b"{}", {"intuit-signature": "x"})

    def test_are_settled_once(self, world):
        ids = [self.receive(world, key).id for key in "abc"]
        with world.database.writing() as session:
            assert deliveries.mark(session, ids[:2], DeliveryState.HANDLED) == 2
            assert deliveries.mark(session, ids, DeliveryState.DROPPED, note="echo") == 1
            assert deliveries.list_waiting_connections(session) == []

        assert self.new(world) == []

    def test_of_sources_are_listed_apart(self, world):
        self.receive(world, "a")
        theirs = self.receive(
            world, "b", channel=Channel.SOURCE, connection_id=None, source_account_id=world.source_account.id
        )
        with world.database.reading() as session:
            found = deliveries.list_new(session, source_account_id=world.source_account.id)
            assert [row.id for row in found] == [theirs.id]
            assert deliveries.list_waiting_connections(session) == [world.connection.id]

    def test_are_forgotten_when_they_are_old_and_settled(self, world):
        settled = self.receive(world, "a")
        self.receive(world, "b")
        with world.database.writing() as session:
            deliveries.mark(session, [settled.id], DeliveryState.HANDLED)
            assert deliveries.forget_before(session, datetime.now(UTC)) == 1


def test_usage_adds_up_by_day_connection_and_installation(world):
    other = world.add_connection()
    with world.database.writing() as session:
        usage.count(session, world.connection.id, date(2026, 11, 1), requests=2, reads=1)
        usage.count(session, world.connection.id, date(2026, 11, 1), requests=3, writes=3)
        usage.count(session, world.connection.id, date(2026, 12, 1), requests=1, reads=10)
        usage.count(session, other.id, date(2026, 11, 30), requests=5, reads=5)
    november = (date(2026, 11, 1), date(2026, 11, 30))

    with world.database.reading() as session:
        (day,) = usage.list_days(session, world.connection.id, *november)
        assert (day.requests, day.reads, day.writes) == (5, 1, 3)
        assert usage.reads_between(session, *november) == 6
        assert usage.reads_between(session, *november, connection_id=other.id) == 5
        assert usage.reads_between(session, date(2025, 1, 1), date(2025, 1, 2)) == 0


class TestRuns:
    @pytest.fixture
    def run(self, world):
        row = Run(organization_id=world.organization_id, pairing_id=world.pairing.id, kind="sync_now", total=3)
        with world.database.writing() as session:
            return runs.add(session, row)

    def test_count_their_operations(self, world, run):
        for _ in range(3):
            world.ask(world.record(), run_id=run.id)
        for outcome in (Outcome.SYNCED, Outcome.HELD):
            with world.database.writing() as session:
                claimed = operations.claim(session, lanes=Lane, owner="w", lease_s=30)
                operations.finish(session, claimed, outcome)

        with world.database.reading() as session:
            progress = runs.progress(session, run.id)
            assert runs.has_open_operations(session, run.id)
        assert (progress.total, progress.done) == (3, 2)
        assert progress.outcomes == {Outcome.SYNCED: 1, Outcome.HELD: 1}

    def test_who_asks_again_joins_the_one_under_way(self, world, run):
        with world.database.writing() as session:
            assert runs.find_open(session, world.pairing.id, "sync_now").id == run.id
            assert runs.find_open(session, world.pairing.id, "backfill") is None
            assert [row.id for row in runs.list_open(session, world.organization_id)] == [run.id]
            runs.close(session, run.id)
            assert runs.find_open(session, world.pairing.id, "sync_now") is None
            (closed,) = runs.list_in(session, world.organization_id)

        assert (closed.state, closed.done, closed.counts) == (RunState.DONE, 0, {})


def test_the_history_is_paged_from_the_newest(world):
    record = world.record()
    with world.database.writing() as session:
        for number in range(5):
            entry = Activity(
                organization_id=world.organization_id,
                event="record.synced",
                actor="schedule",
                record_id=record.id,
                params={"number": str(number)},
            )
            activity.append(session, entry)

    with world.database.reading() as session:
        first = activity.list_of_record(session, record.id, limit=2)
        second = activity.list_of_record(session, record.id, before=first[-1].id, limit=2)
        whole = activity.list_in(session, world.organization_id)
    assert [row.params["number"] for row in [*first, *second]] == ["4", "3", "2", "1"]
    assert len(whole) == 5


class TestProcesses:
    def enter(self, world, name, **values):
        with world.database.writing() as session:
            processes.enter(session, Process(**{"id": name, "kind": ProcessKind.WORKER} | values))

    def test_say_which_lanes_are_listened_to(self, world):
        self.enter(world, "w1", lanes=["interactive"])
        self.enter(world, "w2", lanes=["interactive", "bulk"])
        self.enter(world, "web", kind=ProcessKind.WEB)

        with world.database.reading() as session:
            assert processes.served_lanes(session, within_s=60) == {Lane.INTERACTIVE, Lane.BULK}
            assert [row.id for row in processes.list_alive(session, within_s=60)] == ["web", "w1", "w2"]
            assert processes.list_silent(session, after_s=60) == []

    def test_that_fall_silent_are_noticed(self, world):
        self.enter(world, "w1")
        with world.database.reading() as session:
            assert [row.id for row in processes.list_silent(session, after_s=0)] == ["w1"]
            assert processes.list_alive(session, within_s=0) == []

    def test_may_come_back_and_go(self, world):
        self.enter(world, "w1")
        self.enter(world, "w1", lanes=["event"])
        with world.database.writing() as session:
            assert processes.beat(session, "w1")
            processes.leave(session, "w1")
            assert not processes.beat(session, "w1")


def test_a_flask_application_shares_the_tables(database_url, vault):
    app = Flask(__name__)
    database = attach(app, database_url, vault)
    with database.writing() as session:
        organizations.add(session, name="Acme")

    with app.app_context():
        found = db.session.scalars(select(Organization)).one()
        assert found.name == "Acme"
        assert db.engine is database.engine
    database.close()


def test_a_forked_child_does_not_use_its_parent_s_connection(database):
    import os  # noqa: PLC0415 - only this test forks

    with database.writing() as session:
        organizations.add(session, name="Acme")
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with database.writing() as session:
                organizations.add(session, name="Child")
            code = 0
        finally:
            os._exit(code)

    assert os.waitpid(child, 0)[1] == 0
    with database.reading() as session:
        assert [row.name for row in organizations.list_all(session)] == ["Acme", "Child"]


def test_moments_around_now_are_the_database_s(world):
    asked = world.ask(due_at=datetime.now(UTC) + timedelta(hours=1))
    with world.database.reading() as session:
        assert operations.oldest_due(session) is None
        assert operations.oldest_due(session, NOW + timedelta(days=36_500)) == asked.due_at
