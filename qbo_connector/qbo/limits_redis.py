"""The brake's state in Redis or Valkey, one script per question, so that all processes count together.

Per company: a sorted set of the last minute's requests, one of the last second's answers, one of slots with
the time they lapse, and a hash with the pace. Time is the server's own unless a clock is handed in. What is
missing is taken as half used: a restarted server forgets what was sent a moment ago, Intuit does not.
"""

from typing import Any
from uuid import uuid4

import redis

from qbo_connector.qbo.clock import Clock
from qbo_connector.qbo.limits import Granted, Lane, LimitRules, LimitStoreAway, Refused, Wanted
from qbo_connector.qbo.limits_local import CROWDED_S

_NOW = """
local now = tonumber(ARGV[1])
if now < 0 then
  local t = redis.call('TIME')
  now = tonumber(t[1]) + tonumber(t[2]) / 1000000
end
local function pace_at(state, recovery)
  local pace = tonumber(redis.call('HGET', state, 'pace') or '1')
  local slowed = tonumber(redis.call('HGET', state, 'slowed_at') or '0')
  return math.min(1, pace + (now - slowed) / 60 * recovery)
end
"""

_ACQUIRE = (
    _NOW
    + """
local sent, slots, state, done, app = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local slot, batch = ARGV[2], ARGV[3] == '1'
local second, minute, places = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local kept_second, kept_minute = tonumber(ARGV[7]), tonumber(ARGV[8])
local interval, app_minute = tonumber(ARGV[9]), tonumber(ARGV[10])
local slot_s, recovery, crowded = tonumber(ARGV[11]), tonumber(ARGV[12]), tonumber(ARGV[13])

if redis.call('HSETNX', state, 'seen', now) == 1 then
  local half = math.floor(minute / 2)
  for place = 1, half do
    redis.call('ZADD', sent, now - 60 + 60 * (place - 0.5) / half, 'before-' .. place)
  end
  for place = 1, math.floor(second / 2) do
    redis.call('ZADD', done, now, 'before-' .. place)
  end
  for _, key in ipairs({sent, done, state}) do redis.call('EXPIRE', key, 120) end
end
redis.call('ZREMRANGEBYSCORE', done, '-inf', now - 1)
redis.call('ZREMRANGEBYSCORE', sent, '-inf', now - 60)
redis.call('ZREMRANGEBYSCORE', slots, '-inf', now)

local wait = tonumber(redis.call('HGET', state, 'blocked_until') or '0') - now
local pace = pace_at(state, recovery)
local function window(key, ceiling)
  local oldest = redis.call('ZREVRANGE', key, ceiling - 1, ceiling - 1, 'WITHSCORES')
  if oldest[2] then wait = math.max(wait, tonumber(oldest[2]) + 60 - now) end
end
local over = redis.call('ZCARD', slots) + redis.call('ZCARD', done)
  - math.max(1, math.floor(second * pace) - kept_second)
if over >= 0 then
  local leaving = redis.call('ZRANGE', done, over, over, 'WITHSCORES')
  wait = math.max(wait, leaving[2] and tonumber(leaving[2]) + 1 - now or crowded)
end
window(sent, math.max(1, math.floor(minute * pace) - kept_minute))
if app_minute > 0 then
  redis.call('ZREMRANGEBYSCORE', app, '-inf', now - 60)
  window(app, app_minute)
end
if redis.call('ZCARD', slots) >= places then wait = math.max(wait, crowded) end
if batch then
  local last = tonumber(redis.call('HGET', state, 'batch_at') or '0')
  wait = math.max(wait, last + interval / pace - now)
end
if wait > 0 then return tostring(wait) end

redis.call('ZADD', sent, now, slot)
redis.call('EXPIRE', sent, 120)
redis.call('ZADD', slots, now + slot_s, slot)
redis.call('EXPIRE', slots, math.ceil(slot_s) + 60)
redis.call('EXPIRE', state, 86400)
if batch then redis.call('HSET', state, 'batch_at', now) end
if app_minute > 0 then
  redis.call('ZADD', app, now, slot)
  redis.call('EXPIRE', app, 120)
end
return '0'
"""
)

_RELEASE = (
    _NOW
    + """
redis.call('ZREM', KEYS[1], ARGV[2])
redis.call('ZADD', KEYS[2], now, ARGV[2])
redis.call('EXPIRE', KEYS[2], 5)
return '0'
"""
)

_THROTTLED = (
    _NOW
    + """
local state, pause, slowest, recovery = KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local blocked = tonumber(redis.call('HGET', state, 'blocked_until') or '0')
if now >= blocked then
  redis.call('HSET', state, 'pace', math.max(slowest, pace_at(state, recovery) / 2), 'slowed_at', now)
end
redis.call('HSET', state, 'blocked_until', math.max(blocked, now + pause))
redis.call('EXPIRE', state, 86400)
return '0'
"""
)


class RedisLimitStore:
    """Shared by every process that is given the same server and prefix.

    Args:
        client: with a short ``socket_timeout`` and without retries (``Retry(NoBackoff(), 0)``): redis-py's own
            default goes on trying for seconds, while a click waits.
        prefix: in front of every key.
        clock: None for the server's time, which is the same for all hosts.
    """

    def __init__(self, client: "redis.Redis", *, prefix: str = "qbo:limit", clock: Clock | None = None) -> None:
        self._prefix = prefix
        self._clock = clock
        self._acquire = client.register_script(_ACQUIRE)
        self._release = client.register_script(_RELEASE)
        self._throttled = client.register_script(_THROTTLED)

    def acquire(self, wanted: Wanted, rules: LimitRules) -> Granted | Refused:
        """Take a slot, or learn when to ask again.

        Raises:
            LimitStoreAway: if the server does not answer.
        """
        slot = uuid4().hex
        click = wanted.lane is Lane.INTERACTIVE
        keys = [self._key(wanted.realm_id, part) for part in ("sent", "slots", "state", "done")]
        wait = self._run(
            self._acquire,
            keys=[*keys, f"{self._prefix}:app"],
            args=[
                self._now(),
                slot,
                int(wanted.batch),
                rules.per_second,
                rules.per_minute,
                max(1, rules.in_flight - (0 if click else rules.reserved_in_flight)),
                0 if click else rules.reserved_per_second,
                0 if click else rules.reserved_per_minute,
                rules.batch_interval_s,
                rules.app_per_minute or 0,
                rules.slot_s,
                rules.recovery_per_minute,
                CROWDED_S,
            ],
        )
        return Refused(retry_after=wait) if wait > 0 else Granted(slot=slot)

    def release(self, realm_id: str, slot: str) -> None:
        """Give a slot back.

        Raises:
            LimitStoreAway: if the server does not answer; the slot then lapses by itself.
        """
        keys = [self._key(realm_id, part) for part in ("slots", "done")]
        self._run(self._release, keys=keys, args=[self._now(), slot])

    def throttled(self, realm_id: str, pause_s: float, rules: LimitRules) -> None:
        """Halve the pace once per pause.

        Raises:
            LimitStoreAway: if the server does not answer.
        """
        self._run(
            self._throttled,
            keys=[self._key(realm_id, "state")],
            args=[self._now(), pause_s, rules.slowest, rules.recovery_per_minute],
        )

    def _run(self, script: Any, *, keys: list[str], args: list[Any]) -> float:
        try:
            return float(script(keys=keys, args=args))
        except redis.RedisError as err:
            raise LimitStoreAway(type(err).__name__) from err

    def _key(self, realm_id: str, part: str) -> str:
        return f"{self._prefix}:{realm_id}:{part}"

    def _now(self) -> float:
        return self._clock().timestamp() if self._clock else -1
