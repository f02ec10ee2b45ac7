"""The brake inside one process: windows, slots, batches, half full at the start, and giving way."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_connector.errors import LocallyThrottled
from qbo_connector.qbo.limits import Granted, Lane, LimitRules, Limits, LimitStoreAway, Refused, Wanted
from qbo_connector.qbo.limits_local import LocalLimitStore

CLICK = Wanted(realm_id="1", lane=Lane.INTERACTIVE)
BULK = Wanted(realm_id="1", lane=Lane.BULK)
BATCH = Wanted(realm_id="1", lane=Lane.BULK, batch=True)
RULES = LimitRules()


class HeldClock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock():
    return HeldClock()


@pytest.fixture
def store(clock):
    """Past the first minute, so that nothing imagined is left in the window."""
    store = LocalLimitStore(clock=clock)
    store.acquire(Wanted(realm_id="1"), RULES)
    clock.forward(400)
    return store


def go(store, wanted=CLICK, rules=RULES):
    verdict = store.acquire(wanted, rules)
    if isinstance(verdict, Granted):
        store.release(wanted.realm_id, verdict.slot)
    return verdict


def test_eight_a_second_may_leave_and_the_ninth_learns_when(store, clock):
    assert all(isinstance(go(store), Granted) for _ in range(8))

    refused = go(store)

    assert isinstance(refused, Refused)
    assert refused.retry_after == pytest.approx(1.0)
    clock.forward(1.001)
    assert isinstance(go(store), Granted)


@given(st.lists(st.tuples(st.floats(0, 0.3), st.floats(0, 2), st.floats(0, 1)), min_size=30, max_size=120))
def test_no_second_at_quickbooks_sees_more_than_eight_however_late_requests_arrive(steps):
    clock = HeldClock()
    store = LocalLimitStore(clock=clock)
    under_way: list[tuple[datetime, str]] = []
    arrivals = []
    for pause, latency, way in steps:
        clock.forward(pause)
        for answered, slot in [each for each in under_way if each[0] <= clock.now]:
            finish(store, clock, answered, slot)
        under_way = [each for each in under_way if each[0] > clock.now]
        verdict = store.acquire(CLICK, RULES)
        if isinstance(verdict, Granted):
            arrivals.append(clock.now + timedelta(seconds=latency * way))
            under_way.append((clock.now + timedelta(seconds=latency), verdict.slot))

    arrivals.sort()
    assert all(
        later - earlier >= timedelta(seconds=1) - timedelta(microseconds=10)
        for earlier, later in zip(arrivals, arrivals[8:], strict=False)
    )


def finish(store, clock, answered, slot):
    """The answer came a little before now."""
    present, clock.now = clock.now, answered
    store.release("1", slot)
    clock.now = present


def test_one_request_of_every_second_is_kept_for_clicks(store):
    assert all(isinstance(go(store, BULK), Granted) for _ in range(7))

    assert isinstance(go(store, BULK), Refused)
    assert isinstance(go(store, CLICK), Granted)


def test_never_more_than_450_in_any_minute(store, clock):
    left = 0
    for _ in range(60 * 20):
        left += isinstance(go(store), Granted)
        clock.forward(0.0499)

    assert left == 450


def test_bulk_leaves_thirty_a_minute_to_clicks(store, clock):
    rules = LimitRules(per_second=100)
    left = sum(isinstance(go(store, BULK, rules), Granted) for _ in range(99))
    for _ in range(6):
        clock.forward(1.01)
        left += sum(isinstance(go(store, BULK, rules), Granted) for _ in range(99))

    assert left == 420
    assert sum(isinstance(go(store, CLICK, rules), Granted) for _ in range(99)) == 30


def test_six_places_for_bulk_and_two_more_for_clicks(store, clock):
    held = []
    for _ in range(6):
        held.append(store.acquire(BULK, RULES))
        clock.forward(0.2)

    assert all(isinstance(each, Granted) for each in held)
    assert isinstance(store.acquire(BULK, RULES), Refused)
    assert all(isinstance(store.acquire(CLICK, RULES), Granted) for _ in range(2))
    assert isinstance(store.acquire(CLICK, RULES), Refused)


def test_a_place_whose_holder_died_is_free_again(store, clock):
    for _ in range(8):
        store.acquire(CLICK, RULES)
        clock.forward(0.2)
    assert isinstance(store.acquire(CLICK, RULES), Refused)

    clock.forward(RULES.slot_s)

    assert isinstance(store.acquire(CLICK, RULES), Granted)


def test_batches_keep_their_distance_and_single_requests_pass_between(store, clock):
    assert isinstance(go(store, BATCH), Granted)
    refused = go(store, BATCH)
    assert refused.retry_after == pytest.approx(1.56)
    assert isinstance(go(store, BULK), Granted)

    clock.forward(1.57)

    assert isinstance(go(store, BATCH), Granted)


def test_companies_do_not_wait_for_each_other(store):
    for _ in range(8):
        go(store)

    assert isinstance(go(store, Wanted(realm_id="2", lane=Lane.INTERACTIVE)), Granted)


def test_an_installation_wide_window_counts_all_companies(store, clock):
    rules = LimitRules(app_per_minute=3)
    verdicts = [go(store, Wanted(realm_id=str(number), lane=Lane.INTERACTIVE), rules) for number in range(5)]

    assert [type(each) for each in verdicts] == [Granted] * 3 + [Refused] * 2
    clock.forward(61)
    assert isinstance(go(store, CLICK, rules), Granted)


def test_a_process_that_knows_nothing_starts_half_full(clock):
    store = LocalLimitStore(clock=clock)
    left = 0
    for _ in range(290):
        left += isinstance(go(store, BULK), Granted)
        clock.forward(0.0999)

    assert 180 <= left <= 225


def test_after_429_nothing_leaves_for_the_pause_and_then_half(store, clock):
    store.throttled("1", 60, RULES)
    assert go(store).retry_after == pytest.approx(60)

    clock.forward(61)
    left = sum(isinstance(go(store), Granted) for _ in range(8))

    assert left == 4


def test_eight_refusals_together_are_one_event(store, clock):
    for _ in range(8):
        store.throttled("1", 60, RULES)
    clock.forward(61)

    assert sum(isinstance(go(store), Granted) for _ in range(8)) == 4


def test_the_pace_is_won_back_slowly(store, clock):
    store.throttled("1", 60, RULES)
    clock.forward(11 * 60)

    assert sum(isinstance(go(store), Granted) for _ in range(8)) == 8


def test_the_pace_never_falls_to_nothing(store, clock):
    for _ in range(20):
        store.throttled("1", 1, RULES)
        clock.forward(2)

    assert isinstance(go(store), Granted)


def test_a_refusal_is_an_error_with_a_time_and_costs_no_attempt(store, clock):
    limits = Limits(store=None, alone=store, clock=clock)
    for _ in range(8):
        with limits.slot(CLICK):
            pass

    with pytest.raises(LocallyThrottled) as caught, limits.slot(CLICK):
        pytest.fail("must not be let through")

    assert 0 < caught.value.retry_after <= 1
    assert caught.value.costs_attempt is False


def test_a_slot_is_given_back_when_the_request_fails(store, clock):
    limits = Limits(store=None, alone=store, clock=clock)
    for _ in range(8):
        with pytest.raises(RuntimeError), limits.slot(CLICK):
            raise RuntimeError
        clock.forward(0.2)

    with limits.slot(CLICK):
        pass


def test_what_one_process_hears_all_processes_heed(clock):
    shared = LocalLimitStore(clock=clock)
    first, second = (Limits(store=shared, alone=LocalLimitStore(clock=clock), clock=clock) for _ in range(2))

    first.throttled("1", 60)

    with pytest.raises(LocallyThrottled) as caught, second.slot(CLICK):
        pytest.fail("must not be let through")
    assert caught.value.retry_after == pytest.approx(60)


def test_a_shared_state_that_goes_away_during_429_is_no_error(store, clock):
    limits = Limits(store=AwayStore(), alone=store, clock=clock)

    limits.throttled("1", 60)

    with pytest.raises(LocallyThrottled), limits.slot(CLICK):
        pytest.fail("must not be let through")


class AwayStore:
    """A shared store that is away, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def acquire(self, wanted, rules):
        self.asked += 1
        raise LimitStoreAway

    def release(self, realm_id, slot):
        raise LimitStoreAway

    def throttled(self, realm_id, pause_s, rules):
        raise LimitStoreAway


def test_while_the_shared_state_is_away_a_process_goes_on_at_a_quarter(store, clock):
    away = AwayStore()
    limits = Limits(store=away, alone=store, clock=clock)
    left = 0
    for _ in range(8):
        try:
            with limits.slot(CLICK):
                left += 1
        except LocallyThrottled:
            pass

    assert left == 2
    assert away.asked == 1
    limits.throttled("1", 5)
    with pytest.raises(LocallyThrottled), limits.slot(CLICK):
        pytest.fail("must not be let through")
    clock.forward(6)
    with limits.slot(CLICK):
        pass
    assert away.asked == 2
