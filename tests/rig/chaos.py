"""`make chaos`: thousands of deaths at every point, real SIGKILLs, and a long run of the state machine.

Prints its seed first and what it does as it goes; ends with the verdict, and with 1 if anything was not as it must
be. The same seed does the same in-process deaths again.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from qbo_connector import config
from qbo_connector.cli.demo.servers import ValkeyServer
from tests.rig.campaign import Campaign
from tests.rig.databases import SqliteTemplate
from tests.rig.killing import Killing
from tests.rig.neutral import NeutralStage, set_up
from tests.rig.simulator import Simulator, SimulatorServer

STOPS, KILLS, STORIES = 10_000, 300, 200
A_HOUSE = 2_500
"""Deaths in one installation; then another is built, so that none grows old."""

SEEDS = 1_000_000
CHECKOUT = Path(__file__).parents[2]
STATE_MACHINE = "tests/crash/test_state_machine.py"


def main() -> int:
    """Run what was asked for; the exit code."""
    asked = _asked()
    _say(f"chaos, seed {asked.seed}: {asked.stops} stops, {asked.kills} kills, {asked.stories} stories")
    began, broken = time.monotonic(), []
    parts: list[tuple[str, Callable[[Path], None]]] = [
        ("stops", lambda folder: _stops(folder, asked.stops, asked.seed)),
        ("kills", lambda folder: _kills(folder, asked.kills, asked.seed)),
        ("stories", lambda _folder: _stories(asked.stories, asked.seed)),
    ]
    for name, part in parts:
        with tempfile.TemporaryDirectory() as folder:
            try:
                part(Path(folder))
            except AssertionError as err:
                broken.append(name)
                _say(f"BROKEN ({name}, seed {asked.seed}):\n{err}")
    verdict = f"broken: {', '.join(broken)}" if broken else "held"
    _say(f"{verdict}, seed {asked.seed}, {time.monotonic() - began:.0f} s")
    return 1 if broken else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--stops", type=int, default=STOPS, help="deaths in this process")
    parser.add_argument("--kills", type=int, default=KILLS, help="SIGKILLs of a real worker")
    parser.add_argument("--stories", type=int, default=STORIES, help="examples of the state machine")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(SEEDS))
    return parser.parse_args()


def _stops(folder: Path, stops: int, seed: int) -> None:
    tried: set[tuple[str, str, str]] = set()
    for number, done in enumerate(range(0, stops, A_HOUSE)):
        here = folder / str(number)
        here.mkdir()
        with _house(here) as house, closing(Campaign(house, seed=seed + number, tried=tried)) as campaign:
            campaign.run(min(A_HOUSE, stops - done), told=_say)
            _say(f"house {number + 1}: {campaign.tally.told()}; {len(tried)} triples so far")


def _kills(folder: Path, kills: int, seed: int) -> None:
    if not kills:
        return
    with _house(folder) as house:
        killing = Killing(house, folder, seed=seed)
        killing.run(kills, told=_say)
        _say(f"{killing.kills} workers were killed, Redis was emptied {killing.flushes} times")


def _stories(stories: int, seed: int) -> None:
    """The state machine, as pytest runs it, with many examples.

    Raises:
        AssertionError: one of them ended badly; pytest has said which.
    """
    if not stories:
        return
    told = {"CRASH_STORIES": str(stories), "CRASH_SEED": str(seed)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", STATE_MACHINE]
    ended = subprocess.run(command, cwd=CHECKOUT, env={**os.environ, **told}, check=False)  # noqa: S603 - our own tests
    if ended.returncode:
        raise AssertionError(f"pytest ended with {ended.returncode}")


@contextmanager
def _house(folder: Path) -> Iterator[NeutralStage]:
    """An installation of its own on servers of its own."""
    valkey = ValkeyServer(folder / "valkey")
    valkey.start()
    server = SimulatorServer.start(folder, "--limits", "off")
    try:
        with closing(Simulator(server.base_url)) as simulator:
            credentials = simulator.reset()
            settings = config.load(
                data_dir=folder,
                database_url=SqliteTemplate(folder).copy(folder),
                redis_url=valkey.url,
                environment=simulator.base_url,
                client_id=credentials.client_id,
                client_secret=credentials.client_secret,
                verifier_token=credentials.verifier_token,
                allow_private_sources=True,
            )
            with set_up(settings, simulator, folder) as house:
                house.sync(house.make()["id"])
                yield house
    finally:
        server.stop()
        valkey.stop()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
