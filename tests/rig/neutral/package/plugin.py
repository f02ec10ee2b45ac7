"""The neutral source's verbs."""

import base64
import json
from urllib.parse import quote

from qbo_connector.canonical import Invoice
from qbo_connector.sources import (
    AccountInfo,
    Change,
    ChangePage,
    HookDelivery,
    HookRequest,
    JsonApi,
    JsonRecord,
    Option,
    Outcome,
    Ref,
    SourceContext,
    SourcePlugin,
    hmac_hex,
    require_secret,
    require_signature,
)

from .mapper import to_canonical

SIGNATURE = "Neutral-Signature"


class NeutralPlugin(SourcePlugin):
    """One account of the neutral source."""

    def __init__(self, context: SourceContext) -> None:
        super().__init__(context)
        self._base_url = context.required("base_url").rstrip("/")
        key = context.required("api_key")
        self._api = JsonApi(context.http, f"{self._base_url}/api", headers={"Authorization": f"Bearer {key}"})

    def check(self) -> AccountInfo:
        account = JsonRecord(self._api.get("/account"))
        return AccountInfo(external_id=account.text("id"), name=account.text("name"))

    def read(self, ref: Ref) -> Invoice:
        return to_canonical(JsonRecord(self._api.get(_path(ref))))

    def changed_since(self, cursor: str | None) -> ChangePage:
        page = JsonRecord(self._api.get("/changes", {"after": cursor or "0"}))
        changes = tuple(
            Change(
                ref=Ref(external_id=row.text("id")),
                changed_at=row.instant("at"),
                deleted=row.flag_or("deleted", default=False),
            )
            for row in page.records("changes")
        )
        return ChangePage(changes=changes, cursor=page.text("cursor"), more=page.flag_or("more", default=False))

    def parse_hook(self, request: HookRequest) -> tuple[HookDelivery, ...]:
        secret = require_secret(self.context.setting("signing_secret"))
        require_signature(request.header(SIGNATURE), expected=hmac_hex(secret, request.body))
        event = JsonRecord(json.loads(request.body), "the message")
        return (
            HookDelivery(
                ref=Ref(external_id=event.text("invoice")),
                event=event.text("event"),
                dedupe_key=event.text("id"),
                deleted=event.text("event") == "invoice.deleted",
            ),
        )

    def write_back(self, ref: Ref, outcome: Outcome) -> None:
        told = {
            "state": outcome.state.value,
            "qbo_id": outcome.qbo_id,
            "number": outcome.number,
            "url": outcome.url,
            "message": outcome.message,
            "code": outcome.code,
            "pdf": base64.b64encode(outcome.pdf).decode() if outcome.pdf else None,
        }
        self._api.send("PUT", f"{_path(ref)}/sync", told)

    def options(self, name: str) -> list[Option]:
        rows = JsonRecord(self._api.get(f"/options/{quote(name, safe='')}")).records("options")
        return [Option(value=row.text("value"), label=row.text("label")) for row in rows]

    def record_url(self, ref: Ref) -> str | None:
        return f"{self._base_url}/invoices/{quote(ref.external_id, safe='')}"


def _path(ref: Ref) -> str:
    return f"/invoices/{quote(ref.external_id, safe='')}"
