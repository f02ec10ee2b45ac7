"""Failures on demand: what the API answers to the next calls, for tests and the demo."""

import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, jsonify

KINDS = ("status", "garbage", "shape", "slow")
LONGEST_S = 60.0
A_MINUTE = 600
"""Requests that are allowed, unless told otherwise."""
MESSAGES = {
    401: ("unauthorized", "The API key is not valid"),
    403: ("forbidden", "The API key lacks a permission"),
    404: ("not_found", "No such record"),
    429: ("too_many_requests", "Slow down"),
}


@dataclass(kw_only=True)
class Failure:
    """Fires for the next `times` calls whose path contains `path`."""

    then: str
    path: str = ""
    times: int = 1
    status: int = 500
    retry_after: int = 2
    seconds: float = 1.0


def failure_from(told: Mapping[str, Any]) -> Failure:
    """A failure from JSON.

    Raises:
        ValueError: it names something unknown; the message says what.
    """
    failure = Failure(
        then=str(told.get("then", "status")),
        path=str(told.get("path", "")),
        times=int(told.get("times", 1)),
        status=int(told.get("status", 500)),
        retry_after=int(told.get("retry_after", 2)),
        seconds=min(float(told.get("seconds", 1)), LONGEST_S),
    )
    if failure.then not in KINDS:
        raise ValueError(f"then is one of {', '.join(KINDS)}")
    return failure


@dataclass(kw_only=True)
class Trouble:
    """The armed failures, and the limit of requests a minute (0 for none)."""

    per_minute: int = A_MINUTE
    _armed: list[Failure] = field(default_factory=list)
    _calls: "deque[float]" = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def arm(self, failures: list[Failure]) -> None:
        """Replace what is armed."""
        with self._lock:
            self._armed = list(failures)

    def limit(self, per_minute: int) -> None:
        """Allow so many requests a minute, counted from now."""
        with self._lock:
            self.per_minute = per_minute
            self._calls.clear()

    def answer(self, path: str) -> Response | None:
        """The failing answer to this call, or None; a slow one waits, then lets the call through."""
        failure = self._take(path)
        if failure is None:
            return self._limited()
        match failure.then:
            case "slow":
                time.sleep(failure.seconds)
                return None
            case "garbage":
                return Response("<html><body>Back in a minute</body></html>", mimetype="text/html")
            case "shape":
                return jsonify([])
            case _:
                return problem(failure.status, retry_after=failure.retry_after)

    def _take(self, path: str) -> Failure | None:
        with self._lock:
            for failure in self._armed:
                if failure.times > 0 and failure.path in path:
                    failure.times -= 1
                    return failure
        return None

    def _limited(self) -> Response | None:
        now = time.monotonic()
        with self._lock:
            while self._calls and self._calls[0] <= now - 60:
                self._calls.popleft()
            if self.per_minute and len(self._calls) >= self.per_minute:
                return problem(429, retry_after=int(60 - (now - self._calls[0])) + 1)
            self._calls.append(now)
        return None


def problem(status: int, *, retry_after: int = 0, message: str = "") -> Response:
    """An error as the API words it."""
    code, usual = MESSAGES.get(status, ("server_error" if status >= 500 else "invalid", "It did not work"))  # noqa: PLR2004
    answer = jsonify({"error": {"code": code, "message": message or usual}})
    answer.status_code = status
    if status in {429, 503}:
        answer.headers["Retry-After"] = str(retry_after)
    return answer
