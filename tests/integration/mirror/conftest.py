import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from http import HTTPStatus

import pytest
import requests
from sqlalchemy import select, update

from qbo_connector.jobs.drain import carry_out, claim
from qbo_connector.store import connections, mirror, operations
from qbo_connector.store.deliveries import Delivery
from qbo_connector.store.mirror import MirrorFeed
from qbo_connector.store.states import Intent, Lane
from qbo_connector.sync import inbox
from qbo_connector.sync.mirror_writing import feed_name

READS = {"query", "read", "cdc"}
A_BATCH = 30


@pytest.fixture
def books(stage):
    return Books(stage)


@pytest.fixture
def feed(stage):
    return Feed(stage)


@pytest.fixture
def reads(stage):
    """The reads since the last time, and nothing else than reads; tokens end when the clock is moved."""

    def reads():
        asked = [one for one in stage.simulator.requests() if one["status"] != HTTPStatus.UNAUTHORIZED]
        stage.simulator.forget_requests()
        assert {one["operation"] for one in asked} <= READS
        return [one["operation"] for one in asked]

    return reads


class Books:
    """Somebody who works in QuickBooks itself."""

    def __init__(self, stage):
        self._stage = stage

    def write(self, entity, body, **params):
        return self._post(entity.lower(), body, **params)[entity]

    def delete(self, entity, found):
        self._post(entity.lower(), {"Id": found["Id"], "SyncToken": found["SyncToken"]}, operation="delete")

    def void(self, entity, found):
        self._post(entity.lower(), {"Id": found["Id"], "SyncToken": found["SyncToken"]}, operation="void")

    def merge(self, entity, *, keep, drop):
        change = {"merge": {"entity": entity, "keep": keep, "drop": drop}}
        self._stage.simulator._call("POST", f"companies/{self._stage.realm_id}", change)

    def invoice(self, number):
        (customer, *_), (item, *_) = (
            self._stage.quickbooks("Customer"),
            self._stage.quickbooks("Item", Type="Service"),
        )
        return self.write("Invoice", invoice_body(customer["Id"], item["Id"], number))

    def receipt(self, number):
        (item, *_) = self._stage.quickbooks("Item", Type="Service")
        return self.write("SalesReceipt", invoice_body("1", item["Id"], number))

    def many(self, entity, bodies):
        for start in range(0, len(bodies), A_BATCH):
            items = [
                {"bId": str(place), "operation": "create", entity: body}
                for place, body in enumerate(bodies[start : start + A_BATCH])
            ]
            answers = self._post("batch", {"BatchItemRequest": items})["BatchItemResponse"]
            assert all(entity in one for one in answers), answers[:1]
            # Not all in one second: QuickBooks' stamps have no smaller unit, and pages would be cut by offset.
            self._stage.simulator.clock(advance_s=1)
        self._stage.simulator.forget_requests()

    def many_customers(self, count):
        self.many("Customer", [{"DisplayName": f"Of many {number}"} for number in range(count)])

    def many_invoices(self, count):
        (customer, *_), (item, *_) = (
            self._stage.quickbooks("Customer"),
            self._stage.quickbooks("Item", Type="Service"),
        )
        self.many("Invoice", [invoice_body(customer["Id"], item["Id"], f"M-{number}") for number in range(count)])

    def _post(self, path, body, **params):
        answer = requests.post(
            f"{self._stage.simulator.base_url}/v3/company/{self._stage.realm_id}/{path}",
            json=body,
            params=params,
            headers={
                "Authorization": f"Bearer {self._stage.simulator.credentials().access_token}",
                "Accept": "application/json",
                "X-Simulator-Person": "1",
            },
            timeout=30,
        )
        assert answer.ok, answer.text
        return answer.json()


def invoice_body(customer, item, number):
    detail = {"ItemRef": {"value": item}, "Qty": 1, "UnitPrice": 10}
    line = {"DetailType": "SalesItemLineDetail", "Amount": 10, "SalesItemLineDetail": detail}
    return {"CustomerRef": {"value": customer}, "DocNumber": number, "Line": [line]}


class Feed:
    """The feeds of the stage's company: looked at, set back, asked."""

    def __init__(self, stage):
        self._stage = stage
        self._services = stage.services

    @property
    def connection(self):
        with self._services.database.reading() as session:
            return connections.load(session, self._stage.connection_id)

    def __getitem__(self, name):
        with self._services.database.reading() as session:
            return mirror.feed(session, self._stage.connection_id, name)

    def set_back(self, delta, *names):
        """Everything, or these feeds, were last told of so much earlier."""
        with self._services.database.writing() as session:
            for row in session.scalars(select(MirrorFeed)):
                if not names or row.type in names:
                    row.cursor, row.ran_at = row.cursor and row.cursor - delta, row.ran_at - delta

    def age_compare(self, delta, *entities):
        """These kinds were last read whole, or counted, so much earlier."""
        with self._services.database.writing() as session:
            for entity in entities:
                row = session.get(MirrorFeed, (self._stage.connection_id, feed_name(entity)))
                row.full_at -= delta

    def forget(self, name):
        with self._services.database.writing() as session:
            session.delete(session.get(MirrorFeed, (self._stage.connection_id, name)))

    def ask(self):
        """Ask the change feed, and work until it is done."""
        with self._services.database.writing() as session:
            inbox.ask_for_changes(session, self.connection_in(session), lane=Lane.MAINTENANCE, feed=True)
        self._stage.work()

    def load(self):
        """Ask for the background load; nobody works on it yet."""
        with self._services.database.writing() as session:
            return operations.request(
                session,
                organization_id=self._stage.organization_id,
                connection_id=self._stage.connection_id,
                intent=Intent.LOAD_MIRROR,
                lane=Lane.MAINTENANCE,
                asked_by="test",
            ).id

    def attempt(self, lane):
        """One claim, one try: what a worker does between two looks at the queue."""
        operation = claim(self._services, lane)
        assert operation is not None, "nothing was due"
        carry_out(self._services, operation)
        return self._stage.operation(operation.id)

    def connection_in(self, session):
        return connections.load(session, self._stage.connection_id)

    def change_connection(self, **values):
        with self._services.database.writing() as session:
            session.execute(
                update(connections.Connection)
                .where(connections.Connection.id == self._stage.connection_id)
                .values(**values)
            )

    def tell(self, *told):
        """Intuit tells of changes: entity, id, operation and when."""
        events = [
            {
                "id": f"event-{number}-{entity}-{qbo_id}-{operation}",
                "type": f"qbo.{entity.lower()}.{operation}.v1",
                "time": (at or datetime.now(UTC)).isoformat(),
                "intuitentityid": qbo_id,
                "intuitaccountid": self._stage.realm_id,
                "data": {},
            }
            for number, (entity, qbo_id, operation, at) in enumerate(told)
        ]
        raw = json.dumps(events).encode()
        key = self._services.settings.verifier_token.get_secret_value().encode()
        signature = base64.b64encode(hmac.new(key, raw, hashlib.sha256).digest()).decode()
        assert inbox.receive_qbo(self._services, raw, {"intuit-signature": signature})

    def told(self):
        with self._services.database.reading() as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.id)))
