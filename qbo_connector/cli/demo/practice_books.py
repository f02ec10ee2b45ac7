"""The practice company as the story looks at it: past our own client, straight at the simulator."""

import time
from http import HTTPStatus
from typing import Any

import requests

ANSWER_S = 10
MOST_TRIES = 20
PAUSE_S = 0.5


class PracticeBooks:
    """What really stands in QuickBooks, and how it is made to misbehave."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._credentials: dict[str, str] = requests.get(
            f"{base_url}/_simulator/credentials", timeout=ANSWER_S
        ).json()

    def invoices(self, number: str) -> list[dict[str, Any]]:
        """Every invoice with this number."""
        quoted = number.replace("\\", "\\\\").replace("'", "\\'")
        statement = f"SELECT * FROM Invoice WHERE DocNumber = '{quoted}'"  # noqa: S608 - quoted just above
        found: list[dict[str, Any]] = self._ask("GET", "query", params={"query": statement})["QueryResponse"].get(
            "Invoice", []
        )
        return found

    def make(self, number: str) -> None:
        """Somebody makes an invoice by hand, under this number."""
        detail = {"ItemRef": {"value": "1"}}
        line = {"Amount": 10, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
        self._ask("POST", "invoice", json={"DocNumber": number, "CustomerRef": {"value": "1"}, "Line": [line]})

    def _ask(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        """Ask as any other app would, and wait as one must: the limits are in force for everybody."""
        headers = {"Authorization": f"Bearer {self._credentials['access_token']}", "Accept": "application/json"}
        address = f"{self._base_url}/v3/company/{self._credentials['realm_id']}/{path}"
        for _ in range(MOST_TRIES):
            answer = requests.request(method, address, headers=headers, timeout=ANSWER_S, **more)
            if answer.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                break
            time.sleep(PAUSE_S)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def arm(self, then: str, path: str) -> None:
        """The next request to this path ends like this."""
        fault = {"match": {"method": "POST", "path": path}, "nth": 1, "times": 1, "then": then}
        requests.post(
            f"{self._base_url}/_simulator/faults", json={"faults": [fault]}, timeout=ANSWER_S
        ).raise_for_status()

    def has_misbehaved(self) -> bool:
        """Whether the armed fault was met."""
        faults = requests.get(f"{self._base_url}/_simulator/faults", timeout=ANSWER_S).json()["faults"]
        return any(fault.get("fired") for fault in faults)

    def disarm(self) -> None:
        """Behave again."""
        requests.post(
            f"{self._base_url}/_simulator/faults", json={"faults": []}, timeout=ANSWER_S
        ).raise_for_status()
