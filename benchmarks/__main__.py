"""What docs/performance.md claims, measured: `make bench`. Figures are for this machine, on this day.

Each figure of ours stands beside what a straightforward python-quickbooks loop needs for the same invoices,
against the same simulator in the same run.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import Redis

from benchmarks.baseline import NaiveLoop
from qbo_connector import config
from qbo_connector.cli.demo.child import Child
from qbo_connector.cli.demo.servers import ValkeyServer
from qbo_connector.jobs.bell import RedisBell
from qbo_connector.store import migrate
from qbo_connector.store.states import Lane
from tests.rig.simulator import Simulator, SimulatorServer
from tests.rig.stage import Stage, set_up

INVOICES = 40
CLICKS = 20
LATENCY_MS = 300
SETTLED_S = 20.0
PAUSE_S = 0.02
PERCENTILE = 95


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One row of the table."""

    what: str
    ours: str
    baseline: str = ""
    wanted: str = ""


@contextmanager
def stage(folder: Path, *simulator_options: str) -> Iterator[Stage]:
    """An installation on real parts, with the simulator as its QuickBooks."""
    valkey = ValkeyServer(folder / "valkey")
    valkey.start()
    server = SimulatorServer.start(folder, "--limits", "off", *simulator_options)
    simulator = Simulator(server.base_url)
    credentials = simulator.credentials()
    try:
        settings = config.load(
            data_dir=folder,
            database_url=f"sqlite:///{folder / 'bench.sqlite3'}",
            redis_url=valkey.url,
            environment=simulator.base_url,
            client_id=credentials.client_id,
            client_secret=credentials.client_secret,
            verifier_token=credentials.verifier_token,
            allow_private_sources=True,
        )
        migrate.upgrade(settings)
        with set_up(settings, simulator) as made:
            yield made
    finally:
        simulator.close()
        server.stop()
        valkey.stop()


def calls_and_cost(folder: Path) -> Iterator[Figure]:
    """Reads, writes and processor time of pushes in steady state."""
    with stage(folder) as ready:
        ready.sync(ready.source.make()["id"])
        ids = [ready.source.make()["id"] for _ in range(INVOICES)]
        ours = _measured(ready, lambda: [ready.sync(one) for one in ids])
        naive = NaiveLoop(ready.simulator.base_url, ready.simulator.credentials())
        theirs = _measured(ready, lambda: [naive.push(f"N-{place}") for place in range(INVOICES)])
        again = _measured(ready, lambda: [ready.sync(one) for one in ids])
    yield Figure(what="reads per push, steady", ours=ours["reads"], baseline=theirs["reads"], wanted="0")
    yield Figure(what="writes per push, steady", ours=ours["writes"], baseline=theirs["writes"], wanted="1")
    yield Figure(what="calls per re-sync without a change", ours=again["requests"], wanted="0")
    yield Figure(what="processor time per push", ours=ours["cpu"], baseline=theirs["cpu"])


def _measured(ready: Stage, work: Callable[[], object]) -> dict[str, str]:
    before = ready.simulator.counts(ready.realm_id)
    cpu = time.process_time()
    work()
    spent_ms = (time.process_time() - cpu) * 1000 / INVOICES
    after = ready.simulator.counts(ready.realm_id)

    def per_push(name: str) -> str:
        return f"{(after.get(name, 0) - before.get(name, 0)) / INVOICES:g}"

    counted = {"reads": per_push("coreplus"), "writes": per_push("writes"), "requests": per_push("requests")}
    return {**counted, "cpu": f"{spent_ms:.1f} ms"}


def click_to_success(folder: Path) -> Iterator[Figure]:
    """From the stored click to the stored success, through the doorbell and a real worker."""
    with stage(folder, "--latency-ms", str(LATENCY_MS)) as ready:
        invoice = ready.source.make()
        ready.sync(invoice["id"])
        with _worker(ready, folder):
            bell = RedisBell(Redis.from_url(ready.services.settings.redis_url))
            took = sorted(_click(ready, bell, invoice["id"], place) for place in range(CLICKS))
    half, most = statistics.median(took), took[len(took) * PERCENTILE // 100 - 1]
    what = f"click to success, QuickBooks answering in {LATENCY_MS} ms"
    yield Figure(what=f"{what}, p50", ours=f"{half:.2f} s", wanted="< 0.6 s")
    yield Figure(what=f"{what}, p{PERCENTILE}", ours=f"{most:.2f} s", wanted="< 1 s")


def _click(ready: Stage, bell: RedisBell, invoice_id: str, place: int) -> float:
    ready.source.change(invoice_id, notes=f"click {place}")
    began = time.perf_counter()
    operation_id = ready.ask(invoice_id)
    bell.ring(Lane.INTERACTIVE)
    while str(ready.operation(operation_id).state) != "done":
        if time.perf_counter() - began > SETTLED_S:
            raise TimeoutError(f"click {place} was not answered in {SETTLED_S} s")
        time.sleep(PAUSE_S)
    return time.perf_counter() - began


@contextmanager
def _worker(ready: Stage, folder: Path) -> Iterator[None]:
    settings = ready.services.settings
    environ = {
        **os.environ,
        "QBO_DATA_DIR": str(settings.data_dir),
        "QBO_DATABASE_URL": settings.database_url,
        "QBO_REDIS_URL": settings.redis_url,
        "QBO_ENVIRONMENT": settings.environment,
        "QBO_CLIENT_ID": settings.client_id,
        "QBO_CLIENT_SECRET": settings.client_secret.get_secret_value(),
        "QBO_ALLOW_PRIVATE_SOURCES": "true",
    }
    command = [sys.executable, "-m", "qbo_connector.cli", "worker"]
    child = Child.start("worker", command, log=folder / "worker.log", environ=environ)
    try:
        yield
    finally:
        child.stop()


def simulator_rate() -> Iterator[Figure]:
    """Requests a second that one core of the simulator answers."""
    script = Path(__file__).with_name("simulator_rate.py")
    told = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)  # noqa: S603 - ours
    yield Figure(
        what="the simulator on one core", ours=" · ".join(told.stdout.split("\n")).strip(" ·"), wanted="400/s"
    )


def main() -> None:
    """Measure and print."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        figures += calls_and_cost(_made(folder, "cost"))
        figures += click_to_success(_made(folder, "click"))
    figures += simulator_rate()
    widest = max(len(figure.what) for figure in figures)
    print(f"{'':{widest}}  {'ours':>12}  {'plain loop':>12}  wanted")
    for figure in figures:
        print(f"{figure.what:{widest}}  {figure.ours:>12}  {figure.baseline:>12}  {figure.wanted}")


def _made(folder: str, name: str) -> Path:
    made = Path(folder) / name
    made.mkdir()
    return made


if __name__ == "__main__":
    main()
