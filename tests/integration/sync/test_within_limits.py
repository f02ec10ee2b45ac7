"""Intuit's limits in force, our own brake as in production: a whole run from the sign-in on is never throttled."""

import pytest

from qbo_connector import logs
from qbo_connector.assembly import build_services
from qbo_connector.jobs.bell import SilentBell
from qbo_connector.sources.sandbox import SandboxOptions
from tests.rig.simulator import Simulator, SimulatorServer
from tests.rig.stage import SOURCE, SourceSandbox, connected

INVOICES = 5


@pytest.fixture
def simulator(rig_folder):
    """One that throttles as Intuit does."""
    server = SimulatorServer.start(rig_folder, "--limits", "on")
    simulator = Simulator(server.base_url)
    yield simulator
    simulator.close()
    server.stop()


@pytest.fixture
def stage(settings, simulator):
    logs.configure(level="error", as_json=True)
    services = build_services(settings, bell=SilentBell())
    sandbox = services.registry.find(SOURCE).sandbox(SandboxOptions(seed="demo"))
    sandbox.start()
    source = SourceSandbox(sandbox.base_url)
    try:
        yield connected(services, simulator, source, dict(sandbox.describe().settings))
    finally:
        source.close()
        sandbox.stop()
        services.clients.close()
        services.database.close()


def test_connecting_loading_and_sending_meet_no_limit_although_they_go_as_fast_as_they_may(stage):
    invoices = [stage.source.make()["id"] for _ in range(INVOICES)]
    operations = [stage.ask(invoice) for invoice in invoices]
    while not all(stage.operation(one).outcome for one in operations):
        assert stage.work() > 0, "nothing is due and not everything is done"

    counts = stage.simulator.counts(stage.realm_id)
    assert [(stage.record(one).state, stage.codes(one)) for one in invoices] == [("synced", [])] * INVOICES
    assert counts.get("throttled", 0) == 0
    assert counts["requests"] > INVOICES + 20
