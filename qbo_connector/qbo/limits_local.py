"""The brake's state inside one process: for one process alone, and for the time when Redis is away."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from uuid import uuid4

from qbo_connector.qbo.clock import Clock, utc_now
from qbo_connector.qbo.limits import Granted, Lane, LimitRules, Refused, Wanted

MINUTE = 60.0
SECOND = 1.0
CROWDED_S = 0.25
"""When all slots are taken nobody knows when one comes free; asking again after this is soon enough."""


@dataclass(slots=True)
class _Realm:
    sent: deque[float]
    done: deque[float]
    slots: dict[str, float] = field(default_factory=dict)
    batch_at: float = 0.0
    pace: float = 1.0
    slowed_at: float = 0.0
    blocked_until: float = 0.0

    def pace_at(self, now: float, rules: LimitRules) -> float:
        """The share of the full pace that is allowed now."""
        won_back = (now - self.slowed_at) / MINUTE * rules.recovery_per_minute
        return min(1.0, self.pace + won_back)


class LocalLimitStore:
    """A second implementation of the same rules as the one in Redis; threads of one process share it."""

    def __init__(self, *, clock: Clock = utc_now) -> None:
        self._clock = clock
        self._lock = Lock()
        self._realms: dict[str, _Realm] = {}
        self._app: deque[float] = deque()

    def acquire(self, wanted: Wanted, rules: LimitRules) -> Granted | Refused:
        """Take a slot, or learn when to ask again."""
        with self._lock:
            now = self._clock().timestamp()
            realm = self._realm(wanted.realm_id, rules, now)
            wait = max(_waits(realm, wanted, rules, now), self._app_wait(rules, now))
            if wait > 0:
                return Refused(retry_after=wait)
            slot = uuid4().hex
            realm.sent.append(now)
            realm.slots[slot] = now + rules.slot_s
            realm.batch_at = now if wanted.batch else realm.batch_at
            self._app.append(now)
            return Granted(slot=slot)

    def release(self, realm_id: str, slot: str) -> None:
        """Give a slot back; one that lapsed meanwhile is forgotten already."""
        with self._lock:
            realm = self._realms.get(realm_id)
            if realm:
                realm.slots.pop(slot, None)
                realm.done.append(self._clock().timestamp())

    def throttled(self, realm_id: str, pause_s: float, rules: LimitRules) -> None:
        """Halve the pace once per pause: eight requests that are refused together are one event."""
        with self._lock:
            now = self._clock().timestamp()
            realm = self._realm(realm_id, rules, now)
            if now >= realm.blocked_until:
                realm.pace = max(rules.slowest, realm.pace_at(now, rules) / 2)
                realm.slowed_at = now
            realm.blocked_until = max(realm.blocked_until, now + pause_s)

    def _realm(self, realm_id: str, rules: LimitRules, now: float) -> _Realm:
        realm = self._realms.get(realm_id)
        if realm is None:
            realm = self._realms[realm_id] = _half_full(rules, now)
        _forget(realm.sent, before=now - MINUTE)
        _forget(realm.done, before=now - SECOND)
        for slot in [slot for slot, until in realm.slots.items() if until <= now]:
            del realm.slots[slot]
        return realm

    def _app_wait(self, rules: LimitRules, now: float) -> float:
        _forget(self._app, before=now - MINUTE)
        return _minute_wait(self._app, rules.app_per_minute, now) if rules.app_per_minute else 0.0


def _half_full(rules: LimitRules, now: float) -> _Realm:
    """Who knows nothing imagines requests: half of what is allowed, evenly over the last minute."""
    count = rules.per_minute // 2
    sent = [now - MINUTE + MINUTE * (place + 0.5) / count for place in range(count)]
    return _Realm(sent=deque(sent), done=deque([now] * (rules.per_second // 2)))


def _forget(times: deque[float], *, before: float) -> None:
    while times and times[0] <= before:
        times.popleft()


def _waits(realm: _Realm, wanted: Wanted, rules: LimitRules, now: float) -> float:
    pace = realm.pace_at(now, rules)
    click = wanted.lane is Lane.INTERACTIVE
    second = _ceiling(rules.per_second, 0 if click else rules.reserved_per_second, pace)
    minute = _ceiling(rules.per_minute, 0 if click else rules.reserved_per_minute, pace)
    places = rules.in_flight - (0 if click else rules.reserved_in_flight)
    return max(
        realm.blocked_until - now,
        CROWDED_S if len(realm.slots) >= max(1, places) else 0.0,
        _second_wait(realm, second, now),
        _minute_wait(realm.sent, minute, now),
        realm.batch_at + rules.batch_interval_s / pace - now if wanted.batch else 0.0,
    )


def _ceiling(full: int, reserved: int, pace: float) -> int:
    return max(1, int(full * pace) - reserved)


def _second_wait(realm: _Realm, ceiling: int, now: float) -> float:
    """A request counts from when it leaves until a second after its answer.

    When it arrives at QuickBooks nobody here knows, only that it is in between. Counted like this, no second
    over there can see more than ``ceiling``, however unevenly the network delivers.
    """
    over = len(realm.slots) + len(realm.done) - ceiling
    if over < 0:
        return 0.0
    return realm.done[over] + SECOND - now if over < len(realm.done) else CROWDED_S


def _minute_wait(sent: Sequence[float], ceiling: int, now: float) -> float:
    """Until the ``ceiling``-th newest request is a minute old."""
    return sent[-ceiling] + MINUTE - now if len(sent) >= ceiling else 0.0
