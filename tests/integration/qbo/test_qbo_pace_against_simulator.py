"""Intuit's limits in force: no run of ours is throttled, and somebody else's traffic makes us give way.

Minutes pass in no time: the simulator's clock and ours are moved together.
"""

import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import requests

from qbo_connector.errors import LocallyThrottled, QboThrottled
from qbo_connector.qbo.batch import BatchItem, BatchRequest
from qbo_connector.qbo.clock import utc_now
from qbo_connector.qbo.limits import Limits
from qbo_connector.qbo.limits_local import LocalLimitStore
from qbo_connector.simulator import Simulator, SimulatorOptions
from tests.integration.qbo.play import invoice, playing


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
def play(limited: Simulator, shared: SharedTime, tmp_path: Path):
    limits = Limits(store=None, alone=LocalLimitStore(clock=shared), clock=shared)
    with playing(limited, tmp_path, limits) as play:
        play.tokens._clock = utc_now
        yield play


def test_four_threads_that_send_as_fast_as_they_may_are_never_throttled(play):
    until = time.monotonic() + 4
    done, throttled = [], []

    def work(number: int) -> None:
        while time.monotonic() < until:
            try:
                play.client.write(invoice(f"r{number}-{time.monotonic_ns()}"), lane="interactive")
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
    assert 20 <= len(done) <= 40


def test_five_minutes_at_full_pace_meet_no_limit(play, shared):
    done = 0
    for tick in range(5 * 60 * 5):
        try:
            play.client.write(invoice(f"r{tick}"), lane="bulk")
            done += 1
        except LocallyThrottled:
            pass
        shared.forward(0.2)

    assert play.counts().get("throttled", 0) == 0
    assert done >= 5 * 60 * 5 * 0.95


def test_batches_keep_below_forty_a_minute_and_reach_nearly_that(play, shared):
    done = 0
    for tick in range(int(5 * 60 / 0.13)):
        items = [BatchItem(bid="1", entity="invoice", body=invoice("x").body)]
        try:
            play.client.batch(BatchRequest.of(f"b{tick}", items))
            done += 1
        except LocallyThrottled:
            pass
        shared.forward(0.13)

    assert play.counts().get("throttled", 0) == 0
    assert done / 5 >= 36


def test_somebody_else_who_eats_half_the_budget_makes_us_give_way_and_both_get_on(play, shared):
    ours, refused, theirs = 0, 0, Stranger(play)
    for tick in range(10 * 60 * 8):
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
    assert ours / 10 >= 100
    assert theirs.served / 10 >= 220


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
