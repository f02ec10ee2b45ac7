import socket
import subprocess
import sys

import pytest
import requests

from qbo_connector.cli.demo.child import Child
from qbo_connector.cli.exit_code import ExitCode
from tests.rig.simulator import Simulator, SimulatorServer


@pytest.fixture
def server(tmp_path):
    server = SimulatorServer.start(tmp_path, "--region", "CA", "--seed", "empty", "--latency-ms", "80")
    yield server
    server.stop()


def test_it_serves_a_company_of_the_wanted_region_with_credentials_that_work(server):
    simulator = Simulator(server.base_url)
    credentials = simulator.credentials()

    answer = requests.get(
        f"{server.base_url}/v3/company/{credentials.realm_id}/companyinfo/{credentials.realm_id}",
        headers={"Authorization": f"Bearer {credentials.access_token}", "Accept": "application/json"},
        timeout=10,
    )

    assert answer.status_code == 200
    assert answer.json()["CompanyInfo"]["Country"] == "CA"
    assert answer.elapsed.total_seconds() >= 0.08
    assert simulator.counts(credentials.realm_id)["requests"] == 1
    simulator.close()


def test_it_ends_in_order_when_asked_to(server):
    server.child.process.terminate()

    assert server.child.process.wait(10) == ExitCode.GOOD


def test_a_taken_port_is_said_in_a_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "qbo_connector.cli", "simulator", "--port", port]

        child = Child.start("simulator", command, log=tmp_path / "log")
        child.process.wait(20)

    assert child.process.returncode == ExitCode.CONFIGURATION
    assert f"Port {port} cannot be used" in child.tail()
    assert "Traceback" not in child.tail()


@pytest.mark.parametrize("limits", ["x0", "often", "10"])
def test_limits_that_mean_nothing_are_a_usage_error(limits):
    command = [sys.executable, "-m", "qbo_connector.cli", "simulator", "--limits", limits]

    done = subprocess.run(command, capture_output=True, check=False, timeout=20)  # noqa: S603 - our own

    assert done.returncode == ExitCode.USAGE
