"""Messages of the source at our door, over HTTP, with a clock that a test may move."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from qbo_connector.sources import hmac_hex
from qbo_connector.store import findings, hook_refusals, sources
from qbo_connector.store.findings import Finding
from qbo_connector.store.hook_refusals import HookRefusals
from qbo_connector.store.sources import SourceAccount
from qbo_connector.store.states import FindingScope
from qbo_connector.sync.services import Services
from qbo_connector.web.wiring import KEY
from tests.rig.stage import SOURCE, Stage


@dataclass
class Clock:
    """The installation's clock; it stands still unless it is moved."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass(frozen=True, kw_only=True)
class HookDoor:
    """The application with one source account's door for hooks."""

    app: Flask
    stage: Stage
    clock: Clock

    @property
    def services(self) -> Services:
        found: Services = self.app.extensions[KEY]
        return found

    @property
    def secret(self) -> str:
        """The one that the source signed with from the beginning."""
        return self.stage.source_settings["signing_secret"]

    def send(self, secret: str | None, *, invoice: str = "inv_1", age_s: int = 0, **at: Any) -> TestResponse:
        """A message signed with this secret, as the source's own sandbox would; None for no signature at all."""
        event = {"id": secrets.token_hex(8), "type": "invoice.updated", "data": {"invoice_id": invoice}}
        body = json.dumps(event).encode()
        stamp = str(int(self.clock().timestamp()) - age_s)
        headers = {"Content-Type": "application/json"}
        if secret is not None:
            digest = hmac_hex(secret, stamp.encode() + b"." + body)
            headers["Thrive-Signature"] = f"t={stamp},v1={digest}"
        path = f"/hooks/{at.get('source', SOURCE)}/{at.get('account_id', self.stage.account_id)}"
        return self.app.test_client().post(path, data=body, headers=headers)

    def takes(self, secret: str | None, **more: Any) -> bool:
        """Whether a message signed with this secret is believed."""
        status = self.send(secret, **more).status_code
        assert status in {200, 401}
        return status == 200

    def refuse(self, times: int) -> None:
        """So many messages with a wrong signature."""
        assert not any(self.takes("not the secret") for _ in range(times))

    def account(self) -> SourceAccount:
        with self.services.database.reading() as session:
            return sources.load(session, self.stage.account_id)

    def warnings(self) -> list[Finding]:
        """What stands open about the account."""
        with self.services.database.reading() as session:
            return list(findings.list_open(session, FindingScope.SOURCE_ACCOUNT, self.stage.account_id))

    def codes(self) -> list[str]:
        return [row.code for row in self.warnings()]

    def counted(self, account_id: int | None = None) -> HookRefusals | None:
        """What is remembered of refused messages."""
        with self.services.database.reading() as session:
            return hook_refusals.find(session, account_id or self.stage.account_id)
