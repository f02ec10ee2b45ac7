"""A bare HTTP client of the simulator: it adds token and realm, and hides nothing."""

from decimal import Decimal
from typing import Any

import requests


class Qbo:
    """A thin client: it adds the token and the realm and hides nothing."""

    def __init__(self, base_url: str, credentials: dict[str, str]) -> None:
        self.base_url = base_url
        self.credentials = credentials
        self.realm_id = credentials["realm_id"]
        self.session = requests.Session()
        self.session.headers.update(
            {"Authorization": f"Bearer {credentials['access_token']}", "Accept": "application/json"}
        )

    def url(self, path: str) -> str:
        return f"{self.base_url}/v3/company/{self.realm_id}/{path}"

    def get(self, path: str, **params: str) -> requests.Response:
        return self.session.get(self.url(path), params=params, timeout=20)

    def post(self, path: str, body: Any, **params: str) -> requests.Response:
        return self.session.post(self.url(path), json=body, params=params, timeout=20)

    def query(self, statement: str) -> Any:
        answer = self.get("query", query=statement)
        return answer.json(parse_float=Decimal)

    def rows(self, statement: str) -> list[dict[str, Any]]:
        response = self.query(statement)["QueryResponse"]
        return next((value for value in response.values() if isinstance(value, list)), [])

    def make(self, entity: str, body: Any, **params: str) -> dict[str, Any]:
        answer = self.post(entity.lower(), body, **params)
        assert answer.status_code == 200, answer.text
        return answer.json(parse_float=Decimal)[entity]

    def read(self, entity: str, identifier: str, **params: str) -> dict[str, Any]:
        answer = self.get(f"{entity.lower()}/{identifier}", **params)
        assert answer.status_code == 200, answer.text
        return answer.json(parse_float=Decimal)[entity]

    def refused(self, entity: str, body: Any, **params: str) -> dict[str, Any]:
        answer = self.post(entity.lower(), body, **params)
        assert "Fault" in answer.json(), answer.text
        return {**answer.json()["Fault"]["Error"][0], "status": answer.status_code}

    def invoice(self, **fields: Any) -> dict[str, Any]:
        return self.make("Invoice", invoice_body(**fields))

    def control(self, name: str, body: Any = None) -> Any:
        address = f"{self.base_url}/_simulator/{name}"
        if body is None:
            return requests.get(address, timeout=20).json()
        answer = requests.post(address, json=body, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def fault(self, **fault: Any) -> None:
        self.control("faults", {"faults": [fault]})


def ask(*words: str) -> str:
    """A query put together from parts that the test itself wrote."""
    return " ".join(words)


def line(amount: str = "100.00", item: str = "1", **detail: Any) -> dict[str, Any]:
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": item}, **detail},
    }


def invoice_body(**fields: Any) -> dict[str, Any]:
    return {"CustomerRef": {"value": "1"}, "Line": [line()], **fields}


def ref(identifier: str) -> dict[str, str]:
    return {"value": identifier}
