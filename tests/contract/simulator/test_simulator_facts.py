"""Every fact of the reference that the simulator imitates is carried by a test that exists (facts.toml)."""

import ast
import re
import tomllib
from pathlib import Path

FOLDER = Path(__file__).parent
FACTS: dict[str, dict[str, list[str]]] = tomllib.loads((FOLDER / "facts.toml").read_text(encoding="utf-8"))
SECTIONS = (
    *("1.3", "1.4", "1.5", "2", "3.1", "3.2", "3.3", "3.4", "4", "5.1", "5.2"),
    *("6.1", "6.2", "6.3", "6.4", "6.5", "6.6", "6.7", "6.8", "7", "11", "12"),
)
HAS_ITS_NUMBER = re.compile(r"(?:[1-9]|1[0-2])(?:_[0-9]+)?_[a-z]")


def _named() -> set[str]:
    return {test for facts in FACTS.values() for tests in facts.values() for test in tests}


def _existing() -> set[str]:
    found = set()
    for path in FOLDER.glob("test_simulator_*.py"):
        module = path.stem.removeprefix("test_simulator_")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found.add(f"{module}: {node.name.removeprefix('test_')}")
    return found


def test_every_test_that_a_fact_names_exists():
    assert sorted(_named() - _existing()) == []


def test_every_section_has_its_facts_and_every_fact_its_tests():
    assert [section for section in SECTIONS if not FACTS.get(section)] == []
    assert [
        fact for facts in FACTS.values() for fact, tests in facts.items() if not tests or not fact.strip()
    ] == []


def test_a_test_named_after_a_section_stands_in_the_table():
    numbered = {test for test in _existing() if HAS_ITS_NUMBER.match(test.partition(": ")[2])}
    assert sorted(numbered - _named()) == []
