"""The house's floors: .importlinter for the core, a reading of the import statements for the plugins."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

CHECKOUT = Path(__file__).parents[2]
HOUSE = "qbo_connector"
PLUGIN_PREFIX = "qbo_source_"
OPEN_TO_PLUGINS = ("qbo_connector.sources", "qbo_connector.canonical", "qbo_connector.errors")


def imported_names(file: Path) -> Iterator[str]:
    """Every module a file imports, relative imports left out."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def offences_of_plugin(folder: Path) -> list[str]:
    """Imports of a plugin that reach into the house elsewhere than allowed, or into another plugin."""
    found = []
    for file in sorted(folder.rglob("*.py")):
        for name in imported_names(file):
            inside_house = name.split(".")[0] == HOUSE and not is_open(name)
            other_plugin = name.startswith(PLUGIN_PREFIX) and name.split(".")[0] != folder.name
            if inside_house or other_plugin:
                found.append(f"{file.relative_to(folder.parent)} imports {name}")
    return found


def is_open(name: str) -> bool:
    return any(name == allowed or name.startswith(f"{allowed}.") for allowed in OPEN_TO_PLUGINS)


def imports_of_plugins(folder: Path) -> list[str]:
    return [
        f"{file.relative_to(folder)} imports {name}"
        for file in sorted(folder.rglob("*.py"))
        for name in imported_names(file)
        if name.startswith(PLUGIN_PREFIX)
    ]


def test_the_floors_of_the_core_are_kept(monkeypatch, capsys):
    monkeypatch.chdir(CHECKOUT)

    code = lint_imports(config_filename=".importlinter", no_cache=True)

    assert code == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    "folder", sorted(CHECKOUT.glob(f"plugins/{PLUGIN_PREFIX}*")), ids=lambda folder: folder.name
)
def test_a_plugin_imports_only_the_plugin_api(folder):
    assert offences_of_plugin(folder) == []


def test_nobody_in_the_house_imports_a_plugin():
    assert imports_of_plugins(CHECKOUT / HOUSE) == []


def test_the_plugin_guard_notices_an_offence(tmp_path):
    plugin = tmp_path / "qbo_source_sly"
    plugin.mkdir()
    plugin.joinpath("plugin.py").write_text(
        "import qbo_connector.store\n"
        "from qbo_connector import config\n"
        "from qbo_connector.sources import SourcePlugin\n"
        "from qbo_source_other.client import Client\n"
        "from qbo_source_sly import mapper\n"
    )

    assert offences_of_plugin(plugin) == [
        "qbo_source_sly/plugin.py imports qbo_connector.store",
        "qbo_source_sly/plugin.py imports qbo_connector.config",
        "qbo_source_sly/plugin.py imports qbo_source_other.client.Client",
    ]
    assert imports_of_plugins(tmp_path) == [
        "qbo_source_sly/plugin.py imports qbo_source_other.client.Client",
        "qbo_source_sly/plugin.py imports qbo_source_sly.mapper",
    ]
