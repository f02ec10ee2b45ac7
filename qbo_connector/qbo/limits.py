"""Our own brake, so that QuickBooks never has to pull its one.

Every request takes a slot first. A refusal is an error with a time, not a wait: the caller comes back later
and no worker sleeps. The state is shared by all processes (:class:`LimitStore`, in Redis); while that is away,
each process goes on alone at a quarter of the pace.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol, Self

from qbo_connector.errors import LocallyThrottled
from qbo_connector.qbo.clock import Clock, utc_now


class Lane(StrEnum):
    """Which traffic goes first."""

    INTERACTIVE = "interactive"
    EVENT = "event"
    BULK = "bulk"
    MAINTENANCE = "maintenance"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRules:
    """How fast one company may be asked. Data, not code; the defaults stay below Intuit's limits.

    Intuit (page "Limits and throttles"): 500 requests a minute per company for all apps together, 10 a second
    and 40 batches a minute per company and app. An older page says 10 *at a time* instead of 10 a second;
    both readings are kept.

    Args:
        per_second: requests of this app in any second, each counted until a second after its answer, because
            only QuickBooks knows when it arrived there.
        per_minute: requests of this app in any minute.
        in_flight: requests under way at once.
        reserved_in_flight: of these, only for clicks.
        reserved_per_second: of the second's requests, only for clicks.
        reserved_per_minute: of the minute's requests, only for clicks.
        batch_interval_s: shortest time between two batches.
        app_per_minute: requests of this installation for all companies together; None for no such limit
            (Intuit publishes none).
        slot_s: a slot whose holder died is free again after this time.
        slowest: after throttling the pace never falls below this share.
        recovery_per_minute: share of the full pace that is won back in a quiet minute.
    """

    per_second: int = 8
    per_minute: int = 450
    in_flight: int = 8
    reserved_in_flight: int = 2
    reserved_per_second: int = 1
    reserved_per_minute: int = 30
    batch_interval_s: float = 1.56
    app_per_minute: int | None = None
    slot_s: float = 170.0
    slowest: float = 0.1
    recovery_per_minute: float = 0.05

    def shared_by(self, parts: int) -> Self:
        """The share of one of ``parts`` processes that cannot talk to each other."""
        return replace(
            self,
            per_second=max(1, self.per_second // parts),
            per_minute=max(1, self.per_minute // parts),
            in_flight=max(1, self.in_flight // parts),
            reserved_in_flight=self.reserved_in_flight // parts,
            reserved_per_second=self.reserved_per_second // parts,
            reserved_per_minute=self.reserved_per_minute // parts,
            batch_interval_s=self.batch_interval_s * parts,
            app_per_minute=max(1, self.app_per_minute // parts) if self.app_per_minute else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One request that wants to leave."""

    realm_id: str
    lane: Lane = Lane.BULK
    batch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """It may leave; the slot must be given back."""

    slot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """It may not leave now; it is worth asking again after so many seconds."""

    retry_after: float


class LimitStoreAway(Exception):
    """The shared state cannot be reached."""


class LimitStore(Protocol):
    """Where the counts live."""

    def acquire(self, wanted: Wanted, rules: LimitRules) -> Granted | Refused:
        """Take a slot, or learn when to ask again.

        Raises:
            LimitStoreAway: if the state cannot be reached.
        """
        ...

    def release(self, realm_id: str, slot: str) -> None:
        """Give a slot back."""
        ...

    def throttled(self, realm_id: str, pause_s: float, rules: LimitRules) -> None:
        """QuickBooks said 429: stop for a while, then go on at half the pace and win it back slowly."""
        ...


class Limits:
    """The brake of one process.

    Args:
        store: shared by all processes; None for a single process.
        alone: in-process store, used when ``store`` is None or away.
        rules: see :class:`LimitRules`.
        clock: for the time after which a store that was away is asked again.
    """

    AWAY_S = 5.0
    QUARTER = 4

    def __init__(
        self,
        *,
        store: LimitStore | None,
        alone: LimitStore,
        rules: LimitRules | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._store = store
        self._alone = alone
        self._rules = rules or LimitRules()
        self._clock = clock
        self._away_until = 0.0

    @property
    def rules(self) -> LimitRules:
        """As configured, whatever QuickBooks' present mood."""
        return self._rules

    @contextmanager
    def slot(self, wanted: Wanted) -> Iterator[None]:
        """Hold a slot for the length of one request.

        Raises:
            LocallyThrottled: with ``retry_after``; nothing was sent.
        """
        store, verdict = self._ask(wanted)
        if isinstance(verdict, Refused):
            raise LocallyThrottled(
                f"our own limit holds a request of the {wanted.lane} lane back", retry_after=verdict.retry_after
            )
        try:
            yield
        finally:
            self._give_back(store, wanted.realm_id, verdict.slot)

    def throttled(self, realm_id: str, pause_s: float) -> None:
        """Tell everybody that QuickBooks answered 429."""
        if self._store is not None and not self._is_away():
            try:
                self._store.throttled(realm_id, pause_s, self._rules)
            except LimitStoreAway:
                self._mark_away()
        self._alone.throttled(realm_id, pause_s, self._rules)

    def _ask(self, wanted: Wanted) -> tuple[LimitStore, Granted | Refused]:
        if self._store is None:
            return self._alone, self._alone.acquire(wanted, self._rules)
        if not self._is_away():
            try:
                return self._store, self._store.acquire(wanted, self._rules)
            except LimitStoreAway:
                self._mark_away()
        return self._alone, self._alone.acquire(wanted, self._rules.shared_by(self.QUARTER))

    def _give_back(self, store: LimitStore, realm_id: str, slot: str) -> None:
        try:
            store.release(realm_id, slot)
        except LimitStoreAway:
            self._mark_away()

    def _is_away(self) -> bool:
        return self._clock().timestamp() < self._away_until

    def _mark_away(self) -> None:
        self._away_until = self._clock().timestamp() + self.AWAY_S
