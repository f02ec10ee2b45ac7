"""What one web process puts up with: session openings of one address, and answers that are being waited for."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from flask.sansio.app import App

OPENINGS = "openings"
PATIENCE = "patience"
MOST_OPENINGS = 60
WINDOW_S = 60.0
KEPT_ADDRESSES = 10_000
LONG_POLLS = 8


@dataclass(slots=True, kw_only=True)
class Openings:
    """How often an address opened sessions within the last minute; memory is bounded."""

    most: int = MOST_OPENINGS
    clock: Callable[[], float] = time.monotonic
    _seen: dict[str, deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait_s(self, address: str) -> float:
        """Count one more opening; how long the address has to wait if that is one too many, else 0."""
        now = self.clock()
        with self._lock:
            seen = self._seen.setdefault(address, deque())
            while seen and now - seen[0] >= WINDOW_S:
                seen.popleft()
            if len(seen) >= self.most:
                return WINDOW_S - (now - seen[0])
            seen.append(now)
            self._forget_idle(now)
        return 0.0

    def _forget_idle(self, now: float) -> None:
        if len(self._seen) > KEPT_ADDRESSES:
            self._seen = {key: seen for key, seen in self._seen.items() if seen and now - seen[-1] < WINDOW_S}


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """A long poll holds a thread. Beyond some, waiting calls are answered at once, and the card asks again."""

    _places: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(LONG_POLLS))

    @contextmanager
    def place(self, seconds: float) -> Iterator[float]:
        """How long this call may wait."""
        has_place = seconds > 0 and self._places.acquire(blocking=False)
        try:
            yield seconds if has_place else 0.0
        finally:
            if has_place:
                self._places.release()


def init_app(app: "App") -> None:
    """Give this process its limits."""
    app.extensions[OPENINGS] = Openings()
    app.extensions[PATIENCE] = Patience()


def openings() -> Openings:
    """The session openings of this process."""
    found: Openings = current_app.extensions[OPENINGS]
    return found


def patience() -> Patience:
    """The waiting calls of this process, the card's and those of programs together."""
    found: Patience = current_app.extensions[PATIENCE]
    return found
