import pytest

from tests.rig.stage import set_up


@pytest.fixture
def stage(settings, simulator):
    with set_up(settings, simulator) as stage:
        simulator.forget_requests()
        yield stage
