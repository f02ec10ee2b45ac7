"""Thousands of deaths: at every point, under every trouble and knob, again and again (CRASH_STOPS, CRASH_SEED)."""

import ast
import os
import sys
from contextlib import closing
from pathlib import Path

import pytest

from qbo_connector.simulator.knobs import Knobs
from tests.rig.campaign import Campaign
from tests.rig.troubles import KNOBS, LIMITS, TROUBLES, USUAL

STOPS = int(os.environ.get("CRASH_STOPS", "2000"))
SEED = int(os.environ.get("CRASH_SEED", "20261122"))
HALVES = {"first": tuple(KNOBS)[::2], "second": tuple(KNOBS)[1::2]}
ENOUGH = 2000
"""Stops after which every point, trouble and knob has had its turn."""

SEEDS = {"first": 0, "second": 1}
SYNC = Path(__file__).parents[2] / "qbo_connector" / "sync"
CORRIDOR = ("push", "asking", "executing", "phases", "settling", "looking_up", "work", "write_back")
ELSEWHERE = {
    "push._stay_in_shadow": "shadow mode sends nothing",
    "push._begun": "what a preview showed is stopped among the deeds of the corridor",
    "work._finish": "the end of work that is no push",
    "work._pause": "the sign-in ends: a campaign's never does",
    "work._stop": "a refusal for good: a campaign has none",
    "work.let_go": "test_lost_database.py",
    "write_back._note_failure": "the source refuses the news: a campaign's never does",
}
"""Commits of the corridor that a campaign does not come by."""


@pytest.fixture(scope="module")
def died_in():
    """The functions in which a worker of this file died."""
    return set()


@pytest.mark.requirement("T-22")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("half", HALVES)
def test_workers_that_die_everywhere_leave_one_document_for_each_record(house, half, died_in, capsys):
    with closing(Campaign(house, seed=SEED + SEEDS[half], knobs=HALVES[half])) as campaign:
        campaign.run(STOPS // 2)
        tally = campaign.tally
    died_in |= tally.places

    with capsys.disabled():
        sys.stdout.write(f"\nseed {SEED + SEEDS[half]}: {tally.told()}\n")
    assert tally.stops >= STOPS // 2
    if STOPS >= ENOUGH:
        assert {trouble for _, trouble in tally.by_trouble} == set(TROUBLES)
        assert {knob for _, knob in tally.by_knob} == set(HALVES[half])
        assert tally.covered > 0.8


@pytest.mark.requirement("T-22")
@pytest.mark.timeout(300)
@pytest.mark.postgres
def test_on_both_databases(house):
    with closing(Campaign(house, seed=SEED + 2, knobs=("requestid_ttl_s=0",))) as campaign:
        campaign.run(STOPS // 25)

    assert campaign.tally.stops >= STOPS // 25


def test_no_commit_of_the_corridor_was_left_out(died_in):
    if not died_in or STOPS < ENOUGH:
        pytest.skip("too few workers died before this")

    assert commits_of_corridor() - died_in <= set(ELSEWHERE)


def commits_of_corridor():
    """Where the corridor opens a transaction to write: every such place is a point at which a worker may die."""
    found = set()
    for module in CORRIDOR:
        for function in ast.walk(ast.parse((SYNC / f"{module}.py").read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and "database.writing()" in ast.unparse(function):
                found.add(f"{module}.{function.name}")
    return found


def test_every_knob_of_the_simulator_is_turned_in_some_campaign():
    turned = {name for knobs in KNOBS.values() for name in knobs}

    assert turned == set(Knobs.model_fields) - LIMITS
    for told in KNOBS.values():
        assert all(USUAL[name] != value for name, value in told.items()), told


def test_the_list_of_commits_is_read_from_the_code():
    assert {"push._conclude", "executing.leave", "settling.settle"} <= commits_of_corridor()
