"""Delivering events: batched, signed, retried, and as untidy as asked for."""

import random
import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from qbo_connector.simulator.company.records import Event
from qbo_connector.simulator.control.origin import LOOPBACK
from qbo_connector.simulator.http.messages import new_tid
from qbo_connector.simulator.knobs import Knobs
from qbo_connector.simulator.webhooks.payloads import TOLD, classic, cloudevents, signature

_ANSWER_WITHIN_S = 3.0
_RETRIES_S = (10.0, 20.0, 30.0, 300.0, 1200.0, 7200.0, 14400.0, 21600.0)


class WebhookConfig(BaseModel):
    """Where events go and how they are mistreated; the last three are chances between 0 and 1, or booleans.

    `retry_s` replaces Intuit's waits between attempts and `answer_within_s` its patience with an answer, so that
    a test need not take minutes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str | None = None
    shape: str = Field(default="cloudevents", pattern="^(cloudevents|classic)$")
    delay_ms: float = Field(default=0, ge=0)
    duplicate: float = Field(default=0, ge=0, le=1)
    shuffle: bool = False
    drop: float = Field(default=0, ge=0, le=1)
    retry_s: tuple[float, ...] = _RETRIES_S
    answer_within_s: float = Field(default=_ANSWER_WITHIN_S, gt=0)

    @field_validator("url")
    @classmethod
    def _on_this_machine(cls, url: str | None) -> str | None:
        if url and (urlsplit(url).scheme != "http" or urlsplit(url).hostname not in LOOPBACK):
            raise ValueError("webhooks are sent to this machine only")
        return url or None


class WebhookSender:
    """One worker thread, begun with the first event. While a delivery fails, later events wait behind it."""

    def __init__(self, *, verifier_token: str, knobs: Callable[[], Knobs]) -> None:
        self._verifier_token = verifier_token
        self._knobs = knobs
        self._changed = threading.Condition()
        self._config = WebhookConfig()
        self._pending: deque[Event] = deque()
        self._deliveries: deque[dict[str, Any]] = deque(maxlen=500)
        self._random = random.Random(20260815)  # noqa: S311  # mistreats events, protects nothing
        self._thread: threading.Thread | None = None
        self._stopped = False

    def configure(self, config: WebhookConfig) -> None:
        """Send to another place or in another way from now on."""
        with self._changed:
            self._config = config
            self._changed.notify_all()

    def publish(self, events: Sequence[Event]) -> None:
        """Queue events for delivery, if anybody listens."""
        with self._changed:
            if self._config.url is None:
                return
            for event in events:
                self._queue(event)
            if self._pending and self._thread is None:
                self._thread = threading.Thread(target=self._work, name="simulator-webhooks", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def shown(self) -> dict[str, Any]:
        """The settings, the last deliveries and how many events wait."""
        with self._changed:
            return {
                "config": self._config.model_dump(mode="json"),
                "pending": len(self._pending),
                "deliveries": list(self._deliveries),
            }

    def clear(self) -> None:
        """Forget the address and everything that waits."""
        with self._changed:
            self._config = WebhookConfig()
            self._pending.clear()
            self._deliveries.clear()
            self._changed.notify_all()

    def stop(self) -> None:
        """Let the worker end; what waits is lost."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _queue(self, event: Event) -> None:
        if event.entity not in TOLD or (event.own and not self._knobs().webhook_echo):
            return
        if self._random.random() < self._config.drop:
            return
        self._pending.append(event)
        if self._random.random() < self._config.duplicate:
            self._pending.append(event)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopped or (self._pending and self._config.url))
                if self._stopped:
                    return
                config = self._config
                self._changed.wait_for(lambda: self._stopped, timeout=config.delay_ms / 1000)
                batch = list(self._pending)
                self._pending.clear()
            if config.shuffle:
                self._random.shuffle(batch)
            if batch:
                self._deliver(config, batch)

    def _deliver(self, config: WebhookConfig, batch: list[Event]) -> None:
        """Try until it is acknowledged, the tries are used up, or the settings change."""
        body = classic(batch) if config.shape == "classic" else cloudevents(batch)
        for attempt, wait in enumerate((*config.retry_s, 0.0), start=1):
            status = self._post(str(config.url), body, within_s=config.answer_within_s)
            with self._changed:
                self._deliveries.append(
                    {
                        "at": datetime.now(UTC).isoformat(),
                        "attempt": attempt,
                        "status": status,
                        "events": len(batch),
                    }
                )
                if status == 200:  # noqa: PLR2004  # nothing else acknowledges
                    return
                self._changed.wait_for(lambda: self._stopped or self._config is not config, timeout=wait)
                if self._stopped or self._config is not config:
                    return

    def _post(self, url: str, body: bytes, *, within_s: float) -> int:
        """The status, or 0 for no answer in time."""
        parts = urlsplit(url)
        connection = HTTPConnection(str(parts.hostname), parts.port or 80, timeout=within_s)
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "intuit_notification_server/0.1",
            "intuit-signature": signature(body, verifier_token=self._verifier_token),
            "intuit-created-time": datetime.now(UTC).isoformat(),
            "intuit-t-id": new_tid(),
            "intuit-notification-schema-version": "0.1",
        }
        try:
            connection.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return 0
        finally:
            connection.close()
