"""A whole installation on real parts, set up as people would: sandbox, sign-in at QuickBooks, account, pairing.

The worker's part is played in the test's own process by ``work``, so that a test can stop it at any point.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import requests

from qbo_connector import logs
from qbo_connector.assembly import build_services
from qbo_connector.config import Settings
from qbo_connector.jobs.bell import SilentBell
from qbo_connector.jobs.drain import drain_lane
from qbo_connector.qbo.environment import environment
from qbo_connector.sources.sandbox import SandboxOptions
from qbo_connector.store import bindings, findings, operations, records
from qbo_connector.store.operations import Operation
from qbo_connector.store.records import Record
from qbo_connector.store.states import Lane
from qbo_connector.sync import accounts, asks, connect, members, pairings
from qbo_connector.sync.client_pool import ClientPool
from qbo_connector.sync.services import Services
from qbo_connector.sync.targets import RecordTarget, locate
from tests.rig.simulator import Simulator

TIMEOUT_S = 30
WORK_EVERY_S = 0.1
LINES = [
    {"product_id": "prd_5", "variant_id": "var_51", "quantity": "12", "discount_value": "10"},
    {"product_id": "prd_9", "quantity": "2", "discount_type": "amount", "discount_value": "1.00"},
]
SOURCE = "thrive"


class SourceSandbox:
    """The source's stand-in, with its control plane as methods."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._session = requests.Session()

    def make(self, **told: Any) -> dict[str, Any]:
        """A new open invoice over two products; whatever is told replaces its part."""
        return self._call("POST", "invoices", {"status": "open", "lines": LINES, **told})["invoice"]

    def make_fresh(self, name: str, **told: Any) -> dict[str, Any]:
        """An invoice for a customer and over a product that nobody has seen before."""
        customer = self._call(
            "POST", "customers", {"name": f"{name} Inc", "email": f"{name.lower()}@shop.example"}
        )
        product = self._call("POST", "products", {"name": f"{name} Lamp", "price": "19.99"})
        lines = [{"product_id": product["id"], "quantity": "3", "discount_value": "5"}]
        return self.make(customer_id=customer["id"], lines=lines, **told)

    def change(self, invoice_id: str, **told: Any) -> dict[str, Any]:
        return self._call("PATCH", f"invoices/{invoice_id}", told)["invoice"]

    def fail(self, *failures: dict[str, Any]) -> None:
        """Arm these failures in place of all others."""
        self._call("POST", "failures", {"failures": list(failures)})

    def reset(self) -> None:
        """Begin anew, with the records of the demo."""
        self._call("POST", "reset", {"seed": "demo"})

    def look(self, invoice_id: str) -> dict[str, Any]:
        """The invoice as the source states it now."""
        return self._call("GET", f"invoices/{invoice_id}", {})["invoice"]

    def close(self) -> None:
        self._session.close()

    def _call(self, method: str, path: str, body: dict[str, Any]) -> Any:
        answer = self._session.request(method, f"{self.base_url}/_sandbox/{path}", json=body, timeout=TIMEOUT_S)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json()


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Everything is connected and switched on."""

    services: Services
    simulator: Simulator
    source: SourceSandbox
    organization_id: int
    user_id: int
    connection_id: int
    account_id: int
    pairing_id: int
    realm_id: str
    source_settings: dict[str, str]

    def target(self, invoice_id: str) -> RecordTarget:
        return locate(
            self.services,
            organization_id=self.organization_id,
            source_account_id=self.account_id,
            kind="invoice",
            external_id=invoice_id,
        )

    def ask(self, invoice_id: str, **more: Any) -> int:
        """What a click does: an operation stands in the database."""
        return asks.request_sync(self.services, self.target(invoice_id), asked_by="test", **more)

    def work(self, *lanes: Lane) -> int:
        """What the workers do: everything that is due."""
        return work(self.services, *lanes)

    @contextmanager
    def working(self) -> Iterator[None]:
        """A worker beside the test, as long as the block lasts."""
        over = threading.Event()

        def work() -> None:
            while not over.wait(WORK_EVERY_S):
                self.work()

        worker = threading.Thread(target=work, daemon=True)
        worker.start()
        try:
            yield
        finally:
            over.set()
            worker.join()

    def sync(self, invoice_id: str, **more: Any) -> Operation:
        """Click, and wait for the workers; the operation as it ended."""
        operation_id = self.ask(invoice_id, **more)
        self.work()
        return self.operation(operation_id)

    def operation(self, operation_id: int) -> Operation:
        with self.services.database.reading() as session:
            return operations.load(session, operation_id)

    def record(self, invoice_id: str) -> Record:
        with self.services.database.reading() as session:
            found = records.find(session, self.pairing_id, kind="invoice", external_id=invoice_id)
        assert found is not None
        return found

    def codes(self, invoice_id: str) -> list[str]:
        """Codes of the record's open findings, the leading one first."""
        record = self.record(invoice_id)
        with self.services.database.reading() as session:
            return [row.code for row in findings.list_of_record(session, record.id)]

    def leads(self, invoice_id: str) -> str:
        """The code of the finding that leads, if one does."""
        record = self.record(invoice_id)
        with self.services.database.reading() as session:
            rows = findings.list_of_record(session, record.id)
        return next((row.code for row in rows if row.leading), "")

    def sentence(self, invoice_id: str) -> str:
        """The leading finding in words."""
        record = self.record(invoice_id)
        with self.services.database.reading() as session:
            row = findings.list_of_record(session, record.id)[0]
        return self.services.catalogue.fill(row.code, row.params).sentence

    def links(self, invoice_id: str) -> list[Any]:
        record = self.record(invoice_id)
        with self.services.database.reading() as session:
            return list(bindings.list_of_record(session, record.id))

    def quickbooks(self, entity: str, **where: str) -> list[dict[str, Any]]:
        """What QuickBooks holds, asked past our own client."""
        credentials = self.simulator.credentials()
        conditions = " AND ".join(f"{field} = '{value}'" for field, value in where.items())
        statement = f"SELECT * FROM {entity}" + (f" WHERE {conditions}" if conditions else "") + " MAXRESULTS 1000"  # noqa: S608 - test values
        answer = requests.get(
            f"{self.simulator.base_url}/v3/company/{self.realm_id}/query",
            params={"query": statement},
            headers={"Authorization": f"Bearer {credentials.access_token}", "Accept": "application/json"},
            timeout=TIMEOUT_S,
        )
        assert answer.ok, answer.text
        found = answer.json()["QueryResponse"]
        return list(found.get(entity, []))

    def edit_by_hand(self, number: str, **fields: Any) -> None:
        """Somebody changes an invoice in QuickBooks."""
        (document,) = self.quickbooks("Invoice", DocNumber=number)
        credentials = self.simulator.credentials()
        answer = requests.post(
            f"{self.simulator.base_url}/v3/company/{self.realm_id}/invoice",
            json={"Id": document["Id"], "SyncToken": document["SyncToken"], "sparse": True, **fields},
            headers={
                "Authorization": f"Bearer {credentials.access_token}",
                "Accept": "application/json",
                "X-Simulator-Person": "1",
            },
            timeout=TIMEOUT_S,
        )
        assert answer.ok, answer.text

    def writes(self) -> list[str]:
        """The writes QuickBooks was sent, in order: ``create customer``."""
        return [
            f"{one['operation']} {str(one['entity']).lower()}"
            for one in self.simulator.requests()
            if one["realm_id"] == self.realm_id and one["method"] == "POST" and one["operation"] != "query"
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Somebody's organization, with its QuickBooks company connected and read."""

    user_id: int
    organization_id: int
    connection_id: int
    realm_id: str


AnyStage = TypeVar("AnyStage", bound=Stage)


@contextmanager
def set_up(settings: Settings, simulator: Simulator, *, shop: Shop | None = None) -> Iterator[Stage]:
    """Build the stage, around a shop if there is one already, and take it down again."""
    logs.configure(level="error", as_json=True)
    services = unlimited(build_services(settings, bell=SilentBell()))
    entry = services.registry.find(SOURCE)
    assert entry is not None, services.registry.problems
    sandbox = entry.sandbox(SandboxOptions(seed="demo"))
    sandbox.start()
    source = SourceSandbox(sandbox.base_url)
    try:
        yield connected(services, simulator, source, dict(sandbox.describe().settings), shop=shop)
    finally:
        source.close()
        sandbox.stop()
        services.clients.close()
        services.database.close()


def unlimited(services: Services) -> Services:
    """Without our own brake, which would make every test wait for its turn; it has tests of its own."""
    clients = ClientPool(
        database=services.database,
        environment=environment(services.settings.environment),
        oauth=services.oauth,
        limits=None,
        clock=services.clock,
        reads_per_month=services.settings.reads_per_month,
    )
    return replace(services, clients=clients)


def connected(
    services: Services,
    simulator: Simulator,
    source: Any,
    source_settings: dict[str, str],
    *,
    key: str = SOURCE,
    kind: type[AnyStage] = Stage,  # type: ignore[assignment]  # the default's type is the variable's bound
    shop: Shop | None = None,
    **more: Any,
) -> AnyStage:
    """A person signs up, unless there is a shop already, saves a source account and switches a sync on."""
    shop = shop or signed_up(services, simulator)
    for name in ("beta", "plan"):
        members.grant(services, shop.organization_id, key, name, granted_by="test")
    account_id = accounts.save_account(services, shop.organization_id, key, "Shop", source_settings)
    pairing_id = pairings.create(services, shop.organization_id, account_id, shop.connection_id, name="Invoices")
    pairings.turn_on(services, pairing_id)
    stage = kind(
        services=services,
        simulator=simulator,
        source=source,
        organization_id=shop.organization_id,
        user_id=shop.user_id,
        connection_id=shop.connection_id,
        account_id=account_id,
        pairing_id=pairing_id,
        realm_id=shop.realm_id,
        source_settings=source_settings,
        **more,
    )
    stage.work()
    return stage


def signed_up(services: Services, simulator: Simulator) -> Shop:
    """A person signs up and signs in at QuickBooks, whose lists are read."""
    user_id = members.create_user(services, email="owner@shop.example", password="correct horse battery")
    organization_id = members.create_organization(services, name="Shop", owner_id=user_id)
    realm_id = simulator.credentials().realm_id
    connection_id = sign_in_to_quickbooks(services, organization_id, user_id, realm_id)
    work(services)
    return Shop(user_id=user_id, organization_id=organization_id, connection_id=connection_id, realm_id=realm_id)


def work(services: Services, *lanes: Lane) -> int:
    """What the workers do: everything that is due; returns how many operations that was."""
    return sum(drain_lane(services, lane) for lane in lanes or tuple(Lane))


def sign_in_to_quickbooks(services: Services, organization_id: int, user_id: int, realm_id: str) -> int:
    """As a browser does it: to Intuit's page, approve, and back with the code."""
    url = connect.begin(services, organization_id=organization_id, user_id=user_id, return_to="/")
    parts = urlsplit(url)
    answer = requests.post(
        url, data={"decision": "approve", "realm_id": realm_id}, allow_redirects=False, timeout=TIMEOUT_S
    )
    assert answer.status_code == 302, f"{parts.path}: {answer.status_code} {answer.text[:300]}"
    query = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    return connect.finish(services, query=query, session_user_id=user_id).connection_id
