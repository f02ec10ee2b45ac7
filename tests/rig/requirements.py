"""Which test carries which row of docs/requirements-rows.toml: ``pytest --requirements`` prints it."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROWS_FILE = Path(__file__).parents[2] / "docs" / "requirements-rows.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The list: wording by row, and the rows that need no test."""

    wording: Mapping[str, str]
    furniture: frozenset[str]

    @classmethod
    def read(cls) -> "Rows":
        data = tomllib.loads(ROWS_FILE.read_text(encoding="utf-8"))
        return cls(wording=data["rows"], furniture=frozenset(data["furniture"]))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--requirements", action="store_true", help="run nothing; print each required behaviour with its tests"
    )


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """A marker that names no row is a mistake."""
    known = Rows.read().wording
    for item in items:
        if unknown := [row for row in carried(item) if row not in known]:
            raise pytest.UsageError(f"{item.nodeid} carries unknown requirement rows: {', '.join(unknown)}")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    if not session.config.getoption("--requirements"):
        return None
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    assert reporter is not None
    for line in report(Rows.read(), session.items):
        reporter.write_line(line)
    return True


def carried(item: pytest.Item) -> tuple[str, ...]:
    """The rows a test carries."""
    return tuple(row for marker in item.iter_markers("requirement") for row in marker.args)


def report(rows: Rows, items: Sequence[pytest.Item]) -> list[str]:
    """Every row with its tests, then the rows that none carries."""
    tests: defaultdict[str, set[str]] = defaultdict(set)
    for item in items:
        for row in carried(item):
            tests[row].add(re.sub(r"\[.*\]$", "", item.nodeid))
    lines = []
    for row, wording in rows.wording.items():
        lines.append(f"{row:5} {wording}")
        lines += [f"        {test}" for test in sorted(tests[row])]
    wanted = [row for row in rows.wording if row not in rows.furniture]
    missing = [row for row in wanted if not tests[row]]
    lines.append(f"\n{len(wanted) - len(missing)} of {len(wanted)} rows are carried by a test.")
    if missing:
        lines.append(f"Open: {' '.join(missing)}")
    return lines
