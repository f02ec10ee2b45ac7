"""`make` explains itself, and what it promises is there."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PROMISED = ("setup", "demo", "test", "covered", "check", "chaos", "requirements", "bench", "wheel", "format")


@pytest.fixture(scope="module")
def shown() -> str:
    return subprocess.run(["make"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout  # noqa: S607


@pytest.mark.parametrize("target", PROMISED)
def test_every_promised_target_is_explained(shown, target):
    assert re.search(rf"^  make {target} +\S", shown, re.MULTILINE)


def test_the_check_ends_with_the_tests():
    text = (CHECKOUT / "Makefile").read_text()
    (recipe,) = re.findall(r"^check:.*\n((?:\t.*\n)+)", text, re.MULTILINE)

    assert recipe.rstrip().endswith("test")


def test_the_check_runs_each_test_once_those_of_the_thinking_floors_with_their_branches_counted():
    command = ["make", "--dry-run", "--assume-old=.venv/.installed", "check"]
    shown = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout  # noqa: S603
    counted, others = (line for line in shown.splitlines() if " -m pytest " in line)

    run = re.findall(r"tests/unit/\w+", counted)
    assert "--cov " in counted
    assert [folder.rpartition("/")[2] for folder in run] == ["canonical", "mapping", "plan", "policy"]
    assert re.findall(r"--ignore=(\S+)", others) == run


def test_all_branches_of_the_thinking_floors_are_asked_for():
    told = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["coverage"]

    assert told["run"] == {
        "branch": True,
        "source": [f"qbo_connector/{floor}" for floor in ("canonical", "mapping", "plan", "policy")],
    }
    assert told["report"]["fail_under"] == 100


def test_ci_calls_the_same_check():
    assert "make check" in (CHECKOUT / ".ci" / "run").read_text()
