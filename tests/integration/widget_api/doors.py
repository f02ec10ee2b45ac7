"""The web's doors for programs, over real HTTP: the card's session and the API's key."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import requests

from qbo_connector.sync.keys import Issued

TIMEOUT_S = 40
LIFE_S = 240


@dataclass
class Clock:
    """The installation's clock, which a test may move."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def reset(self) -> None:
        self.ahead = timedelta(0)


@dataclass(kw_only=True)
class Door:
    """Calls under one prefix with one credential."""

    address: str
    credential: str
    http: requests.Session

    def get(self, path: str, **params: Any) -> requests.Response:
        return self.call("GET", path, params=params)

    def post(self, path: str, body: Any = None, *, key: str | None = None, **more: Any) -> requests.Response:
        headers = {"Idempotency-Key": key or secrets.token_hex(8)}
        return self.call("POST", path, json={} if body is None else body, headers=headers, **more)

    def call(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any
    ) -> requests.Response:
        sent = {"Authorization": f"Bearer {self.credential}", **(headers or {})}
        return self.http.request(method, f"{self.address}/{path}", headers=sent, timeout=TIMEOUT_S, **more)


@dataclass(kw_only=True)
class Web:
    """One running web process."""

    address: str
    widget_key: Issued
    clock: Clock
    http: requests.Session = field(default_factory=requests.Session)

    def token(self, record: str, *, secret: str | None = None, kid: str | None = None, **claims: Any) -> str:
        """A widget token as a source system signs it; a claim of None is left out."""
        now = int(self.clock().timestamp())
        usual = {
            "aud": "qbo-connector",
            "sub": "ann",
            "name": "Ann Lee",
            "external_id": record,
            "iat": now,
            "exp": now + LIFE_S,
            "jti": secrets.token_hex(8),
        }
        told = {name: value for name, value in (usual | claims).items() if value is not None}
        return jwt.encode(
            told, secret or self.widget_key.secret, algorithm="HS256", headers={"kid": kid or self.widget_key.id}
        )

    def open(self, token: str) -> requests.Response:
        return self.http.post(f"{self.address}/widget/v1/session", json={"token": token}, timeout=TIMEOUT_S)

    def card(self, external_id: str) -> Door:
        """A session for this record."""
        answer = self.open(self.token(external_id))
        assert answer.status_code == 201, answer.text
        return Door(address=f"{self.address}/widget/v1", credential=answer.json()["session"], http=self.http)

    def api(self, key: str) -> Door:
        return Door(address=f"{self.address}/api/v1", credential=key, http=self.http)

    def close(self) -> None:
        self.http.close()


def problem(answer: requests.Response) -> tuple[int, str]:
    """Status and code of a problem document."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    document = answer.json()
    assert document["status"] == answer.status_code
    return answer.status_code, document["code"]
