"""The product as people start it: ``qbo-connector demo`` with its whole process tree, and both its ends."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from qbo_connector.cli.demo.child import Child
from qbo_connector.cli.demo.running import FILE_NAME, DemoKey, SignIn
from qbo_connector.cli.demo.waiting import wait_for_file
from tests.rig.simulator import Simulator
from tests.rig.stage import SOURCE, SourceSandbox

PROGRAM = (sys.executable, "-m", "qbo_connector.cli")
READY_S = 120.0
GRACE_S = 30.0
ANSWER_S = 10


class Books:
    """The practice company, looked at past our own client and changed as people do inside QuickBooks."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator

    def find(self, entity: str, **where: str) -> list[dict[str, Any]]:
        """All records with these values."""
        conditions = " AND ".join(f"{field} = '{value}'" for field, value in where.items())
        statement = f"SELECT * FROM {entity} WHERE {conditions}"  # noqa: S608 - values of the tests themselves
        answer = self._ask("GET", "query", params={"query": statement})
        return list(answer["QueryResponse"].get(entity, []))

    def invoice(self, number: str) -> dict[str, Any]:
        """The one invoice of this number."""
        (found,) = self.find("Invoice", DocNumber=number)
        return found

    def invoice_by_hand(self, number: str) -> None:
        """Somebody makes an invoice inside QuickBooks, under this number."""
        detail = {"ItemRef": {"value": "1"}}
        line = {"Amount": 10, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
        self._ask("POST", "invoice", json={"DocNumber": number, "CustomerRef": {"value": "1"}, "Line": [line]})

    def switch_off(self, entity: str, **where: str) -> None:
        """Somebody makes a list entry inactive."""
        (found,) = self.find(entity, **where)
        self._ask("POST", entity.lower(), json={**found, "Active": False})

    def _ask(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        credentials = self.simulator.credentials()
        answer = requests.request(
            method,
            f"{self.simulator.base_url}/v3/company/{credentials.realm_id}/{path}",
            headers={
                "Authorization": f"Bearer {credentials.access_token}",
                "Accept": "application/json",
                "X-Simulator-Person": "1",
            },
            timeout=ANSWER_S,
            **more,
        )
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        found: dict[str, Any] = answer.json()
        return found


@dataclass(frozen=True, kw_only=True)
class Demo:
    """A demo that is up."""

    web: str
    shop_address: str
    sign_in: SignIn
    widget_key: DemoKey
    shop: SourceSandbox
    simulator: Simulator
    books: Books


@contextmanager
def demo(folder: Path) -> Iterator[Demo]:
    """Start it in this folder, on free ports; nothing of it is left afterwards."""
    child = Child.start(
        "demo",
        [*PROGRAM, "demo", "--port", "0", "--source", SOURCE],
        log=folder / "demo.log",
        environ={**os.environ, "QBO_DATA_DIR": str(folder)},
    )

    def is_up() -> None:
        assert child.is_alive, f"the demo did not come up:\n{child.tail()}"

    try:
        told = json.loads(wait_for_file(folder / "demo" / FILE_NAME, within_s=READY_S, meanwhile=is_up))
        address = told["sources"][SOURCE]
        with closing(SourceSandbox(address)) as shop, closing(Simulator(told["simulator"])) as simulator:
            yield Demo(
                web=told["web"],
                shop_address=address,
                sign_in=SignIn(**told["sign_in"]),
                widget_key=DemoKey(**told["widget_keys"][SOURCE]),
                shop=shop,
                simulator=simulator,
                books=Books(simulator),
            )
    finally:
        child.stop(grace_s=GRACE_S)
