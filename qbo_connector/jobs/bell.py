"""The doorbell: an RQ job that only wakes a worker of a lane. It carries nothing; it may be lost or come twice."""

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue

from qbo_connector.store.states import Lane

DRAIN = "qbo_connector.jobs.drain.drain"
ENOUGH = 2
"""Doorbells that nobody has heard yet: each of them finds whatever was asked for before it is heard."""

RING_LIFE_S = 60
JOB_TIMEOUT_S = 3600


class RedisBell:
    """Rings in Redis; see `sync.services.Bell`."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def ring(self, lane: Lane) -> None:
        """Wake a worker. Without Redis nothing happens here: the sweep finds the work within seconds."""
        queue = Queue(str(lane), connection=self._redis)
        try:
            if queue.count < ENOUGH:
                queue.enqueue(
                    DRAIN,
                    str(lane),
                    result_ttl=0,
                    failure_ttl=RING_LIFE_S,
                    ttl=RING_LIFE_S,
                    job_timeout=JOB_TIMEOUT_S,
                )
        except RedisError:
            return


class SilentBell:
    """Rings nowhere: for commands and tests that do their work themselves."""

    def ring(self, lane: Lane) -> None:
        """Nothing."""
