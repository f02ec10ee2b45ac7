"""`make` explains itself, and what it promises is there."""

import re
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PROMISED = ("setup", "demo", "test", "check", "chaos", "requirements", "bench", "wheel", "format")


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


def test_ci_calls_the_same_check():
    assert "make check" in (CHECKOUT / ".ci" / "run").read_text()
