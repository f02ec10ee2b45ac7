"""How many metered reads the app has had this month, all companies together (reference §3.3)."""

import threading
from datetime import date

from qbo_connector.simulator.clock import Clock


class ReadMeter:
    """Counts successful data-out calls by the calendar month at Intuit's servers."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._used: dict[date, int] = {}

    def add(self, reads: int) -> None:
        """Note reads that succeeded."""
        if reads:
            with self._guard:
                month = self._month()
                self._used[month] = self._used.get(month, 0) + reads

    def is_spent(self, allowance: int | None) -> bool:
        """Whether this month's allowance is used up; None never is."""
        return allowance is not None and self._used.get(self._month(), 0) >= allowance

    def clear(self) -> None:
        """Begin to count anew."""
        with self._guard:
            self._used.clear()

    def _month(self) -> date:
        return self._clock.today().replace(day=1)
