"""Slows down whoever guesses passwords: by address of the account and by address of the machine."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from redis import Redis, RedisError

WINDOW_S = 900
PER_ACCOUNT = 10
PER_MACHINE = 50
KEEP = 10_000


class Counter(Protocol):
    """Counts misses by key; a count starts anew when its window has passed."""

    def count(self, key: str) -> int:
        """How many misses the running window holds."""

    def add(self, key: str) -> None:
        """One more miss."""

    def clear(self, key: str) -> None:
        """Forget the misses of this key."""


@dataclass(slots=True, kw_only=True)
class MemoryCounter:
    """Counts within this process."""

    now: Callable[[], float] = time.monotonic
    _misses: dict[str, tuple[float, int]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, key: str) -> int:
        """How many misses the running window holds."""
        with self._lock:
            return self._running(key)[1]

    def add(self, key: str) -> None:
        """One more miss."""
        with self._lock:
            since, misses = self._running(key)
            if len(self._misses) >= KEEP:
                self._misses.clear()
            self._misses[key] = (since, misses + 1)

    def clear(self, key: str) -> None:
        """Forget the misses of this key."""
        with self._lock:
            self._misses.pop(key, None)

    def _running(self, key: str) -> tuple[float, int]:
        since, misses = self._misses.get(key, (self.now(), 0))
        return (since, misses) if self.now() - since < WINDOW_S else (self.now(), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisCounter:
    """Counts for all web processes together; this process alone goes on counting while Redis is away."""

    redis: Redis
    alone: MemoryCounter = field(default_factory=MemoryCounter)

    def count(self, key: str) -> int:
        """How many misses the running window holds."""
        here = self.alone.count(key)
        try:
            return max(here, int(self.redis.get(_name(key)) or 0))
        except RedisError:
            return here

    def add(self, key: str) -> None:
        """One more miss."""
        self.alone.add(key)
        try:
            self.redis.incr(_name(key))
            self.redis.expire(_name(key), WINDOW_S, nx=True)
        except RedisError:
            return

    def clear(self, key: str) -> None:
        """Forget the misses of this key."""
        self.alone.clear(key)
        try:
            self.redis.delete(_name(key))
        except RedisError:
            return


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    """Whether one more attempt is let through."""

    counter: Counter

    def refuses(self, *, email: str, machine: str) -> bool:
        """Whether this account or this machine has missed too often of late."""
        by_account = self.counter.count(_account(email)) >= PER_ACCOUNT
        return by_account or self.counter.count(_machine(machine)) >= PER_MACHINE

    def missed(self, *, email: str, machine: str) -> None:
        """A wrong password, or an unknown account: both count alike, so the answer tells nobody which."""
        self.counter.add(_account(email))
        self.counter.add(_machine(machine))

    def passed(self, *, email: str) -> None:
        """The right password."""
        self.counter.clear(_account(email))


def _account(email: str) -> str:
    return f"account:{email.strip().casefold()}"


def _machine(address: str) -> str:
    return f"machine:{address}"


def _name(key: str) -> str:
    return f"qbo:sign-in:{key}"
