"""Intuit's published limits, counted in sliding windows on the simulator's clock (reference §3.1)."""

import math
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from qbo_connector.simulator.clock import Clock

_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(seconds=60)


class Traffic(StrEnum):
    """What a request is to the limits; every kind counts as a request as well."""

    PLAIN = "plain"
    BATCH = "batch"
    REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limit:
    """At most `most` requests within `span`; of one kind, or of any where `kind` is None.

    A `shared` limit counts what all apps of a realm send; any other holds for the realm and one app.
    """

    name: str
    most: int
    span: timedelta
    shared: bool
    kind: Traffic | None = None

    def concerns(self, traffic: Traffic) -> bool:
        return self.kind is None or self.kind is traffic


# The limits page has all but that of reports, which stands in an older edition of it.
_LIMITS = (
    _Limit(name="requests of a realm", most=500, span=_MINUTE, shared=True),
    _Limit(name="requests of an app", most=10, span=_SECOND, shared=False),
    _Limit(name="batches of a realm", most=120, span=_MINUTE, shared=True, kind=Traffic.BATCH),
    _Limit(name="batches of an app", most=40, span=_MINUTE, shared=False, kind=Traffic.BATCH),
    _Limit(name="reports of a realm", most=200, span=_MINUTE, shared=True, kind=Traffic.REPORT),
)


class Throttle:
    """The windows of every realm: requests, batches and reports, of this app and of all apps together.

    One app talks to the simulator. What others send to the same realm is told to it with `others_sent`.
    """

    def __init__(self, *, clock: Clock, limits: str) -> None:
        """Read `limits`: "off", "on" or "xN".

        Raises:
            ValueError: it is none of these.
        """
        self._clock = clock
        self._factor = _factor(limits)
        self._guard = threading.Lock()
        self._windows: dict[tuple[str, str], deque[datetime]] = {}
        self._running: dict[str, int] = {}

    @contextmanager
    def place(self, realm_id: str, *, traffic: Traffic, concurrent: int | None) -> Iterator[bool]:
        """Whether the request may pass; one that may is counted and takes up a place for as long as it runs."""
        with self._guard:
            running = self._running.get(realm_id, 0)
            crowded = bool(self._factor) and concurrent is not None and running >= concurrent
            admitted = not crowded and self._admits(realm_id, traffic)
            if admitted:
                self._running[realm_id] = running + 1
        try:
            yield admitted
        finally:
            if admitted:
                with self._guard:
                    self._running[realm_id] -= 1

    def others_sent(self, realm_id: str, *, traffic: Traffic, number: int) -> None:
        """Count requests that other apps send to the realm just now; what was refused to them is left out."""
        with self._guard:
            now = self._clock.now()
            shared = [limit for limit in _LIMITS if limit.shared and limit.concerns(traffic)]
            free = [self._most(limit) - len(self._window(realm_id, limit, now)) for limit in shared]
            passed = max(0, min(number, *free)) if self._factor else 0
            for limit in shared:
                self._window(realm_id, limit, now).extend([now] * passed)

    def clear(self) -> None:
        """Begin to count anew."""
        with self._guard:
            self._windows.clear()

    def _admits(self, realm_id: str, traffic: Traffic) -> bool:
        if not self._factor:
            return True
        now = self._clock.now()
        limits = [limit for limit in _LIMITS if limit.concerns(traffic)]
        windows = [self._window(realm_id, limit, now) for limit in limits]
        if any(len(window) >= self._most(limit) for window, limit in zip(windows, limits, strict=True)):
            return False
        for window in windows:
            window.append(now)
        return True

    def _most(self, limit: _Limit) -> int:
        return math.ceil(limit.most * self._factor)

    def _window(self, realm_id: str, limit: _Limit, now: datetime) -> deque[datetime]:
        window = self._windows.setdefault((realm_id, limit.name), deque())
        while window and window[0] <= now - limit.span:
            window.popleft()
        return window


def _factor(limits: str) -> float:
    if limits == "off":
        return 0
    if limits == "on":
        return 1
    if limits.startswith("x") and float(limits[1:]) > 0:
        return float(limits[1:])
    raise ValueError(f'limits must be "on", "off" or "xN", not {limits!r}')
