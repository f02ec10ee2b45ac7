"""One stage a file: rules, faults and the list of requests start anew for every test, the books go on.

What a test left standing still is put aside, or the next change of rules would ask for all of it again.
"""

import pytest

from tests.rig.neutral.house import Ground


@pytest.fixture(scope="session")
def ground(simulator_server, valkey_server, sqlite_template, shops):
    return Ground(simulator=simulator_server, valkey=valkey_server, database=sqlite_template, shops=shops)


@pytest.fixture(scope="module")
def region():
    """Which QuickBooks the file works with; a file may say otherwise."""
    return "US"


@pytest.fixture(scope="module")
def manifest():
    """What the plugin's manifest fixes; a file may say otherwise."""
    return {}


@pytest.fixture(scope="module")
def house(ground, tmp_path_factory, region, manifest):
    """An installation in working order, for all tests of a file."""
    with ground.house(tmp_path_factory.mktemp("neutral"), region=region, **manifest) as stage:
        yield stage


@pytest.fixture
def stage(house):
    house.put_aside()
    house.rules()
    house.simulator.arm()
    house.sandbox.failures.clear()
    house.work()
    house.simulator.forget_requests()
    return house
