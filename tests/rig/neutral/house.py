"""A stage on the servers of the test process, for as long as its user wants: a file of tests, or one of them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis

from qbo_connector import config
from qbo_connector.cli.demo.servers import ValkeyServer
from tests.rig.databases import SqliteTemplate
from tests.rig.fixtures import KEYS, QUICK
from tests.rig.neutral.stage import NeutralStage, set_up
from tests.rig.prepared import Shops
from tests.rig.simulator import Simulator, SimulatorServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The servers that a house stands on."""

    simulator: SimulatorServer
    valkey: ValkeyServer
    database: SqliteTemplate
    shops: Shops

    @contextmanager
    def house(
        self, folder: Path, *, region: str = "US", tax: str = "automated", **manifest: Any
    ) -> Iterator[NeutralStage]:
        """A stage with a company of this region; ``manifest`` as in `make_addon`."""
        with redis.Redis.from_url(self.valkey.url) as client:
            client.flushall()
        with closing(Simulator(self.simulator.base_url)) as simulator:
            credentials = simulator.credentials()
            settings = config.load(
                data_dir=folder,
                database_url=self.database.copy(folder),
                redis_url=self.valkey.url,
                environment=simulator.base_url,
                client_id=credentials.client_id,
                client_secret=credentials.client_secret,
                verifier_token=credentials.verifier_token,
                allow_private_sources=True,
                **KEYS,
                **QUICK,
            )
            shop = self.shops.copied(settings, simulator, region=region, tax=tax)
            with set_up(settings, simulator, folder, shop=shop, **manifest) as stage:
                yield stage
