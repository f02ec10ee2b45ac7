from contextlib import closing

import pytest

from tests.rig.bookkeeper import Bookkeeper
from tests.rig.mortal import Mortal
from tests.rig.neutral import set_up

PATIENT = {"lease_s": 30, "heartbeat_s": 8}
"""A slow machine is not a dead worker: leases of these tests end when the test says so."""


@pytest.fixture
def stage(stage):
    stage.sync(stage.source.make()["id"])
    return stage


@pytest.fixture
def house(make_settings, simulator, tmp_path, shops):
    """An installation with the neutral source, its first invoice synced."""
    settings = make_settings(**PATIENT)
    with set_up(settings, simulator, tmp_path, shop=shops.copied(settings, simulator)) as house:
        house.sync(house.make()["id"])
        yield house


@pytest.fixture
def mortal(house):
    with closing(Mortal(house.services)) as mortal:
        yield mortal


@pytest.fixture
def bookkeeper(house):
    with closing(Bookkeeper(house.simulator, house.realm_id)) as bookkeeper:
        yield bookkeeper
