"""Many workers at once, workers that fall asleep, workers that are killed: each thing once, nothing lost."""

import os
import signal
import sys
import time
from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
import redis
from rq import Queue

from qbo_connector.assembly import connect_redis
from qbo_connector.jobs import scheduler
from qbo_connector.jobs.bell import RedisBell
from qbo_connector.jobs.drain import drain_lane
from qbo_connector.store import operations, records
from qbo_connector.store.states import Lane, OperationState
from tests.rig.processes import worker_of, worker_pids
from tests.rig.stopping import Points, Stopped, StoppingClients, StoppingDatabase

WORKERS = 16
MOST_POINTS = 200
PATIENCE_S = 60.0
RESUMED_S = 3.0
RESUMED_ALONE_S = 45.0


def worker(stage, name, **parts):
    return replace(stage.services, owner=f"worker:{name}", **parts)


def work_together(stage, count=WORKERS):
    """So many workers, until nothing is open any more."""

    def work(name):
        services = worker(stage, name)
        while time.monotonic() < end and open_pushes(stage):
            drain_lane(services, Lane.INTERACTIVE)

    end = time.monotonic() + PATIENCE_S
    threads = [Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def open_pushes(stage):
    with stage.services.database.reading() as session:
        found = operations.list_open_of_connection(session, stage.connection_id)
    return [one for one in found if one.lane == Lane.INTERACTIVE]


def until(true, seconds=PATIENCE_S):
    """How long it took, in seconds."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it did not happen"
        time.sleep(0.02)
    return time.monotonic() - began


def is_done(stage, operation_id):
    return stage.operation(operation_id).state is OperationState.DONE


def same_buyer_and_product(stage, name, count=WORKERS):
    first = stage.source.make_fresh(name)
    about = {"customer_id": first["customer"]["id"]}
    lines = [{"product_id": first["items"][0]["product_id"], "quantity": "1"}]
    return [first, *(stage.source.make(lines=lines, **about) for _ in range(count - 1))]


class Interrupting:
    """Clients whose n-th write of an invoice is followed by something, before its answer is given."""

    def __init__(self, clients, then):
        self._clients, self._then = clients, then

    def of(self, connection):
        return _Interrupting(self._clients.of(connection), self)

    def after_write(self, request):
        if request.entity == "invoice" and self._then:
            then, self._then = self._then, None
            then()


class _Interrupting:
    def __init__(self, client, owner):
        self._client, self._owner = client, owner

    def write(self, request, **more):
        answer = self._client.write(request, **more)
        self._owner.after_write(request)
        return answer

    def __getattr__(self, name):
        return getattr(self._client, name)


@pytest.mark.postgres
def test_sixteen_invoices_of_one_new_customer_and_product_make_each_once(stage):
    invoices = same_buyer_and_product(stage, "Rush")
    for invoice in invoices:
        stage.ask(invoice["id"])

    work_together(stage)

    states = {stage.record(one["id"]).state for one in invoices}
    assert states == {"synced"}, [stage.codes(one["id"]) for one in invoices]
    assert len(stage.quickbooks("Customer", DisplayName="Rush Inc")) == 1
    assert len(stage.quickbooks("Item", Name="Rush Lamp")) == 1
    for invoice in invoices:
        assert len(stage.quickbooks("Invoice", DocNumber=invoice["number"])) == 1
        assert len(stage.links(invoice["id"])) == 1


def test_buyers_with_one_address_and_two_names_become_one_customer(stage):
    invoices = []
    for name in ("Mail", "Mailing"):
        customer = stage.source._call("POST", "customers", {"name": f"{name} Co", "email": "same@mail.example"})
        invoices += [stage.source.make(customer_id=customer["id"]) for _ in range(4)]
    for invoice in invoices:
        stage.ask(invoice["id"])

    work_together(stage, 8)

    assert {stage.record(one["id"]).state for one in invoices} == {"synced"}
    made = stage.quickbooks("Customer", PrimaryEmailAddr="same@mail.example")
    assert len(made) == 1, [one["DisplayName"] for one in made]


@pytest.mark.requirement("T-22")
def test_two_workers_at_one_record_write_it_once(stage):
    invoice = stage.source.make()
    stage.ask(invoice["id"])
    stage.simulator.arm({"match": {"method": "POST", "path": "/invoice"}, "times": None, "after_s": 0.5})
    stage.simulator.forget_requests()

    work_together(stage, 2)

    assert stage.writes() == ["create invoice"]
    assert len(stage.links(invoice["id"])) == 1


@pytest.mark.requirement("T-22")
def test_a_worker_that_wakes_up_after_another_took_over_writes_nothing(stage):
    invoice = stage.source.make()
    operation_id = stage.ask(invoice["id"])

    def another_takes_over():
        with stage.services.database.writing() as session:
            operations.break_lease(session, stage.organization_id, operation_id)
        drain_lane(worker(stage, "second"), Lane.INTERACTIVE)
        seen.append(state())

    def state():
        (link,) = stage.links(invoice["id"])
        operation, record = stage.operation(operation_id), stage.record(invoice["id"])
        return link.id, link.sync_token, operation.version, operation.finished_at, record.last_activity_at

    seen = []
    sleeper = worker(stage, "sleeper", clients=Interrupting(stage.services.clients, another_takes_over))
    drain_lane(sleeper, Lane.INTERACTIVE)

    assert seen == [state()]
    assert stage.operation(operation_id).outcome == "synced"
    assert len(stage.quickbooks("Invoice", DocNumber=invoice["number"])) == 1


@pytest.mark.requirement("T-18")
def test_five_clicks_while_it_runs_are_one_more_run_which_writes_only_what_changed(stage):
    invoice = stage.source.make()
    operation_id = stage.ask(invoice["id"])
    stage.simulator.forget_requests()

    def five_clicks():
        assert {stage.ask(invoice["id"]) for _ in range(5)} == {operation_id}

    drain_lane(worker(stage, "one", clients=Interrupting(stage.services.clients, five_clicks)), Lane.INTERACTIVE)

    operation = stage.operation(operation_id)
    assert (operation.state, operation.outcome) == ("done", "unchanged")
    assert (operation.wanted, operation.finished_wanted) == (6, 6)
    assert operation.fence == 2
    assert stage.writes() == ["create invoice"]


def test_a_press_that_is_repeated_with_its_key_is_one_press(stage):
    invoice = stage.source.make()

    first = stage.ask(invoice["id"], idempotency_key="press-1")
    stage.work()
    again = stage.ask(invoice["id"], idempotency_key="press-1")

    assert first == again
    assert stage.operation(first).wanted == 1


def test_work_planned_by_a_dead_worker_does_not_stand_in_the_way_of_the_next(stage):
    """Requestids of steps that never left are spent: another operation about the same product gets its own."""
    first, second = same_buyer_and_product(stage, "Left", 2)
    stage.ask(first["id"])
    stage.simulator.arm({"match": {"method": "POST", "path": "/customer"}, "times": 1, "then": "throttle"})
    drain_lane(worker(stage, "first"), Lane.INTERACTIVE)
    assert stage.codes(first["id"]) == ["limit.throttled"]

    assert stage.sync(second["id"]).outcome == "synced", stage.codes(second["id"])
    assert stage.sync(first["id"]).outcome == "synced", stage.codes(first["id"])

    assert len(stage.quickbooks("Item", Name="Left Lamp")) == 1


def test_work_whose_doorbell_was_lost_with_all_of_redis_is_found_by_the_sweep(stage, settings, tmp_path):
    invoice = stage.source.make()
    bell = RedisBell(connect_redis(settings))
    rung = replace(stage.services, bell=bell)
    operation_id = stage.ask(invoice["id"])
    bell.ring(Lane.INTERACTIVE)
    with redis.Redis.from_url(settings.redis_url) as client:
        client.flushall()
        scheduler.sweep(rung)
        assert Queue("interactive", connection=client).count == 1
        client.flushall()
    with worker_of(settings, tmp_path):
        scheduler.sweep(rung)
        until(lambda: is_done(stage, operation_id))

    assert stage.operation(operation_id).outcome == "synced"


@pytest.mark.requirement("T-22")
def test_a_worker_killed_between_sending_and_binding_is_replaced_and_one_invoice_stands(
    stage, settings, tmp_path, capsys
):
    invoice = stage.source.make()
    with worker_of(settings, tmp_path):
        killed, operation_id = kill_while_sending(stage, settings, invoice)
        took = until(lambda: is_done(stage, operation_id))
        assert killed not in worker_pids(settings)

    with capsys.disabled():
        sys.stdout.write(f"\nresumed {took:.2f} s after SIGKILL, its parent alive\n")
    stands_once(stage, invoice, operation_id)
    assert took < RESUMED_S


@pytest.mark.requirement("T-22")
def test_a_machine_that_dies_with_its_worker_is_taken_over_when_the_lease_ends(stage, settings, tmp_path, capsys):
    invoice = stage.source.make()
    with worker_of(settings, tmp_path) as machine:
        _, operation_id = kill_while_sending(stage, settings, invoice, also=machine.pid)
    began = time.monotonic()
    with worker_of(settings, tmp_path):
        rung = replace(stage.services, bell=RedisBell(connect_redis(settings)))
        until(lambda: scheduler.sweep(rung) or is_done(stage, operation_id))
    took = time.monotonic() - began

    with capsys.disabled():
        sys.stdout.write(f"\nresumed {took:.2f} s after the machine died, lease {settings.lease_s} s\n")
    stands_once(stage, invoice, operation_id)
    assert took < RESUMED_ALONE_S


def kill_while_sending(stage, settings, invoice, also=None):
    """Kill the worker when QuickBooks has committed and not answered; its process id, and the operation."""
    stage.simulator.arm({"match": {"method": "POST", "path": "/invoice"}, "times": 1, "then": "hang_after_commit"})
    operation_id = stage.ask(invoice["id"])
    RedisBell(connect_redis(settings)).ring(Lane.INTERACTIVE)
    until(lambda: stage.simulator.faults()["faults"][0]["fired"] == 1)
    (pid,) = worker_pids(settings)
    if also:
        os.kill(also, signal.SIGKILL)
    os.kill(pid, signal.SIGKILL)
    return pid, operation_id


def stands_once(stage, invoice, operation_id):
    assert stage.operation(operation_id).outcome == "synced"
    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    (link,) = stage.links(invoice["id"])
    assert link.qbo_id == document["Id"]
    with stage.services.database.reading() as session:
        assert records.load(session, link.record_id).state == "synced"


@pytest.mark.requirement("T-22")
def test_whatever_a_dead_worker_left_another_invoice_of_the_same_customer_goes_through(stage):
    stage.source._call("POST", "limit", {"per_minute": 0})
    for stop_at in range(1, MOST_POINTS, 3):
        first, second = same_buyer_and_product(stage, f"Behind{stop_at}", 2)
        operation_id = stage.ask(first["id"])
        died = die_while_working(stage, stop_at)
        postpone(stage, operation_id)

        assert stage.sync(second["id"]).outcome == "synced", (stop_at, stage.codes(second["id"]))
        stage.sync(first["id"])

        assert stage.record(first["id"]).state == "synced", (stop_at, stage.codes(first["id"]))
        assert len(stage.quickbooks("Customer", DisplayName=f"Behind{stop_at} Inc")) == 1, stop_at
        assert len(stage.quickbooks("Item", Name=f"Behind{stop_at} Lamp")) == 1, stop_at
        for invoice in (first, second):
            assert len(stage.quickbooks("Invoice", DocNumber=invoice["number"])) == 1, stop_at
        if not died:
            break
    assert not died


def die_while_working(stage, stop_at):
    points = Points()
    points.stop_at = stop_at
    dying = worker(
        stage,
        f"dying:{stop_at}",
        database=StoppingDatabase(stage.services.database, points),
        clients=StoppingClients(stage.services.clients, points),
    )
    try:
        drain_lane(dying, Lane.INTERACTIVE)
    except Stopped:
        with stage.services.database.writing() as session:
            operations.release_owner(session, dying.owner)
        return True
    return False


def postpone(stage, operation_id):
    """Others go first."""
    with stage.services.database.writing() as session:
        operation = operations.load(session, operation_id)
        operation.due_at += timedelta(hours=1)
