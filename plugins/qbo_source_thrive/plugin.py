"""Thrive's verbs."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice

from qbo_connector.canonical import Invoice
from qbo_connector.errors import DocumentInvalid, HookSignatureBad, NeedsHuman, SourceRecordGone
from qbo_connector.sources import (
    AccountInfo,
    Change,
    ChangePage,
    EmbedContext,
    EmbedRequest,
    HookDelivery,
    HookRequest,
    JsonRecord,
    Option,
    Outcome,
    ReadResult,
    Ref,
    SourceContext,
    SourcePlugin,
    hmac_hex,
    read_signed_context,
    require_fresh,
    require_secret,
    require_signature,
    signature_parts,
)
from qbo_source_thrive.client import MOST_IDS, ThriveClient
from qbo_source_thrive.cursor import ChangeCursor
from qbo_source_thrive.mapper import product_ids, to_canonical

AUDIENCE = "qbo-connector"
PERMISSIONS = ("invoices:read", "products:read", "sync_status:write")
SIGNATURE = "Thrive-Signature"
"""``t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">``."""


class ThrivePlugin(SourcePlugin):
    """One Thrive account."""

    def __init__(self, context: SourceContext) -> None:
        super().__init__(context)
        self._address = context.required("base_url").rstrip("/")
        self._client = ThriveClient(context.http, base_url=self._address, api_key=context.required("api_key"))

    def check(self) -> AccountInfo:
        """One request; `missing` names permissions that the key lacks."""
        account = self._client.account()
        granted = tuple(account.texts("permissions"))
        return AccountInfo(
            external_id=account.text("id"),
            name=account.text("name"),
            granted=granted,
            missing=tuple(name for name in PERMISSIONS if name not in granted),
        )

    def read(self, ref: Ref) -> Invoice:
        """Two requests: the invoice, then its products, which say at which locations they are sold (T-28)."""
        invoice = self._client.invoice(_invoice_id(ref))
        return to_canonical(invoice, self._client.products(product_ids(invoice)))

    def read_many(self, refs: Iterable[Ref]) -> Iterator[ReadResult]:
        """Two requests for up to fifty invoices: one for them, one for all their products."""
        waiting = iter(refs)
        while part := list(islice(waiting, MOST_IDS)):
            yield from self._read_part(part)

    def changed_since(self, cursor: str | None) -> ChangePage:
        """Fifty changes at most, deleted invoices among them."""
        before = ChangeCursor.read(cursor)
        page = self._client.invoices_since(before.since, page=before.page)
        rows = page.records("data")
        more = bool(rows) and page.decimal("total") > page.decimal("page") * page.decimal("per_page")
        after = before.after([(row.text("id"), row.text("updated_at")) for row in rows], more=more)
        known = set(before.seen)
        changes = tuple(
            _change(row) for row in rows if row.text("updated_at") != before.since or row.text("id") not in known
        )
        return ChangePage(changes=changes, cursor=str(after), more=more)

    def parse_hook(self, request: HookRequest) -> tuple[HookDelivery, ...]:
        """Thrive sends one event a message, signed with its time."""
        secret = require_secret(self.context.setting("signing_secret"))
        parts = signature_parts(request.header(SIGNATURE))
        stamp = parts.get("t", "")
        require_signature(parts.get("v1", ""), expected=hmac_hex(secret, stamp.encode() + b"." + request.body))
        require_fresh(stamp, now=self.context.now())
        return (_delivery(request.body),)

    def write_back(self, ref: Ref, outcome: Outcome) -> None:
        """Replace the sync status that the invoice shows; the last one counts."""
        status = {
            "state": outcome.state.value,
            "qbo_id": outcome.qbo_id,
            "qbo_number": outcome.number,
            "qbo_url": outcome.url,
            "message": outcome.message,
            "code": outcome.code,
            "at": outcome.at.isoformat(),
        }
        self._client.tell_sync_status(_invoice_id(ref), {name: value for name, value in status.items() if value})

    def options(self, name: str) -> list[Option]:
        """The active locations, by the name "locations"."""
        if name != "locations":
            raise DocumentInvalid(f"Thrive has no list {name}", field="list", value=name)
        return [
            Option(value=location.text("id", "location id"), label=location.text("name", "location"))
            for location in self._client.locations()
        ]

    def embed_context(self, request: EmbedRequest) -> EmbedContext:
        """The page passes ``context``, a JWT that Thrive signs with the signing secret."""
        now = self.context.now()
        secret = require_secret(self.context.setting("signing_secret"))
        claims = read_signed_context(request.query.get("context", ""), secret=secret, audience=AUDIENCE, now=now)
        invoice_id, person = claims.get("invoice_id"), claims.get("sub")
        if not isinstance(invoice_id, str) or not isinstance(person, str):
            raise HookSignatureBad("the page's context names no invoice or no person")
        return EmbedContext(
            ref=Ref(external_id=invoice_id),
            person_id=person,
            person_name=str(claims.get("name", "")),
            nonce=str(claims.get("jti", "")),
            expires_at=datetime.fromtimestamp(float(claims["exp"]), UTC),
        )

    def record_url(self, ref: Ref) -> str | None:
        """The invoice's page."""
        return f"{self._address}/invoices/{_invoice_id(ref)}"

    def _read_part(self, refs: list[Ref]) -> Iterator[ReadResult]:
        ids = [_invoice_id(ref) for ref in refs]
        invoices = {invoice.text("id"): invoice for invoice in self._client.invoices(ids)}
        wanted = list(dict.fromkeys(each for invoice in invoices.values() for each in _products_of(invoice)))
        products = {product.text("id", "product id"): product for product in self._client.products(wanted)}
        for ref in refs:
            yield _result(ref, invoices.get(ref.external_id), products)


def _result(ref: Ref, invoice: JsonRecord | None, products: dict[str, JsonRecord]) -> ReadResult:
    if invoice is None:
        return ReadResult(ref=ref, error=SourceRecordGone(f"{ref} is not in the answer"))
    try:
        return ReadResult(ref=ref, document=to_canonical(invoice, products.values()))
    except NeedsHuman as err:
        return ReadResult(ref=ref, error=err)


def _products_of(invoice: JsonRecord) -> list[str]:
    try:
        return product_ids(invoice)
    except DocumentInvalid:  # told with its own record, by the mapper
        return []


def _invoice_id(ref: Ref) -> str:
    if ref.kind != "invoice":
        raise SourceRecordGone(f"Thrive has no {ref.kind}")
    return ref.external_id


def _change(row: JsonRecord) -> Change:
    return Change(
        ref=Ref(external_id=row.text("id")),
        changed_at=row.instant("updated_at", "time of the last change"),
        deleted=row.flag_or("deleted", default=False),
    )


def _delivery(body: bytes) -> HookDelivery:
    try:
        event = JsonRecord(json.loads(body), "the message")
    except (ValueError, RecursionError) as err:
        raise DocumentInvalid("the hook is not JSON", field="the message") from err
    name = event.text("type", "event")
    return HookDelivery(
        ref=Ref(external_id=event.record("data").text("invoice_id", "invoice id")),
        event=name,
        dedupe_key=event.text("id", "event id"),
        occurred_at=event.instant_or_none("occurred_at", "event time"),
        deleted=name == "invoice.deleted",
    )
