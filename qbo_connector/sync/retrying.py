"""When to try again: quickly at first, since most disturbances pass at once, then ever more rarely.

One rhythm for each way in which time mends something. Where an answer names a time, that time is waited for, and a
little longer, so that not everybody comes back at once; never shorter.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from qbo_connector.errors import (
    ConnectorError,
    LocallyThrottled,
    OutcomeUnknown,
    QboThrottled,
    QboUnavailable,
    ReadBudgetSpent,
    RecordBusy,
    Retryable,
    SourceThrottled,
    SourceUnavailable,
    StaleSyncToken,
)
from qbo_connector.store.operations import Operation

MINUTE_S, HOUR_S = 60, 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Pauses in seconds by attempt, the last of which stays; and when enough was tried by itself.

    ``jitter`` is the part of a pause by which it may be shorter or longer.
    """

    pauses_s: tuple[float, ...]
    jitter: float = 0.1
    most_attempts: int = 25
    longest: timedelta = timedelta(hours=48)


USUAL = Rhythm(pauses_s=(1, 4, 15, 30, 60, 120, 300, 600, 1800, HOUR_S, 3 * HOUR_S))
"""The catalogue promises 15 s to 3 h; a person who waits is served sooner."""

RHYTHMS: Mapping[type[Retryable], Rhythm] = {
    QboThrottled: Rhythm(pauses_s=(MINUTE_S,), jitter=0.25),
    LocallyThrottled: Rhythm(pauses_s=(1, 5, 15, MINUTE_S), jitter=0.25),
    SourceThrottled: Rhythm(pauses_s=(MINUTE_S, 5 * MINUTE_S, HOUR_S), jitter=0.25),
    ReadBudgetSpent: Rhythm(pauses_s=(HOUR_S,), longest=timedelta(days=32)),
    RecordBusy: Rhythm(pauses_s=(0.5, 1, 2, 5), jitter=0.5),
    StaleSyncToken: Rhythm(pauses_s=(1, 5, 15, MINUTE_S, 5 * MINUTE_S)),
    OutcomeUnknown: USUAL,
    QboUnavailable: USUAL,
    SourceUnavailable: USUAL,
}
"""By the class of the error; throttling costs no attempt, so its last pause may come as often as it must."""

UNEXPECTED = Rhythm(pauses_s=USUAL.pauses_s, most_attempts=3)
"""Something that nobody foresaw (`internal.error`)."""

LATER = 0.1
"""The part of a named time by which the next attempt may come later still."""


def rhythm_of(err: ConnectorError) -> Rhythm:
    """The rhythm for this kind of error, or for the kind that it is one of."""
    return next((RHYTHMS[cls] for cls in type(err).__mro__ if cls in RHYTHMS), USUAL)


def next_attempt(operation: Operation, err: ConnectorError) -> datetime:
    """When to try again: what the answer named, else by the rhythm of this kind of error."""
    named = err.retry_after if isinstance(err, Retryable) else None
    share = random.random()  # noqa: S311 - jitter, not a secret
    return datetime.now(UTC) + timedelta(seconds=pause_s(err, operation.attempts, named=named, share=share))


def pause_s(err: ConnectorError, attempts: int, *, named: float | None, share: float) -> float:
    """The pause in seconds; ``share`` from 0 to 1 says where in its jitter it lies."""
    if named is not None:
        return named * (1 + LATER * share)
    rhythm = rhythm_of(err)
    pause = rhythm.pauses_s[max(0, min(attempts, len(rhythm.pauses_s)) - 1)]
    return pause * (1 - rhythm.jitter + 2 * rhythm.jitter * share)


def is_spent(operation: Operation, rhythm: Rhythm = USUAL) -> bool:
    """Whether enough was tried by itself."""
    return operation.attempts >= rhythm.most_attempts or datetime.now(UTC) - operation.asked_at > rhythm.longest
