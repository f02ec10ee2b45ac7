"""When to try again: quickly at first, since most disturbances pass at once, then ever more rarely."""

import random
from datetime import UTC, datetime, timedelta

from qbo_connector.errors import ConnectorError, Retryable
from qbo_connector.store.operations import Operation

DELAYS_S = (1, 4, 15, 30, 60, 120, 300, 600, 1800, 3600, 10800)
"""By attempt; the last one stays. The catalogue promises 15 s to 3 h; a person who waits is served sooner."""

MOST_ATTEMPTS = 25
LONGEST = timedelta(hours=48)
MOST_UNEXPECTED = 3
"""Attempts at something that nobody foresaw (`internal.error`)."""


def next_attempt(operation: Operation, err: ConnectorError) -> datetime:
    """When to try again: what the answer named, else by the table with a fifth of jitter."""
    named = err.retry_after if isinstance(err, Retryable) else None
    delay = named if named is not None else DELAYS_S[min(operation.attempts, len(DELAYS_S)) - 1]
    jitter = 1 if named is not None else 0.9 + random.random() / 5  # noqa: S311 - jitter, not a secret
    return datetime.now(UTC) + timedelta(seconds=delay * jitter)


def is_spent(operation: Operation, *, most: int = MOST_ATTEMPTS) -> bool:
    """Whether enough was tried by itself."""
    return operation.attempts >= most or datetime.now(UTC) - operation.asked_at > LONGEST
