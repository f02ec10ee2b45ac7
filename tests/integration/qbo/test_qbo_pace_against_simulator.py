"""Intuit's limits in force, our counts in a real Valkey: we are never throttled, and give way to other traffic.

Minutes pass in no time: the simulator's clock and ours are moved together.
"""

import threading
import time
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import redis
import requests
from redis.backoff import NoBackoff
from redis.retry import Retry

from qbo_connector.errors import LocallyThrottled, QboThrottled
from qbo_connector.qbo.batch import BatchItem, BatchRequest
from qbo_connector.qbo.clock import utc_now
from qbo_connector.qbo.limits import Limits
from qbo_connector.qbo.limits_local import LocalLimitStore
from qbo_connector.qbo.limits_redis import RedisLimitStore
from qbo_connector.simulator import Simulator, SimulatorOptions
from tests.integration.qbo.play import invoice, playing

MINUTES = 3
PATIENCE_S = 10.0


class SharedTime:
    """Real time plus what both sides were moved on by."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        return utc_now() + self._ahead

    def forward(self, seconds: float) -> None:
        self._ahead += timedelta(seconds=seconds)
        self._simulator.world.clock.advance(seconds)


@pytest.fixture
def limited():
    with Simulator(SimulatorOptions(port=0, seed="sandbox", limits="on")) as simulator:
        yield simulator


@pytest.fixture
def shared(limited: Simulator):
    return SharedTime(limited)


@pytest.fixture
def limits(valkey: str, shared: SharedTime):
    """The brake of one more process; all of them count in the same Valkey."""
    with ExitStack() as stack:

        def make() -> Limits:
            client = stack.enter_context(
                redis.Redis.from_url(valkey, socket_timeout=5.0, retry=Retry(NoBackoff(), 0))
            )
            alone = LocalLimitStore(clock=shared)
            return Limits(store=RedisLimitStore(client, clock=shared), alone=alone, clock=shared)

        yield make


@pytest.fixture
def play(limited: Simulator, limits, tmp_path: Path):
    with playing(limited, tmp_path, limits(), patience_s=PATIENCE_S) as play:
        yield play


@pytest.fixture
def four_clients(limited: Simulator, limits, tmp_path: Path):
    """As in four processes: each with its own connections and its own brake."""
    with ExitStack() as stack:
        folders = [tmp_path / str(number) for number in range(4)]
        for folder in folders:
            folder.mkdir()
        yield [
            stack.enter_context(playing(limited, folder, limits(), patience_s=PATIENCE_S)).client
            for folder in folders
        ]


def test_four_clients_that_send_as_fast_as_they_may_are_never_throttled(play, four_clients):
    until = time.monotonic() + 3
    done, throttled = [], []

    def work(number: int) -> None:
        while time.monotonic() < until:
            try:
                four_clients[number].write(invoice(f"r{number}-{time.monotonic_ns()}"), lane="interactive")
                done.append(number)
            except LocallyThrottled as err:
                time.sleep(min(err.retry_after, 0.05))
            except QboThrottled:
                throttled.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert throttled == []
    assert play.counts().get("throttled", 0) == 0
    assert 12 <= len(done) <= 32


def test_minutes_at_full_pace_meet_no_limit(play, shared):
    done = 0
    for tick in range(MINUTES * 60 * 5):
        try:
            play.client.write(invoice(f"r{tick}"), lane="bulk")
            done += 1
        except LocallyThrottled:
            pass
        shared.forward(0.2)

    assert play.counts().get("throttled", 0) == 0
    assert done >= MINUTES * 60 * 5 * 0.95


def test_batches_keep_below_forty_a_minute_and_reach_nearly_that(play, shared):
    done = 0
    for tick in range(int(MINUTES * 60 / 0.13)):
        items = [BatchItem(bid="1", entity="invoice", body=invoice("x").body)]
        try:
            play.client.batch(BatchRequest.of(f"b{tick}", items))
            done += 1
        except LocallyThrottled:
            pass
        shared.forward(0.13)

    assert play.counts().get("throttled", 0) == 0
    assert done / MINUTES >= 36


def test_somebody_else_who_eats_half_the_budget_makes_us_give_way_and_both_get_on(play, shared):
    ours, refused, theirs = 0, 0, Stranger(play)
    for tick in range(MINUTES * 60 * 8):
        if tick % 2 == 0:
            theirs.asks()
        try:
            play.client.write(invoice(f"r{tick}"), lane="bulk")
            ours += 1
        except LocallyThrottled:
            pass
        except QboThrottled:
            refused += 1
        shared.forward(0.125)
    theirs.close()

    assert 1 <= refused <= 8
    assert ours / MINUTES >= 100
    assert theirs.served / MINUTES >= 220


class Stranger:
    """Another program of the same company, which knows no restraint: four requests a second."""

    def __init__(self, play) -> None:
        self._session = requests.Session()
        self._url = f"{play.base_url}/v3/company/{play.realm}/companyinfo/{play.realm}"
        self._headers = {
            "Authorization": f"Bearer {play.credentials['access_token']}",
            "Accept": "application/json",
        }
        self.served = 0

    def asks(self) -> None:
        self.served += self._session.get(self._url, headers=self._headers, timeout=5).ok

    def close(self) -> None:
        self._session.close()
