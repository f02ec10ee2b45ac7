"""One installation for each test module: setting it up takes seconds, and tests use records of their own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from qbo_connector import config
from qbo_connector.app import create_app
from qbo_connector.cli.demo.servers import ValkeyServer
from qbo_connector.config import Settings
from qbo_connector.jobs.bell import SilentBell
from qbo_connector.sync import keys
from qbo_connector.web.widget import limits
from tests.integration.widget_api.doors import Clock, Door, Web
from tests.rig.databases import SqliteTemplate
from tests.rig.fixtures import KEYS
from tests.rig.prepared import Shops
from tests.rig.simulator import Simulator, SimulatorServer
from tests.rig.stage import Stage, set_up
from tests.rig.web import serving

ORIGIN = "http://localhost:8021"


@dataclass(frozen=True, kw_only=True)
class House:
    """The stage and its web process."""

    stage: Stage
    app: Flask
    address: str
    clock: Clock


def settings_in(folder: Path, template: SqliteTemplate, valkey: ValkeyServer, simulator: Simulator) -> Settings:
    """Of an installation in this folder, which begins anew with the simulator."""
    simulator.reset()
    credentials = simulator.credentials()
    return config.load(
        data_dir=folder,
        database_url=template.copy(folder),
        redis_url=valkey.url,
        environment=simulator.base_url,
        client_id=credentials.client_id,
        client_secret=credentials.client_secret,
        verifier_token=credentials.verifier_token,
        allow_private_sources=True,
        **KEYS,
    )


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory,
    sqlite_template: SqliteTemplate,
    valkey_server: ValkeyServer,
    simulator_server: SimulatorServer,
    shops: Shops,
) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    simulator = Simulator(simulator_server.base_url)
    settings = settings_in(folder, sqlite_template, valkey_server, simulator)
    clock = Clock()
    with set_up(settings, simulator, shop=shops.copied(settings, simulator)) as stage:
        app = create_app(settings, bell=SilentBell(), clock=clock)
        with serving(app, host="127.0.0.1") as address:
            yield House(stage=stage, app=app, address=address, clock=clock)
    simulator.close()


@pytest.fixture
def stage(house: House) -> Stage:
    """Quiet again after whatever the test before did."""
    house.stage.source.fail()
    house.stage.work()
    house.stage.simulator.forget_requests()
    return house.stage


@pytest.fixture
def web(house: House, stage: Stage) -> Iterator[Web]:
    """The web process, with a widget key of this test's own."""
    limits.init_app(house.app)
    house.clock.reset()
    key = keys.create_widget_key(
        stage.services, stage.organization_id, stage.account_id, name="shop", origins=[ORIGIN]
    )
    web = Web(address=house.address, widget_key=key, clock=house.clock)
    yield web
    web.close()


@pytest.fixture
def api(web: Web, stage: Stage) -> Door:
    """The JSON API with a key of every scope."""
    issued = keys.create_api_key(
        stage.services, stage.organization_id, name="books", scopes=("read", "sync"), created_by=None
    )
    return web.api(issued.secret)
