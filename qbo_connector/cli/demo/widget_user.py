"""A person at the widget, without a browser: tokens, session and calls as `docs/widget.md` describes them."""

import time
import uuid
from typing import Any, Self

import jwt
import requests

from qbo_connector.cli.demo.running import DemoKey

ANSWER_S = 40
TOKEN_S = 120
WAIT_S = 20


class WidgetRefused(Exception):
    """The widget answered with a problem; `code` is its code, `finding` its finding where it has one."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        finding = problem.get("finding") or {}
        super().__init__(f"{status} {finding.get('sentence') or problem.get('detail') or problem.get('code')}")
        self.status = status
        self.code = str(finding.get("code") or problem.get("code") or "")


class WidgetUser:
    """Looks at one record through the widget's own HTTP interface."""

    def __init__(self, web: str, key: DemoKey, external_id: str) -> None:
        self._base = f"{web}/widget/v1"
        self._session = requests.Session()
        answer = self._call("POST", "/session", {"token": mint(key, external_id)})
        self._session.headers["Authorization"] = f"Bearer {answer['session']}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._session.close()

    def record(self) -> dict[str, Any]:
        """Where the record stands."""
        return self._call("GET", "/record")

    def preview(self) -> dict[str, Any]:
        """What a sync would do."""
        return self._call("POST", "/preview", {})

    def press_sync(self, intent: str = "push") -> int:
        """Press the button; returns the operation.

        Raises:
            WidgetRefused: it cannot be synced; the finding says why.
        """
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        return int(self._call("POST", "/sync", {"intent": intent}, headers=headers)["operation"])

    def wait(self, operation: int, *, within_s: float) -> dict[str, Any]:
        """The operation when it is done, or as it stands when the time is over."""
        until, version = time.monotonic() + within_s, 0
        while True:
            left = max(0.0, min(WAIT_S, until - time.monotonic()))
            seen = self._call("GET", f"/operations/{operation}?after={version}&wait={left:.1f}")
            if seen["state"] == "done" or time.monotonic() >= until:
                return seen
            version = seen["version"]

    def sync(self, intent: str = "push", *, within_s: float = 30) -> dict[str, Any]:
        """Press the button and wait for the end."""
        return self.wait(self.press_sync(intent), within_s=within_s)

    def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        answer = self._session.request(method, f"{self._base}{path}", json=body, headers=headers, timeout=ANSWER_S)
        found: dict[str, Any] = answer.json()
        if not answer.ok:
            raise WidgetRefused(answer.status_code, found)
        return found


def mint(key: DemoKey, external_id: str) -> str:
    """A token as a source system signs it for one of its people."""
    now = int(time.time())
    claims = {
        "aud": "qbo-connector",
        "sub": "demo-story",
        "name": "Demo story",
        "external_id": external_id,
        "iat": now,
        "exp": now + TOKEN_S,
        "jti": uuid.uuid4().hex,
    }
    return jwt.encode(claims, key.secret, algorithm="HS256", headers={"kid": key.id})
