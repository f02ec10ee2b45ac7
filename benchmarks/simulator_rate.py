"""How fast the simulator starts and answers on one core; run as `python benchmarks/simulator_rate.py`.

The simulator runs in a process of its own, pinned to one core; the client keeps one connection per thread.
"""

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection

OK = 200
WANTED_PER_S = 400
SECONDS = 4.0
CLIENTS = 4
SERVER = """
import os, sys
os.sched_setaffinity(0, {0})
from qbo_connector.simulator import SimulatorOptions, serve
serve(SimulatorOptions(port=0))
"""
INVOICE = {
    "CustomerRef": {"value": "1"},
    "Line": [
        {
            "Amount": "150.00",
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": "4"}, "Qty": 2, "UnitPrice": 75},
        }
    ]
    * 2,
}


@dataclass(frozen=True, kw_only=True)
class Server:
    port: int
    realm_id: str
    token: str
    process: subprocess.Popen[str]
    ready_s: float


def start() -> Server:
    began = time.perf_counter()
    command = [sys.executable, "-c", SERVER]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own words
    port = int(process.stdout.readline().rpartition(":")[2])
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/_simulator/credentials")
    credentials = json.loads(connection.getresponse().read())
    ready = time.perf_counter() - began
    return Server(
        port=port,
        realm_id=credentials["realm_id"],
        token=credentials["access_token"],
        process=process,
        ready_s=ready,
    )


def rate(server: Server, method: str, path: str, body: object = None) -> float:
    """Answers per second over `SECONDS`, all clients together."""
    headers = {"Authorization": f"Bearer {server.token}", "Accept": "application/json"}
    data = json.dumps(body).encode() if body is not None else None
    done = [0] * CLIENTS
    until = time.perf_counter() + SECONDS

    def work(index: int) -> None:
        connection = HTTPConnection("127.0.0.1", server.port)
        while time.perf_counter() < until:
            connection.request(method, f"/v3/company/{server.realm_id}/{path}", data, headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != OK:
                raise RuntimeError(f"{path}: {answer.status}")
            done[index] += 1

    threads = [threading.Thread(target=work, args=(index,)) for index in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began)


def main() -> int:
    os.sched_setaffinity(0, set(range(1, os.cpu_count() or 1)) or {0})
    server = start()
    item = {"bId": "1", "operation": "create", "Invoice": INVOICE}
    try:
        rows = [
            ("create an invoice", rate(server, "POST", "invoice", INVOICE), 1),
            ("read an invoice", rate(server, "GET", "invoice/101"), 1),
            ("query by id", rate(server, "GET", "query?query=select%20*%20from%20Customer%20where%20Id='1'"), 1),
            ("batch of 30 creates", rate(server, "POST", "batch", {"BatchItemRequest": [item] * 30}), 30),
        ]
    finally:
        server.process.terminate()
        server.process.wait(10)
    print(f"ready after {server.ready_s:.2f} s (interpreter, imports, seed, first answer)")
    for name, per_second, items in rows:
        print(f"{name:<22}{per_second:>8.0f} calls/s{per_second * items:>10.0f} items/s")
    return 0 if rows[0][1] >= WANTED_PER_S else 1


if __name__ == "__main__":
    raise SystemExit(main())
