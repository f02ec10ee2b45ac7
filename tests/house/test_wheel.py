"""The wheel holds what a checkout has, under the names that both are imported by."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
NEVER = ("tests/", "benchmarks/", "docs/", "tools/", "conftest.py", "plugins/")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built without a network: the build backend is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(CHECKOUT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert built.returncode == 0, built.stdout + built.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def names(wheel) -> frozenset[str]:
    with zipfile.ZipFile(wheel) as archive:
        return frozenset(archive.namelist())


def tracked(folder: str) -> list[Path]:
    files = (CHECKOUT / folder).rglob("*")
    return [file for file in files if file.is_file() and "__pycache__" not in file.parts]


@pytest.mark.parametrize("folder", ["templates", "migrations"])
def test_it_holds_the_data_folders_inside_the_package(names, folder):
    expected = {f"qbo_connector/{file.relative_to(CHECKOUT)}" for file in tracked(folder)}

    assert expected
    assert expected <= names


def test_it_holds_every_file_of_the_package(names):
    assert {str(file.relative_to(CHECKOUT)) for file in tracked("qbo_connector")} <= names


def test_it_holds_every_bundled_plugin_as_a_package_of_its_own(names):
    expected = {str(file.relative_to(CHECKOUT / "plugins")) for file in tracked("plugins")}

    assert any(name.endswith("/manifest.toml") for name in expected)
    assert expected <= names


def test_it_holds_nothing_else(names):
    assert [name for name in names if name.startswith(NEVER)] == []


def test_what_is_unpacked_finds_its_folders_and_plugins(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        "from qbo_connector import paths; from qbo_connector.sources.registry import Registry;"
        "print(paths.templates(), paths.migrations(), sorted(entry.key for entry in Registry.load().entries))"
    )

    told = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-P", "-c", code],
        env={"PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert f"{tmp_path}/qbo_connector/templates {tmp_path}/qbo_connector/migrations" in told
    for manifest in CHECKOUT.glob("plugins/*/manifest.toml"):
        assert manifest.parent.name.removeprefix("qbo_source_") in told
