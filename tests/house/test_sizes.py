"""Files and functions small enough to be read at once, and few places that catch everything."""

import ast
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
BROAD_EXCEPTS = 3
DRAWERS = {"utils", "helpers", "common", "core", "base", "manager"}


def sources() -> list[Path]:
    return sorted([*CHECKOUT.glob("qbo_connector/**/*.py"), *CHECKOUT.glob("plugins/**/*.py")])


def functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def is_broad(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    return node.type is None or (
        isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")
    )


def test_no_module_is_longer_than_a_reader_can_hold():
    too_long = [str(file) for file in sources() if len(file.read_text().splitlines()) > LONGEST_MODULE]

    assert too_long == []


def test_no_function_is_longer_than_a_screen():
    too_long = [
        f"{file}:{function.name}"
        for file in sources()
        for function in functions(ast.parse(file.read_text()))
        if length(function) > LONGEST_FUNCTION
    ]

    assert too_long == []


def test_hardly_anything_catches_everything():
    broad = [
        f"{file}:{node.lineno}"
        for file in sources()
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ExceptHandler) and is_broad(node)
    ]

    assert len(broad) <= BROAD_EXCEPTS, broad


def test_no_module_is_a_drawer_for_anything():
    assert [str(file) for file in sources() if file.stem in DRAWERS or file.parent.name in DRAWERS] == []
