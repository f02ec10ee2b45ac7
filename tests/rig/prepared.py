"""The stage, set up once per test process: a test begins from a copy of its database and of QuickBooks' state.

Setting up takes a good second of signing in, loading the mirror and hashing passwords; a copy takes a few
hundredths. Whatever can go wrong while setting up has tests of its own, which do it the long way.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qbo_connector import logs
from qbo_connector.assembly import build_services, vault_of
from qbo_connector.config import Settings
from qbo_connector.jobs.bell import SilentBell
from qbo_connector.sources.sandbox import SandboxOptions
from tests.rig.databases import SqliteTemplate
from tests.rig.engines import opened
from tests.rig.simulator import Simulator
from tests.rig.stage import SOURCE, Shop, SourceSandbox, Stage, connected, signed_up, unlimited

SQLITE = "sqlite:///"


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A stage at rest: what it consists of, ready to be copied."""

    stage: Stage
    database: str
    state: bytes
    sandbox: Any

    @contextmanager
    def copy(self, settings: Settings, simulator: Simulator) -> Iterator[Stage]:
        """The stage on this test's own database and on the shared servers, which begin anew."""
        _copy_sqlite(self.database, settings.database_url)
        simulator.restore(self.state)
        database = opened(settings.database_url, vault_of(settings))
        services = unlimited(build_services(settings, database=database, bell=SilentBell()))
        source = SourceSandbox(self.sandbox.base_url)
        source.reset()
        try:
            yield replace(self.stage, services=services, simulator=simulator, source=source)
        finally:
            source.close()
            services.clients.close()
            services.database.close()


@contextmanager
def prepare(settings: Settings, simulator: Simulator) -> Iterator[Prepared]:
    """Set a stage up and lay it to rest; its sandbox runs on for the copies."""
    logs.configure(level="error", as_json=True)
    services = unlimited(build_services(settings, bell=SilentBell()))
    entry = services.registry.find(SOURCE)
    assert entry is not None, services.registry.problems
    sandbox = entry.sandbox(SandboxOptions(seed="demo"))
    sandbox.start()
    with closing(SourceSandbox(sandbox.base_url)) as source:
        stage = connected(services, simulator, source, dict(sandbox.describe().settings))
    services.clients.close()
    services.database.close()
    yield Prepared(stage=stage, database=settings.database_url, state=simulator.state(), sandbox=sandbox)
    sandbox.stop()


class Shops:
    """Connected QuickBooks companies to begin from, one for each region and way of taxing."""

    def __init__(self, folder: Path, template: SqliteTemplate) -> None:
        self._folder = folder
        self._template = template
        self._known: dict[tuple[str, str], _AtRest] = {}

    def copied(
        self, settings: Settings, simulator: Simulator, *, region: str = "US", tax: str = "automated"
    ) -> Shop | None:
        """A shop in the database of these settings and in the simulator; None where the database is no file.

        What was encrypted for one must be readable for the next, so all settings hold the same keys.
        """
        if not settings.uses_sqlite:
            return None
        if (region, tax) not in self._known:
            simulator.reset(region=region, tax=tax)
            self._known[region, tax] = self._set_up(settings, simulator, self._folder / f"{region}-{tax}")
        known = self._known[region, tax]
        _copy_sqlite(known.database, settings.database_url)
        simulator.restore(known.state)
        return known.shop

    def _set_up(self, settings: Settings, simulator: Simulator, folder: Path) -> "_AtRest":
        logs.configure(level="error", as_json=True)
        folder.mkdir()
        own = settings.model_copy(update={"database_url": self._template.copy(folder)})
        services = unlimited(build_services(own, bell=SilentBell()))
        shop = signed_up(services, simulator)
        services.clients.close()
        services.database.close()
        return _AtRest(shop=shop, database=own.database_url, state=simulator.state())


@dataclass(frozen=True, slots=True, kw_only=True)
class _AtRest:
    """A shop that nobody touches, ready to be copied."""

    shop: Shop
    database: str
    state: bytes


def _copy_sqlite(origin: str, target: str) -> None:
    """Page by page, under the database's own locks: others may hold the target open."""
    with (
        closing(sqlite3.connect(origin.removeprefix(SQLITE))) as template,
        closing(sqlite3.connect(target.removeprefix(SQLITE))) as copy,
    ):
        template.backup(copy)
