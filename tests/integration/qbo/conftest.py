from collections.abc import Iterator
from pathlib import Path

import pytest

from qbo_connector.simulator import Simulator, SimulatorOptions
from tests.integration.qbo.play import Play, playing
from tests.integration.qbo.stage import Server, Stage, scripted, staged


@pytest.fixture
def server() -> Iterator[Server]:
    with scripted() as server:
        yield server


@pytest.fixture
def stage(server: Server) -> Iterator[Stage]:
    with staged(server) as stage:
        yield stage


@pytest.fixture(scope="session")
def own_simulator() -> Iterator[Simulator]:
    """In this process, so that a test may look at its clock; every test resets it."""
    with Simulator(SimulatorOptions(port=0, seed="sandbox", limits="off")) as simulator:
        yield simulator


@pytest.fixture
def play(own_simulator: Simulator, tmp_path: Path) -> Iterator[Play]:
    own_simulator.world.reset(region="US", seed="sandbox")
    with playing(own_simulator, tmp_path) as play:
        yield play
