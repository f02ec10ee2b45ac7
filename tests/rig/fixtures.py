"""The fixtures that every test may ask for. Servers live as long as the test process; their contents do not.

``database_url`` is a migrated SQLite file; a test marked ``postgres`` runs a second time on PostgreSQL.
"""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import redis

from qbo_connector import config
from qbo_connector.cli.demo.servers import ValkeyServer
from qbo_connector.config import Settings
from tests.rig import browser
from tests.rig.postgres import PostgresServer
from tests.rig.simulator import Credentials, Simulator, SimulatorServer

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.rig.databases import PostgresTemplate, SqliteTemplate
    from tests.rig.prepared import Prepared, Shops
    from tests.rig.stage import Stage

# Imports inside fixtures keep the application and the database layer out of a run of pure unit tests.

SQLITE = "sqlite"
POSTGRES = "postgres"
MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own there, readable by nobody else
ROOM = 2 * 1024**3
SELDOM = (300_000, 20, 50)
QUICK = {"lease_s": 2.0, "heartbeat_s": 0.5, "sweep_s": 0.5}
NOBODY_LISTENS = "http://127.0.0.1:9"
KEYS = {"secret_key": "tests" * 8, "encryption_keys": "dGVzdHMgZW5jcnlwdCB3aXRoIHRoaXMgdmVyeSBrZXk="}
"""The same for every test, so that a database can be copied from one to another."""


def pytest_configure() -> None:
    """What a developer's shell says about QuickBooks is none of the tests' business. Files go to memory."""
    for name in [name for name in os.environ if name.startswith(config.PREFIX)]:
        del os.environ[name]
    gc.disable()  # until everything is loaded: hardly anything of it is garbage
    # How long an example takes says something about the machine, which others share, and nothing about us.
    hypothesis.settings.register_profile("rig", deadline=None)
    hypothesis.settings.load_profile("rig")
    if _has_room(MEMORY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_finish() -> None:
    """Thousands of tests and all modules stay until the end: nobody need look through them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    gc.enable()


def _has_room(folder: Path) -> bool:
    """Whether databases by the hundred may be made there; every commit of ours waits for the disk."""
    return folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        twice = metafunc.definition.get_closest_marker("postgres") is not None
        metafunc.parametrize("database_kind", (SQLITE, POSTGRES) if twice else (SQLITE,))


@pytest.fixture(scope="session")
def rig_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the servers of this test process."""
    return tmp_path_factory.mktemp("rig")


@pytest.fixture(scope="session")
def valkey_server(rig_folder: Path) -> Iterator[ValkeyServer]:
    server = ValkeyServer(rig_folder / "valkey")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def valkey(valkey_server: ValkeyServer) -> str:
    """The address of an empty Valkey."""
    with redis.Redis.from_url(valkey_server.url) as client:
        client.flushall()
    return valkey_server.url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    server = PostgresServer(MEMORY if _has_room(MEMORY) else None)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(rig_folder: Path) -> "SqliteTemplate":
    from tests.rig.databases import SqliteTemplate  # noqa: PLC0415

    return SqliteTemplate(rig_folder)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer, rig_folder: Path) -> "PostgresTemplate":
    from tests.rig.databases import PostgresTemplate  # noqa: PLC0415

    return PostgresTemplate(postgres_server, rig_folder)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database of this test's own."""
    with ExitStack() as stack:
        if database_kind == POSTGRES:
            template: PostgresTemplate = request.getfixturevalue("postgres_template")
            yield stack.enter_context(template.copy())
        else:
            yield request.getfixturevalue("sqlite_template").copy(tmp_path)


@pytest.fixture
def unmigrated_database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a table, for tests of the migrations themselves."""
    with ExitStack() as stack:
        if database_kind == POSTGRES:
            server: PostgresServer = request.getfixturevalue("postgres_server")
            yield stack.enter_context(server.database())
        else:
            yield f"sqlite:///{tmp_path / 'unmigrated.sqlite3'}"


@pytest.fixture(scope="session")
def simulator_server(rig_folder: Path) -> Iterator[SimulatorServer]:
    server = SimulatorServer.start(rig_folder, "--limits", "off")
    yield server
    server.stop()


@pytest.fixture
def simulator(simulator_server: SimulatorServer) -> Iterator[Simulator]:
    """A simulator with a fresh US sandbox company; call ``reset`` for another region or seed."""
    simulator = Simulator(simulator_server.base_url)
    simulator.reset()
    yield simulator
    simulator.close()


@pytest.fixture
def credentials(simulator: Simulator) -> Credentials:
    """Tokens of the simulator's first company."""
    return simulator.credentials()


@pytest.fixture
def make_settings(
    database_url: str, valkey: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Callable[..., Settings]:
    """Settings on this test's servers; keyword arguments win. With ``simulator`` asked for, it is QuickBooks."""

    def make(**overrides: Any) -> Settings:
        values = {"data_dir": tmp_path, "database_url": database_url, "redis_url": valkey, **KEYS, **QUICK}
        values |= _quickbooks(request)
        return config.load(**values | overrides)

    return make


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.fixture(scope="session")
def shops(sqlite_template: "SqliteTemplate", tmp_path_factory: pytest.TempPathFactory) -> "Shops":
    from tests.rig.prepared import Shops  # noqa: PLC0415

    return Shops(tmp_path_factory.mktemp("shops"), sqlite_template)


@pytest.fixture(scope="session")
def prepared_stage(
    sqlite_template: "SqliteTemplate",
    valkey_server: ValkeyServer,
    simulator_server: SimulatorServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator["Prepared"]:
    from tests.rig.prepared import prepare  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("prepared")
    simulator = Simulator(simulator_server.base_url)
    simulator.reset()
    values = {"data_dir": folder, "database_url": sqlite_template.copy(folder), "redis_url": valkey_server.url}
    settings = config.load(**values, **KEYS, **QUICK, **_of(simulator))
    with prepare(settings, simulator) as prepared:
        yield prepared
    simulator.close()


@pytest.fixture
def stage(settings: Settings, simulator: Simulator, request: pytest.FixtureRequest) -> Iterator["Stage"]:
    """A whole installation with a sync switched on; on SQLite a copy of one that was set up before."""
    from tests.rig.stage import set_up  # noqa: PLC0415

    with ExitStack() as stack:
        if settings.uses_sqlite:
            prepared: Prepared = request.getfixturevalue("prepared_stage")
            stage = stack.enter_context(prepared.copy(settings, simulator))
        else:
            stage = stack.enter_context(set_up(settings, simulator))
        simulator.forget_requests()
        yield stage


@pytest.fixture
def app(settings: Settings) -> "Flask":
    """The application on this test's servers."""
    from qbo_connector.app import create_app  # noqa: PLC0415
    from tests.rig.templates import sharing_templates  # noqa: PLC0415

    return sharing_templates(create_app(settings))


@pytest.fixture
def client(app: "Flask") -> "FlaskClient":
    return app.test_client()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser. Without one a test is skipped, or fails where CI is set."""
    return _there(browser.find())


@pytest.fixture(scope="session")
def whole_chromium_path() -> str:
    """The same, with all that browsers do beyond showing pages."""
    return _there(browser.find_whole())


def _there(path: str | None) -> str:
    if path is None:
        (pytest.fail if browser.required() else pytest.skip)(browser.MISSING)
    return path


def _quickbooks(request: pytest.FixtureRequest) -> dict[str, Any]:
    if "simulator" not in request.fixturenames:
        return {"environment": NOBODY_LISTENS}
    return _of(request.getfixturevalue("simulator"))


def _of(simulator: Simulator) -> dict[str, Any]:
    credentials = simulator.credentials()
    return {
        "environment": simulator.base_url,
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "verifier_token": credentials.verifier_token,
        "allow_private_sources": True,
    }
