"""The list of required behaviours, and the command that says which tests carry them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rig.requirements import Rows

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def run_pytest(tmp_path):
    """Runs pytest with the list's plugin alone, on one file of tests."""

    def run(code: str, *options: str) -> subprocess.CompletedProcess[str]:
        tmp_path.joinpath("test_sample.py").write_text(f"import pytest\n{code}")
        command = [sys.executable, "-m", "pytest", "-p", "tests.rig.requirements", "-p", "no:cacheprovider", "-q"]
        return subprocess.run(  # noqa: S603 - our own command
            [*command, "-o", "addopts=", "--rootdir", str(tmp_path), *options, str(tmp_path)],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_rows_are_numbered_without_a_gap():
    rows = Rows.read()

    for letter in "THBCP":
        numbers = [int(row[2:]) for row in rows.wording if row.startswith(f"{letter}-")]
        assert numbers == list(range(1, len(numbers) + 1))
    assert len(rows.wording) == 184
    assert rows.furniture <= set(rows.wording)


def test_every_row_is_a_sentence():
    assert [row for row, wording in Rows.read().wording.items() if not re.match(r"[A-Z].*\.$", wording)] == []


def test_the_command_prints_the_tests_of_a_row_and_the_open_rows(run_pytest):
    marks = "@pytest.mark.requirement('T-24', 'T-1')\n@pytest.mark.parametrize('n', [1, 2])\n"
    code = f"{marks}def test_it(n): assert 0\n"

    done = run_pytest(code, "--requirements")

    assert done.returncode == 0, done.stdout
    assert re.search(r"T-24 +With a changed number .*\n +test_sample\.py::test_it\nT-25 ", done.stdout)
    assert "2 of 179 rows are carried by a test." in done.stdout
    assert re.search(r"^Open: T-2 T-3 ", done.stdout, re.MULTILINE)
    assert "T-32 " not in done.stdout.split("Open:")[1]


def test_a_marker_that_names_no_row_is_refused(run_pytest):
    done = run_pytest("@pytest.mark.requirement('T-99')\ndef test_it(): pass\n")

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "carries unknown requirement rows: T-99" in done.stdout + done.stderr
