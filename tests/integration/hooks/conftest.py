"""The web application on the stage's database, with a clock that the test moves."""

import pytest

from qbo_connector.app import create_app
from qbo_connector.jobs.bell import SilentBell
from qbo_connector.web.wiring import KEY
from tests.rig.hooks import Clock, HookDoor


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def app(settings, clock):
    app = create_app(settings, bell=SilentBell(), clock=clock)
    yield app
    app.extensions[KEY].database.close()


@pytest.fixture
def door(app, stage, clock):
    return HookDoor(app=app, stage=stage, clock=clock)
