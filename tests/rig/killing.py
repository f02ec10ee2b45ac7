"""A real worker, started as an installation starts it, killed by SIGKILL again and again while it is at work."""

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import redis
from sqlalchemy import select

from qbo_connector.assembly import connect_redis
from qbo_connector.jobs.bell import RedisBell
from qbo_connector.jobs.scheduler import sweep
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import Lane, OperationState
from tests.rig.bookkeeper import Bookkeeper
from tests.rig.campaign import Broken, press
from tests.rig.mortal import make_due
from tests.rig.neutral import NeutralStage
from tests.rig.processes import worker_of, worker_pids
from tests.rig.reckoning import complaints, look
from tests.rig.troubles import TROUBLES, fault_of

PATIENCE_S = 60.0
TO_REST_S = 400.0
LONGEST_LIFE_S = 0.5
AT_ONCE = 2
REGULARS = 5
"""Invoices of one buyer and product: QuickBooks allows 450 requests a minute, and the workers keep to it."""

SOON = timedelta(seconds=20)
FLUSHES = 0.1
EDITS = 0.4


class Killing:
    """Kills the workers of one installation; what they were doing is for the next ones."""

    def __init__(self, stage: NeutralStage, folder: Path, *, seed: int) -> None:
        self.kills = 0
        self.flushes = 0
        self._stage, self._folder = stage, folder
        self._chance = random.Random(seed)  # noqa: S311 - dice, not a secret
        self._bell = RedisBell(connect_redis(stage.services.settings))
        self._totals: dict[str, Decimal] = {}

    def run(self, kills: int, *, told: Callable[[str], None] = lambda _line: None) -> None:
        """Kill so often, then let a worker come to rest.

        Raises:
            Broken: something is not as it must be.
        """
        settings = self._stage.services.settings
        with worker_of(settings, self._folder, "--processes", "2"):
            while self.kills < kills:
                self._give_work()
                self._kill_one()
                if self.kills % 25 == 0:
                    told(
                        f"{self.kills:6} kills, {len(self._totals):5} records, Redis emptied {self.flushes} times"
                    )
            self._stage.simulator.arm()
            self._until_rest()
        self._compare()

    def _give_work(self) -> None:
        """Some new invoices, some edits, perhaps a trouble at QuickBooks; then the doorbell."""
        trouble = self._chance.choice([*TROUBLES])
        self._stage.simulator.arm(*fault_of(trouble, self._chance.randint(1, 3)))
        for _ in range(AT_ONCE):
            if self._totals and self._chance.random() < EDITS:
                invoice_id = self._chance.choice([*self._totals])
                name = self._stage.books.find(invoice_id)["customer"]["id"]
                made = self._stage.change(invoice_id, lines=[self._line(name)])
            else:
                ordinal = len(self._totals) + 1
                name = f"S{ordinal // REGULARS}-"
                customer = {"id": name, "name": f"{name} Co", "email": f"{name.lower()}@shop.example"}
                made = self._stage.make(number=f"{name}{ordinal}", customer=customer, lines=[self._line(name)])
            self._totals[made["id"]] = Decimal(made["total"])
            press(self._stage, made["id"])
        self._bell.ring(Lane.INTERACTIVE)

    def _line(self, name: str) -> dict[str, object]:
        price = f"{self._chance.randint(1, 9999) / 100:.2f}"
        return {"item": {"id": name, "name": f"{name} Lamp"}, "quantity": "2", "price": price}

    def _kill_one(self) -> None:
        """After a moment, whoever is there; now and then all of Redis goes with it."""
        time.sleep(self._chance.random() * LONGEST_LIFE_S)
        settings = self._stage.services.settings
        if self._chance.random() < FLUSHES:
            with redis.Redis.from_url(settings.redis_url) as client:
                client.flushall()
            self.flushes += 1
        until = time.monotonic() + PATIENCE_S
        while not (there := [*worker_pids(settings)]):
            assert time.monotonic() < until, "no worker comes"
            time.sleep(0.02)
        try:
            os.kill(self._chance.choice(there), signal.SIGKILL)
        except ProcessLookupError:
            return
        self.kills += 1
        sweep(self._stage.services)

    def _until_rest(self) -> None:
        until = time.monotonic() + TO_REST_S
        query = select(Operation.id).where(Operation.state != OperationState.DONE).limit(1)
        while time.monotonic() < until:
            with self._stage.services.database.writing() as session:
                make_due(session, later_than=SOON)
                if session.scalar(query) is None:
                    return
            sweep(self._stage.services)
            for lane in Lane:
                self._bell.ring(lane)
            time.sleep(0.5)

    def _compare(self) -> None:
        with closing(Bookkeeper(self._stage.simulator, self._stage.realm_id)) as person:
            found = complaints(look(self._stage, person, "S%-%"), self._totals, only=self._totals)
        if found:
            raise Broken("\n".join(sorted(found, key=lambda one: one.startswith("operation"))[:30]))
