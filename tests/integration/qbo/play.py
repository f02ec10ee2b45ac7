"""Our client in front of the simulator, with real tokens from a real store."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from qbo_connector.qbo.answers import Exchange, WriteRequest
from qbo_connector.qbo.client import QboClient
from qbo_connector.qbo.environment import environment
from qbo_connector.qbo.limits import Limits
from qbo_connector.qbo.oauth import QboApp, QboOAuth
from qbo_connector.qbo.tokens import TokenSet, TokenSource
from qbo_connector.qbo.transport import Pool
from qbo_connector.simulator import Simulator
from tests.integration.qbo.sqlite_tokens import SqliteTokenStore
from tests.integration.qbo.stage import CountingMeter

CONNECTION = "connection-1"


@dataclass(repr=False)
class Play:
    """Everything one test needs."""

    base_url: str
    credentials: dict[str, str]
    store: SqliteTokenStore
    store_path: Path
    oauth: QboOAuth
    tokens: TokenSource
    client: QboClient
    meter: CountingMeter
    exchanges: list[Exchange] = field(default_factory=list)

    @property
    def realm(self) -> str:
        return self.credentials["realm_id"]

    def control(self, path: str, body: Any = None, method: str = "POST") -> Any:
        answer = requests.request(method, f"{self.base_url}/_simulator/{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def goes_wrong(self, then: Any, path: str = "/invoice", **more: Any) -> None:
        self.control("faults", {"faults": [{"match": {"path": path}, "then": then, **more}]})

    def counts(self) -> dict[str, int]:
        return self.control("requests", method="GET")["counts"].get(self.realm, {})

    def forget(self) -> None:
        self.control("requests", method="DELETE")

    def invoices(self) -> int:
        return self.client.query("SELECT COUNT(*) FROM Invoice").total_count

    def sign_in(self) -> str:
        """The way of a browser without one: allow, and bring the code back."""
        address = self.oauth.authorize_url("state-1")
        form = {"decision": "approve", "realm_id": self.realm}
        answer = requests.post(address, data=form, allow_redirects=False, timeout=10)
        came_back = parse_qs(urlsplit(answer.headers["Location"]).query)
        assert came_back["state"] == ["state-1"]
        assert came_back["realmId"] == [self.realm]
        return came_back["code"][0]


def invoice(requestid: str, *, number: str = "", amount: str = "100.10", **more: Any) -> WriteRequest:
    """A small invoice for Amy's Bird Sanctuary."""
    line = {
        "Amount": float(amount),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "2"}},
    }
    body = {"CustomerRef": {"value": "1"}, "TxnDate": "2026-11-20", "Line": [line]}
    return WriteRequest(
        entity="invoice",
        body=json.dumps(body | ({"DocNumber": number} if number else {})).encode(),
        requestid=requestid,
        **more,
    )


def change(entity: dict[str, Any], requestid: str, operation: str = "update", **fields: Any) -> WriteRequest:
    body = {"Id": entity["Id"], "SyncToken": entity["SyncToken"], "sparse": True, **fields}
    return WriteRequest(entity="invoice", body=json.dumps(body).encode(), requestid=requestid, operation=operation)


@contextmanager
def playing(
    simulator: Simulator, folder: Path, limits: Limits | None = None, *, patience_s: float = 2.5
) -> Iterator[Play]:
    credentials = requests.get(f"{simulator.base_url}/_simulator/credentials", timeout=10).json()
    store = SqliteTokenStore(folder / "tokens.sqlite3")
    store.put(
        CONNECTION,
        TokenSet(
            access_token=credentials["access_token"],
            refresh_token=credentials["refresh_token"],
            expires_in=3600,
            refresh_expires_in=8640000,
            granted_at=datetime.now(tz=UTC),
        ),
    )
    oauth = QboOAuth(
        QboApp(
            client_id=credentials["client_id"],
            client_secret=credentials["client_secret"],
            redirect_uri="http://localhost:8000/quickbooks/callback",
        ),
        environment(simulator.base_url),
    )
    exchanges: list[Exchange] = []
    meter = CountingMeter(exchanges)
    tokens = TokenSource(CONNECTION, store, oauth)
    client = QboClient(
        realm_id=credentials["realm_id"],
        base_url=simulator.base_url,
        tokens=tokens,
        limits=limits,
        on_exchange=exchanges.append,
        meter=meter,
        pool=Pool(read_s=patience_s, whole_s=3 * patience_s),
    )
    try:
        yield Play(
            base_url=simulator.base_url,
            credentials=credentials,
            store=store,
            store_path=folder / "tokens.sqlite3",
            oauth=oauth,
            tokens=tokens,
            client=client,
            meter=meter,
            exchanges=exchanges,
        )
    finally:
        client.close()
        oauth.close()
