"""Who refreshes, who waits, and what is stored before it is used."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from qbo_connector.errors import QboAccessLost, QboAuthorizationExpired, QboUnavailable
from qbo_connector.qbo.tokens import TokenSet, TokenSource
from tests.integration.qbo.sqlite_tokens import SqliteTokenStore

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
REALM = "connection-1"


def tokens(number: int, *, granted_at: datetime = NOW) -> TokenSet:
    return TokenSet(
        access_token=f"access-{number}",
        refresh_token=f"refresh-{number}",
        expires_in=3600,
        refresh_expires_in=8640000,
        granted_at=granted_at,
    )


class RotatingIntuit:
    """A token endpoint that gives a new refresh token each time and forgets the one before at once."""

    def __init__(self, number: int = 1) -> None:
        self.number = number
        self.calls: list[str] = []
        self.seconds = 0.0
        self.before_answering = lambda: None
        self._lock = threading.Lock()

    def refresh(self, refresh_token: str) -> TokenSet:
        with self._lock:
            self.calls.append(refresh_token)
            if refresh_token != f"refresh-{self.number}":
                raise QboAuthorizationExpired("invalid_grant")
            self.number += 1
            self.before_answering()
            return tokens(self.number, granted_at=NOW + timedelta(seconds=self.seconds))


class HeldClock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def store(tmp_path):
    store = SqliteTokenStore(tmp_path / "tokens.sqlite3")
    store.put(REALM, tokens(1))
    return store


@pytest.fixture
def intuit():
    return RotatingIntuit()


@pytest.fixture
def clock():
    return HeldClock()


@pytest.fixture
def source(store, intuit, clock):
    return TokenSource(REALM, store, intuit, clock, wait_s=0.3)


def test_a_good_token_is_used_without_asking_anybody(source, intuit):
    assert [source.access_token() for _ in range(3)] == ["access-1"] * 3
    assert intuit.calls == []


def test_a_token_is_refreshed_two_minutes_before_its_end(source, intuit, clock):
    clock.now = NOW + timedelta(seconds=3600 - 119)
    intuit.seconds = 3481

    assert source.access_token() == "access-2"
    assert source.access_token() == "access-2"
    assert intuit.calls == ["refresh-1"]


def test_what_intuit_answers_is_stored_before_it_is_used(source, store, intuit):
    source.refreshed_after_401("access-1")

    assert store.load(REALM).tokens == tokens(2)
    assert store.load(REALM).version == 2


def test_a_token_that_somebody_else_renewed_meanwhile_costs_no_refresh(source, store, intuit):
    source.access_token()
    store.save(REALM, 1, tokens(5))

    assert source.refreshed_after_401("access-1") == "access-5"
    assert intuit.calls == []


def test_whoever_gets_the_lease_just_after_a_refresh_finds_its_work_done(tmp_path, intuit, clock):
    class JustDone(SqliteTokenStore):
        def acquire_refresh(self, connection_id, holder, seconds):
            self.save(connection_id, 1, tokens(2))
            return super().acquire_refresh(connection_id, holder, seconds)

    store = JustDone(tmp_path / "tokens.sqlite3")
    store.put(REALM, tokens(1))

    assert TokenSource(REALM, store, intuit, clock).refreshed_after_401("access-1") == "access-2"
    assert intuit.calls == []


def test_eight_threads_that_were_refused_together_refresh_once(store, intuit, clock):
    sources = [TokenSource(REALM, store, intuit, clock) for _ in range(8)]

    with ThreadPoolExecutor(8) as threads:
        got = list(threads.map(lambda source: source.refreshed_after_401("access-1"), sources))

    assert set(got) == {"access-2"}
    assert intuit.calls == ["refresh-1"]


def test_while_somebody_else_refreshes_a_token_that_still_lives_is_used(source, store, intuit, clock):
    clock.now = NOW + timedelta(seconds=3600 - 60)
    store.acquire_refresh(REALM, "somebody", 30)

    assert source.access_token() == "access-1"
    assert intuit.calls == []


def test_who_waits_too_long_tries_again_later(source, store, intuit):
    store.acquire_refresh(REALM, "somebody", 30)

    with pytest.raises(QboUnavailable) as caught:
        source.refreshed_after_401("access-1")

    assert caught.value.retry_after
    assert intuit.calls == []


def test_a_lease_whose_holder_died_lapses(source, store, intuit):
    store.acquire_refresh(REALM, "somebody", -1)

    assert source.refreshed_after_401("access-1") == "access-2"


def test_the_lease_is_given_back_also_when_refreshing_fails(source, store, intuit):
    intuit.number = 9
    with pytest.raises(QboAuthorizationExpired):
        source.refreshed_after_401("access-1")

    assert store.acquire_refresh(REALM, "somebody", 30)


def test_invalid_grant_reads_the_store_once_more_before_giving_up(source, store, intuit):
    intuit.number = 7
    original = intuit.refresh

    def overtaken(refresh_token):
        store.save(REALM, 1, tokens(7, granted_at=NOW))
        intuit.refresh = original
        return original(refresh_token)

    intuit.refresh = overtaken

    assert source.refreshed_after_401("access-1") == "access-7"
    assert intuit.calls == ["refresh-1"]


def test_invalid_grant_with_a_newer_but_spent_token_refreshes_with_that_one(source, store, intuit):
    intuit.number = 7
    original = intuit.refresh

    def overtaken(refresh_token):
        store.save(REALM, 1, tokens(7, granted_at=NOW - timedelta(hours=2)))
        intuit.refresh = original
        return original(refresh_token)

    intuit.refresh = overtaken

    assert source.refreshed_after_401("access-1") == "access-8"
    assert store.load(REALM).tokens.refresh_token == "refresh-8"


def test_invalid_grant_with_nothing_newer_is_the_end(source, store, intuit):
    intuit.number = 7

    with pytest.raises(QboAuthorizationExpired):
        source.refreshed_after_401("access-1")

    assert store.load(REALM).version == 1
    assert intuit.calls == ["refresh-1"]


def test_a_new_sign_in_during_a_refresh_wins(source, store, intuit):
    intuit.before_answering = lambda: store.put(REALM, tokens(50)) or store.save(REALM, 1, tokens(51))

    assert source.refreshed_after_401("access-1") == "access-51"
    assert store.load(REALM).tokens.refresh_token == "refresh-51"


def test_lost_access_is_not_mistaken_for_an_expired_grant(store, clock):
    class Left:
        def refresh(self, refresh_token):
            raise QboAccessLost("user_not_in_realm")

    with pytest.raises(QboAccessLost):
        TokenSource(REALM, store, Left(), clock).refreshed_after_401("access-1")


def test_a_connection_without_tokens_needs_a_sign_in(store, intuit, clock):
    with pytest.raises(QboAuthorizationExpired):
        TokenSource("nobody", store, intuit, clock).access_token()
