"""Reads the catalogue's data files, as they are."""

import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from qbo_connector.errors import ConfigurationError


def data_folder() -> Traversable:
    """Where the data of the shipped catalogue stands."""
    return files(__package__) / "data"


def finding_tables(folder: Traversable | None = None) -> list[dict[str, Any]]:
    """The tables of all findings, in the order that decides which of several leads."""
    chapters = sorted(((folder or data_folder()) / "findings").iterdir(), key=lambda chapter: chapter.name)
    tables = (_tables(chapter, "finding") for chapter in chapters if chapter.name.endswith(".toml"))
    return [table for chapter in tables for table in chapter]


def fix_tables(folder: Traversable | None = None) -> list[dict[str, Any]]:
    """The tables of all buttons."""
    return _tables((folder or data_folder()) / "fixes.toml", "fix")


def placeholder_tables(folder: Traversable | None = None) -> list[dict[str, Any]]:
    """The tables of all placeholders."""
    return _tables((folder or data_folder()) / "placeholders.toml", "placeholder")


def _tables(file: Traversable, name: str) -> list[dict[str, Any]]:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as err:
        raise ConfigurationError(f"{file.name} is not TOML: {err}.") from err
    if list(data) != [name]:
        raise ConfigurationError(f"{file.name} has to hold [[{name}]] tables and nothing else.")
    return list(data[name])
