"""An installation with the neutral source: real store, worker, HTTP at the source and simulator as QuickBooks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import select

from qbo_connector import logs
from qbo_connector.assembly import build_services
from qbo_connector.config import Settings
from qbo_connector.jobs.bell import SilentBell
from qbo_connector.jobs.scheduler import ask_sources
from qbo_connector.policy.catalogue import Role
from qbo_connector.policy.policies import PolicyChoice
from qbo_connector.sources import SandboxOptions
from qbo_connector.store import connections, sources
from qbo_connector.store import pairings as stored_pairings
from qbo_connector.store.records import Record
from qbo_connector.store.states import Lane
from qbo_connector.sync import asks, inbox, look, pairings
from qbo_connector.sync.look import PreviewView, RecordView
from qbo_connector.sync.reading_now import read_for_somebody
from qbo_connector.sync.reviving import STOPPED
from qbo_connector.sync.situation import rules_of
from tests.rig.neutral.addon import KEY, make_addon
from tests.rig.simulator import Simulator
from tests.rig.stage import TIMEOUT_S, Shop, Stage, connected, unlimited

LINES = (
    {"item": {"id": "p-lamp", "name": "Lamp", "sku": "LAMP"}, "quantity": "2", "price": "40.00", "taxable": True},
    {"item": {"id": "s-fit", "name": "Fitting", "kind": "service"}, "quantity": "1.5", "price": "60.00"},
)
FORM = {"choices", "accounts", "default_item"}
CUSTOMER = {"id": "c-1", "name": "Northwind Traders", "email": "ap@northwind.example"}


@dataclass(frozen=True, kw_only=True)
class NeutralStage(Stage):
    """`Stage` with a source whose every part can be told, and rules that can be switched at any time."""

    books: Any
    """The source's invoices as its own people see them: ``put``, ``find``, ``remove``, ``told``."""
    sandbox: Any
    count: list[int] = field(default_factory=lambda: [0])

    def make(self, **told: Any) -> dict[str, Any]:
        """A new open invoice of two lines, 170.00; whatever is told replaces its part. Answers it reckoned."""
        self.count[0] += 1
        number = f"N-{self.pairing_id}{self.count[0]:04}"
        made = {
            "id": f"inv-{self.pairing_id}-{self.count[0]}",
            "number": number,
            "status": "open",
            "issued_on": date.today().isoformat(),  # noqa: DTZ011 - the calendar date of a source
            "currency": "USD",
            "customer": dict(CUSTOMER),
            "lines": [dict(line) for line in LINES],
        }
        return self.books.put({**made, **told})

    def change(self, invoice_id: str, **told: Any) -> dict[str, Any]:
        """Edit an invoice; what it comes to is worked out anew unless it is told."""
        before = self.books.find(invoice_id)
        worked_out = {"total", "discount_amount"}
        kept = {key: value for key, value in before.items() if key not in worked_out}
        tax = {key: value for key, value in before["tax"].items() if key != "amount"}
        return self.books.put({**kept, "tax": tax, **told})

    def void(self, invoice_id: str) -> dict[str, Any]:
        """Void an invoice at the source."""
        return self.books.put({**self.books.find(invoice_id), "status": "void"})

    def delete(self, invoice_id: str) -> None:
        """Delete an invoice at the source."""
        self.books.remove(invoice_id)

    def rules(self, **choices: Any) -> None:
        """Put these policies in force in place of all that were chosen before."""
        self.set_rules(choices=choices)

    def set_rules(
        self, *, choices: dict[str, Any] | None = None, accounts: Any = None, default_item: str = "", **more: Any
    ) -> None:
        """The whole rules: ``choices``, ``accounts``, ``default_item``, and single entries such as ``taxes``."""
        with self.services.database.reading() as session:
            pairing = stored_pairings.load(session, self.pairing_id)
        pairings.change(
            self.services,
            self.pairing_id,
            name=pairing.name,
            choices=choices or {},
            accounts=accounts or {},
            default_item=default_item,
            expected_version=pairing.rules_version,
        )
        others = {rule: type(value)() for rule, value in pairing.rules.items() if rule not in FORM}
        for rule, value in {**others, **more}.items():
            pairings.set_rule(self.services, self.organization_id, self.pairing_id, rule, value)

    def put_aside(self) -> None:
        """Dismiss what stands still, so that no change of rules asks for it again."""
        with self.services.database.reading() as session:
            query = select(Record.id).where(Record.pairing_id == self.pairing_id, Record.state.in_(STOPPED))
            stopped = session.scalars(query).all()
        for record_id in stopped:
            asks.dismiss(self.services, self.organization_id, record_id, asked_by="test")

    def look(self, invoice_id: str) -> RecordView:
        """What the widget shows of it."""
        return look.record_view(self.services, self.target(invoice_id))

    def preview(self, invoice_id: str, **inputs: Any) -> PreviewView:
        """What a sync would do."""
        return look.preview(self.services, self.target(invoice_id), inputs)

    def choices(self, role: Role = Role.ADMIN) -> dict[str, PolicyChoice]:
        """What a settings form asks this role, by policy."""
        with self.services.database.reading() as session:
            pairing = stored_pairings.load(session, self.pairing_id)
            rules = rules_of(self.services, pairing, sources.load(session, self.account_id))
        return {choice.key: choice for choice in rules.policies.choosable(role)}

    def ring(self, invoice_id: str, event: str = "invoice.changed") -> bool:
        """The source's hook about an invoice arrives at our door; whether it was believed."""
        body, headers = self.sandbox.hook(invoice_id, event)
        return inbox.receive_source(self.services, KEY, self.account_id, body, headers)

    def poll(self) -> None:
        """Time passes until the source is asked again what changed, and it answers."""
        with self.services.database.writing() as session:
            sources.load(session, self.account_id).polled_at = None
        ask_sources(self.services)
        self.work(Lane.MAINTENANCE)

    def person(self, entity: str, body: dict[str, Any], **params: str) -> dict[str, Any]:
        """Somebody writes in QuickBooks itself; our mirror hears of it as from the change feed."""
        written = self.unheard(entity, body, **params)
        self.hear()
        return written

    def unheard(self, entity: str, body: dict[str, Any], **params: str) -> dict[str, Any]:
        """Somebody writes in QuickBooks itself, and nothing has told us of it yet."""
        answer = requests.post(
            f"{self.simulator.base_url}/v3/company/{self.realm_id}/{entity.lower()}",
            params=params,
            json=body,
            headers={
                "Authorization": f"Bearer {self.simulator.credentials().access_token}",
                "Accept": "application/json",
                "X-Simulator-Person": "1",
            },
            timeout=TIMEOUT_S,
        )
        assert answer.ok, answer.text
        return answer.json()[entity]

    def prefer(self, **groups: dict[str, Any]) -> None:
        """Somebody changes the company's settings in QuickBooks, and we read them again."""
        self.simulator._call("POST", f"companies/{self.realm_id}", {"preferences": groups})
        with self.services.database.reading() as session:
            connection = connections.load(session, self.connection_id)
        read_for_somebody(self.services, connection, ["Preferences"])

    def hear(self) -> None:
        """The change feed is asked."""
        with self.services.database.writing() as session:
            connection = connections.load(session, self.connection_id)
            inbox.ask_for_changes(session, connection, lane=Lane.MAINTENANCE, feed=True)
        self.work()

    def invoice(self, number: str) -> dict[str, Any]:
        """The one invoice of this number in QuickBooks."""
        (document,) = self.quickbooks("Invoice", DocNumber=number)
        return document

    def told(self, invoice_id: str) -> dict[str, Any]:
        """The last news that was written back about it."""
        return self.books.told[invoice_id][-1]


@contextmanager
def set_up(
    settings: Settings, simulator: Simulator, folder: Path, *, shop: Shop | None = None, **fixed: Any
) -> Iterator[NeutralStage]:
    """Everything is connected and switched on; ``fixed`` stands in the manifest (see `make_addon`).

    With a ``shop`` that stands in the database already, only the source and the sync are new.
    """
    logs.configure(level="error", as_json=True)
    addons = make_addon(folder, **fixed)
    services = unlimited(build_services(settings.model_copy(update={"addons_path": (addons,)}), bell=SilentBell()))
    entry = services.registry.find(KEY)
    assert entry is not None, services.registry.problems
    sandbox: Any = entry.sandbox(SandboxOptions())
    sandbox.start()
    try:
        yield connected(
            services,
            simulator,
            sandbox,
            dict(sandbox.describe().settings),
            key=KEY,
            kind=NeutralStage,
            books=sandbox.books,
            sandbox=sandbox,
            shop=shop,
        )
    finally:
        sandbox.stop()
        services.clients.close()
        services.database.close()
