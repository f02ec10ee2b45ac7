"""Every reason that thinking can give is given in a test of the floors that think."""

import ast
from collections.abc import Iterator
from pathlib import Path

from qbo_connector.policy.catalogue import Reason

CHECKOUT = Path(__file__).parents[3]
THINKING = ("qbo_connector/plan/*.py", "qbo_connector/policy/*.py", "qbo_connector/canonical/*.py")
TESTS = ("tests/unit/plan/*.py", "tests/unit/policy/*.py", "tests/unit/canonical/*.py")


def files(patterns: tuple[str, ...]) -> Iterator[Path]:
    for pattern in patterns:
        yield from CHECKOUT.glob(pattern)


def raised_codes() -> set[str]:
    """Reasons that the thinking floors name, in code or as the reason of an error."""
    found = set()
    for file in files(THINKING):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Reason":
                found.add(str(Reason[node.attr]))
            if isinstance(node, ast.Constant) and node.value in set(Reason):
                found.add(str(node.value))
    return found


def test_no_reason_is_raised_that_no_test_expects():
    expected = "\n".join(file.read_text(encoding="utf-8") for file in files(TESTS))

    assert [code for code in sorted(raised_codes()) if f'"{code}"' not in expected] == []
    assert len(raised_codes()) > 40
