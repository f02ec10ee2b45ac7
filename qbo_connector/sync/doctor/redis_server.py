"""Checks of Redis or Valkey: whether it answers, and whether it may forget."""

from collections.abc import Iterator

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from qbo_connector.config import Settings
from qbo_connector.sync.doctor.check import Check, bad, good, warning

TIMEOUT_S = 3


def check_redis(settings: Settings) -> Iterator[Check]:
    """Doorbells and rate limits need it; nothing is lost without it, but work starts late."""
    client = redis.Redis.from_url(
        settings.redis_url,
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
        decode_responses=True,
        retry=Retry(NoBackoff(), 0),
    )
    with client:
        try:
            information = client.info()
        except redis.RedisError as err:
            yield bad(
                "redis",
                f"Redis does not answer ({err}). Work goes on slowly, found by the sweep alone.",
                "Start it, or correct QBO_REDIS_URL.",
            )
            return
        yield from _judge(dict(information))


def _judge(information: dict[str, object]) -> Iterator[Check]:
    policy = information.get("maxmemory_policy")
    if policy not in ("noeviction", None):
        yield warning(
            "redis",
            f"Redis may throw away keys when it is full (policy {policy}), rate limits among them.",
            "Run: CONFIG SET maxmemory-policy noeviction, and keep it in its configuration.",
        )
    if information.get("aof_enabled") == 0:
        yield warning(
            "redis",
            "Redis keeps no append-only file, so after a restart limits start half full and bells are rung again.",
            "Run: CONFIG SET appendonly yes, and keep it in its configuration.",
        )
    yield good("redis", f"Redis {information.get('valkey_version') or information.get('redis_version')} answers.")
