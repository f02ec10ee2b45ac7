"""The list of what the libraries lack stands against the tests: none without its test, and every test is there."""

import ast
import tomllib
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
TESTS = HERE.parents[1]
GAPS = tomllib.loads((HERE / "gaps.toml").read_text(encoding="utf-8"))["gap"]
OF_GAPS_ALONE = ("test_qbo_object_gaps.py",)
"""Files that hold nothing but tests of gaps."""


def named_in(*files: Path) -> Counter[str]:
    """How often each name of a test stands in these files, in a class or by itself."""
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    functions = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return Counter(node.name for node in functions if node.name.startswith("test_"))


def test_every_gap_says_what_is_lacking_where_and_has_a_test():
    assert {gap["where"] for gap in GAPS} == {"8.1", "8.2", "7"}
    for gap in GAPS:
        assert gap.keys() == {"where", "lacks", "test"}, gap
        assert gap["lacks"].endswith("."), gap
        assert gap["test"].startswith("test_"), gap


def test_no_test_answers_for_two_gaps():
    assert [name for name, count in Counter(gap["test"] for gap in GAPS).items() if count > 1] == []


def test_every_named_test_is_there_once():
    there = named_in(*TESTS.rglob("test_*.py"))

    assert {gap["test"]: there[gap["test"]] for gap in GAPS if there[gap["test"]] != 1} == {}


def test_no_test_of_a_gap_is_left_out_of_the_list():
    there = named_in(*(HERE / name for name in OF_GAPS_ALONE))

    assert there.keys() - {gap["test"] for gap in GAPS} == set()
