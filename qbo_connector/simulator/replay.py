"""Idempotency: a requestid that was answered before is answered the same way again (reference §2)."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from qbo_connector.simulator.clock import Clock
from qbo_connector.simulator.faults import IntuitFault, fault
from qbo_connector.simulator.knobs import Knobs

_WAIT_S = 130.0  # an answer takes at most 120 s at Intuit


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What was answered: status, body as sent, whether it was a fault, and a fingerprint of what was asked."""

    status: int
    body: bytes
    content_type: str
    fault_code: str
    at: datetime
    fingerprint: str


class Replays:
    """Answers by realm and requestid."""

    def __init__(self, *, clock: Clock, knobs: Callable[[], Knobs]) -> None:
        self._clock = clock
        self._knobs = knobs
        self._changed = threading.Condition()
        self._answers: dict[tuple[str, str], Answered] = {}
        self._running: set[tuple[str, str]] = set()

    def begin(self, realm_id: str, requestid: str, fingerprint: str) -> Answered | None:
        """The earlier answer, or None if this call is the first and must now run.

        Raises:
            IntuitFault: 600, the first call still runs or asked for something else, and the knob says so.
        """
        key = (realm_id, requestid)
        with self._changed:
            while key in self._running:
                if self._knobs().inflight_600:
                    raise _duplicate(requestid)
                self._changed.wait(_WAIT_S)
            answer = self._answers.get(key)
            if answer is not None and self._fresh(answer):
                if answer.fingerprint != fingerprint and self._knobs().other_payload == "600":
                    raise _duplicate(requestid)
                return answer
            self._running.add(key)
            return None

    def finish(self, realm_id: str, requestid: str, answer: Answered | None) -> None:
        """Remember the answer (None: there was none) and let those who wait go on."""
        key = (realm_id, requestid)
        with self._changed:
            self._running.discard(key)
            if answer is not None and (not answer.fault_code or self._knobs().replay_faults):
                self._answers[key] = answer
            self._changed.notify_all()

    def clear(self) -> None:
        """Forget everything."""
        with self._changed:
            self._answers.clear()

    def _fresh(self, answer: Answered) -> bool:
        return self._clock.now() - answer.at <= timedelta(seconds=self._knobs().requestid_ttl_s)


def _duplicate(requestid: str) -> IntuitFault:
    return fault("600", "Duplicate Request ID", f"Duplicate Request ID : {requestid}", "requestid")
