"""Intuit's published limits, counted in sliding windows on the simulator's clock (reference §3.1)."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from qbo_connector.simulator.clock import Clock

_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(seconds=60)
_PER_MINUTE = 500
_PER_SECOND = 10
_BATCHES_PER_MINUTE = 40


class Throttle:
    """Three windows per realm: requests a minute, requests a second, batches a minute.

    One app talks to the simulator, so the limits per realm and app are limits per realm here.
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
    def place(self, realm_id: str, *, batch: bool, concurrent: int | None) -> Iterator[bool]:
        """Whether the request may pass; one that may is counted and takes up a place for as long as it runs."""
        with self._guard:
            running = self._running.get(realm_id, 0)
            crowded = bool(self._factor) and concurrent is not None and running >= concurrent
            admitted = not crowded and self._admits(realm_id, batch=batch)
            if admitted:
                self._running[realm_id] = running + 1
        try:
            yield admitted
        finally:
            if admitted:
                with self._guard:
                    self._running[realm_id] -= 1

    def _admits(self, realm_id: str, *, batch: bool) -> bool:
        if not self._factor:
            return True
        now = self._clock.now()
        windows = [
            (self._window(realm_id, "minute", now - _MINUTE), _PER_MINUTE),
            (self._window(realm_id, "second", now - _SECOND), _PER_SECOND),
        ]
        if batch:
            windows.append((self._window(realm_id, "batch", now - _MINUTE), _BATCHES_PER_MINUTE))
        if any(len(window) >= limit * self._factor for window, limit in windows):
            return False
        for window, _ in windows:
            window.append(now)
        return True

    def clear(self) -> None:
        """Begin to count anew."""
        with self._guard:
            self._windows.clear()

    def _window(self, realm_id: str, name: str, since: datetime) -> deque[datetime]:
        window = self._windows.setdefault((realm_id, name), deque())
        while window and window[0] <= since:
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
