"""Sixteen real processes, one grant, a simulator that rotates at every use: one refresh each time."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[3]
SCRIPT = Path(__file__).with_name("refresh_together.py")


@pytest.mark.parametrize("grace_s", [0, 86400])
def test_sixteen_processes_that_were_refused_together_refresh_once_and_nobody_is_cut_off(play, grace_s):
    play.control("knobs", {"rotate_after_s": 0, "old_token_grace_s": grace_s})
    asked = {"base_url": play.base_url, "store": str(play.store_path), **play.credentials}

    run = subprocess.run(  # noqa: S603  our own script
        [sys.executable, str(SCRIPT), json.dumps(asked)],
        cwd=CHECKOUT,
        env={"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        timeout=120,
        check=False,
    )

    assert run.returncode == 0, run.stderr.decode()
    results = json.loads(run.stdout)
    assert [result for result in results if result[1] == "error"] == []
    assert sorted(Counter(token for _, _, token in results).values()) == [16, 16, 16]
    assert play.store.load("connection-1").version == 4
    assert play.client.company_info().entity["Country"] == "US"
