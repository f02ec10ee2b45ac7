"""How many items go into a batch: thirty, fewer while QuickBooks is too slow for that."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from qbo_connector.errors import OutcomeUnknown
from qbo_connector.qbo.batch import MOST_ITEMS


class BatchSize:
    """Of one company in one process; threads may share it.

    QuickBooks gives a request 120 s. A batch that was cut off there has to be settled as a whole, so the next one
    is half as big; every batch that is answered wins the double back.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._most = MOST_ITEMS

    @property
    def most(self) -> int:
        """1 to 30."""
        return self._most

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Learn from the batch that is sent inside the block; what it raises goes on."""
        try:
            yield
        except OutcomeUnknown:
            with self._lock:
                self._most = max(1, self._most // 2)
            raise
        with self._lock:
            self._most = min(MOST_ITEMS, self._most * 2)
