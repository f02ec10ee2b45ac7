from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import requests

from qbo_connector.jobs.drain import carry_out, claim
from qbo_connector.store import bindings, leases, operations, steps
from qbo_connector.store.states import Lane, StepState
from qbo_connector.sync import inbox

SETTLED = {StepState.APPLIED, StepState.REFUSED, StepState.ABANDONED}


@pytest.fixture
def attempt(stage):
    """One claim, one try: what a worker does between two looks at the queue."""

    def attempt():
        operation = claim(stage.services, Lane.INTERACTIVE)
        assert operation is not None, "nothing was due"
        carry_out(stage.services, operation)
        return stage.operation(operation.id)

    return attempt


@pytest.fixture
def person(stage):
    """Somebody who works in QuickBooks itself."""
    return Person(stage)


class Person:
    def __init__(self, stage):
        self._stage = stage
        self._base = f"{stage.simulator.base_url}/v3/company/{stage.realm_id}"

    def write(self, entity, body, **params):
        token = self._stage.simulator.credentials().access_token
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "X-Simulator-Person": "1",
        }
        answer = requests.post(
            f"{self._base}/{entity.lower()}", json=body, params=params, headers=headers, timeout=30
        )
        assert answer.ok, answer.text
        return answer.json()[entity]

    def change(self, entity, found, **fields):
        version = {"Id": found["Id"], "SyncToken": found["SyncToken"], "sparse": True}
        if entity == "Invoice":
            fields = {"CustomerRef": found["CustomerRef"], **fields}
        return self.write(entity, {**version, **fields})

    def delete(self, entity, found):
        return self.write(entity, {"Id": found["Id"], "SyncToken": found["SyncToken"]}, operation="delete")

    def void(self, entity, found):
        return self.write(entity, {"Id": found["Id"], "SyncToken": found["SyncToken"]}, operation="void")

    def company(self, **changes):
        self._stage.simulator._call("POST", f"companies/{self._stage.realm_id}", changes)

    def invoice(self, number, **fields):
        """An invoice made by hand, to whichever customer and item come first."""
        (customer, *_), (item, *_) = (
            self._stage.quickbooks("Customer"),
            self._stage.quickbooks("Item", Type="Service"),
        )
        detail = {"ItemRef": {"value": item["Id"]}, "Qty": 1, "UnitPrice": 10}
        line = {"DetailType": "SalesItemLineDetail", "Amount": 10, "SalesItemLineDetail": detail}
        body = {"CustomerRef": {"value": customer["Id"]}, "DocNumber": number, "Line": [line]}
        return self.write("Invoice", {**body, **fields})


@pytest.fixture
def webhooks(stage):
    """Intuit's deliveries arrive at our door, as they would at /hooks/qbo; the list holds what came."""
    came = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            good = inbox.receive_qbo(stage.services, raw, dict(self.headers))
            came.append(raw)
            self.send_response(200 if good else 401)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    Thread(target=server.serve_forever, daemon=True).start()
    stage.simulator.webhooks(f"http://127.0.0.1:{server.server_port}/hooks/qbo")
    yield came
    stage.simulator.webhooks("")
    server.shutdown()
    server.server_close()


@pytest.fixture
def nothing_half_written(stage):
    """No link, no lease, no step that is still open, and no such document in QuickBooks."""

    def check(invoice):
        record = stage.record(invoice["id"])
        with stage.services.database.reading() as session:
            assert list(bindings.list_of_record(session, record.id)) == []
            assert list(leases.list_held(session, stage.connection_id)) == []
            mine = [one for asked in operations.list_of_record(session, record.id) for one in
                    steps.list_of_operation(session, asked.id)]  # fmt: skip
        assert {step.state for step in mine} <= SETTLED
        assert stage.quickbooks("Invoice", DocNumber=invoice["number"]) == []

    return check
