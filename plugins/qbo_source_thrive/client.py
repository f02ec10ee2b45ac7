"""The HTTP of Thrive's API, as this plugin assumes it (see README.md), and nothing else."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from qbo_connector.sources import JsonApi, JsonRecord, SourceHttp

MOST_IDS = 50
PER_PAGE = 50


class ThriveClient:
    """Thrive over HTTP. Errors are those of `SourceHttp.request`."""

    def __init__(self, http: SourceHttp, *, base_url: str, api_key: str) -> None:
        self._api = JsonApi(
            http, f"{base_url.rstrip('/')}/thrive/v1", headers={"Authorization": f"Bearer {api_key}"}
        )

    def account(self) -> JsonRecord:
        """The account that the key opens, with the permissions of the key."""
        return JsonRecord(self._api.get("/account")).record("account")

    def invoice(self, invoice_id: str) -> JsonRecord:
        """One invoice."""
        return JsonRecord(self._api.get(f"/invoices/{quote(invoice_id, safe='')}")).record("invoice")

    def invoices(self, invoice_ids: Sequence[str]) -> Iterator[JsonRecord]:
        """These invoices, in no order; those that are gone are left out."""
        return self._by_ids("/invoices", invoice_ids)

    def products(self, product_ids: Sequence[str]) -> Iterator[JsonRecord]:
        """These products, in no order; those that are gone are left out."""
        return self._by_ids("/products", product_ids)

    def locations(self) -> list[JsonRecord]:
        """All active locations."""
        return JsonRecord(self._api.get("/locations")).records("data")

    def invoices_since(self, stamp: str, *, page: int) -> JsonRecord:
        """A page of invoices updated at or after this stamp, oldest change first, deleted ones included."""
        query = {"page": str(page), "per_page": str(PER_PAGE), "include_deleted": "true"}
        return JsonRecord(self._api.get("/invoices", query | ({"updated_since": stamp} if stamp else {})))

    def tell_sync_status(self, invoice_id: str, status: dict[str, Any]) -> None:
        """Store on the invoice how its sync ended."""
        self._api.send("POST", f"/invoices/{quote(invoice_id, safe='')}/sync-status", status)

    def _by_ids(self, path: str, ids: Sequence[str]) -> Iterator[JsonRecord]:
        for start in range(0, len(ids), MOST_IDS):
            part = ids[start : start + MOST_IDS]
            answer = self._api.get(path, {"ids": ",".join(part), "per_page": str(len(part))})
            yield from JsonRecord(answer).records("data")
