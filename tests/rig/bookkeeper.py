"""A person at QuickBooks itself, past our own client: looks, edits, voids, deletes, takes payments."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import requests

from tests.rig.simulator import Simulator

TIMEOUT_S = 30
PAGE = 1000
UNAUTHORIZED = 401
SOMETHING: dict[str, Any] = {
    "CustomerRef": {"value": "1"},
    "Line": [
        {
            "Amount": "5.00",
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
        }
    ],
}
"""What the bookkeeper sells without us."""


class Bookkeeper:
    """Signed in to one company. Changes are marked as a person's, so that webhooks tell of them."""

    def __init__(self, simulator: Simulator, realm_id: str) -> None:
        self._simulator = simulator
        self._address = f"{simulator.base_url}/v3/company/{realm_id}"
        self._session = requests.Session()
        self._session.headers.update({"Accept": "application/json", "X-Simulator-Person": "1"})
        self._sign_in()

    def every(self, entity: str, where: str = "") -> Iterator[dict[str, Any]]:
        """All rows that QuickBooks shows, page by page; of lists, the active ones."""
        condition, start = f" WHERE {where}" if where else "", 1
        while True:
            window = f"STARTPOSITION {start} MAXRESULTS {PAGE}"
            rows = self.query(f"SELECT * FROM {entity}{condition} {window}", entity)  # noqa: S608 - test values
            yield from rows
            if len(rows) < PAGE:
                return
            start += PAGE

    def query(self, statement: str, entity: str) -> list[dict[str, Any]]:
        answer = self._send("GET", "query", params={"query": statement})
        return list(answer["QueryResponse"].get(entity, []))

    def invoice(self, qbo_id: str) -> dict[str, Any] | None:
        """As it stands now; None if it was deleted."""
        found = self.query(f"SELECT * FROM Invoice WHERE Id = '{qbo_id}'", "Invoice")  # noqa: S608 - test values
        return found[0] if found else None

    def edit(self, entity: str, standing: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """Change some fields of what stands there."""
        body = {"Id": standing["Id"], "SyncToken": standing["SyncToken"], "sparse": True, **fields}
        return self._write(entity, body)

    def receipt(self, number: str) -> dict[str, Any]:
        """Write a sales receipt of their own under this number."""
        return self.make("SalesReceipt", DocNumber=number, **SOMETHING)

    def void(self, standing: dict[str, Any]) -> None:
        self._write("Invoice", {"Id": standing["Id"], "SyncToken": standing["SyncToken"]}, operation="void")

    def delete(self, standing: dict[str, Any], entity: str = "Invoice") -> None:
        self._write(entity, {"Id": standing["Id"], "SyncToken": standing["SyncToken"]}, operation="delete")

    def make(self, entity: str, **fields: Any) -> dict[str, Any]:
        return self._write(entity, fields)

    def pay(self, standing: dict[str, Any], amount: Decimal) -> dict[str, Any]:
        """Take a payment for an invoice."""
        linked = [{"TxnId": standing["Id"], "TxnType": "Invoice"}]
        lines = [{"Amount": str(amount), "LinkedTxn": linked}]
        return self._write(
            "Payment", {"CustomerRef": standing["CustomerRef"], "TotalAmt": str(amount), "Line": lines}
        )

    def close(self) -> None:
        self._session.close()

    def _write(self, entity: str, body: dict[str, Any], **params: str) -> dict[str, Any]:
        answer: dict[str, Any] = self._send("POST", entity.lower(), params=params, json=body)[entity]
        return answer

    def _send(self, method: str, path: str, **more: Any) -> Any:
        address = f"{self._address}/{path}"
        answer = self._session.request(method, address, timeout=TIMEOUT_S, **more)
        if answer.status_code == UNAUTHORIZED:
            self._sign_in()
            answer = self._session.request(method, address, timeout=TIMEOUT_S, **more)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json(parse_float=Decimal)

    def _sign_in(self) -> None:
        token = self._simulator.credentials().access_token
        self._session.headers["Authorization"] = f"Bearer {token}"
