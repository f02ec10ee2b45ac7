import pytest

from tests.rig.stage import set_up


@pytest.fixture
def stage(settings, simulator):
    with set_up(settings, simulator) as stage:
        stage.sync(stage.source.make()["id"])
        yield stage
