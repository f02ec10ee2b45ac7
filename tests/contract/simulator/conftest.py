"""A simulator per test process, planted anew for every test."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from qbo_connector.simulator import Simulator, SimulatorOptions
from tests.contract.simulator.qbohttp import Qbo


@pytest.fixture(scope="session")
def running_simulator() -> Iterator[Simulator]:
    with Simulator(SimulatorOptions(port=0)) as simulator:
        yield simulator


@pytest.fixture
def qbo(running_simulator: Simulator) -> Iterator[Qbo]:
    client = _planted(running_simulator, {})
    yield client
    client.session.close()


@pytest.fixture
def company_in(running_simulator: Simulator) -> Iterator[Any]:
    clients: list[Qbo] = []

    def plant(region: str = "US", seed: str = "sandbox", **more: str) -> Qbo:
        clients.append(_planted(running_simulator, {"region": region, "seed": seed, **more}))
        return clients[-1]

    yield plant
    for client in clients:
        client.session.close()


def _planted(simulator: Simulator, wanted: dict[str, str]) -> Qbo:
    answer = requests.post(f"{simulator.base_url}/_simulator/reset", json=wanted, timeout=20)
    return Qbo(simulator.base_url, answer.json())
