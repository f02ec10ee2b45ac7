"""Where plugins are found: on the shelf, by entry point, in addons folders. Nothing is imported here."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.machinery import PathFinder
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from qbo_connector.sources.manifest import FILE_NAME

ENTRY_POINT_GROUP = "qbo_connector.sources"
SHELF_PREFIX = "qbo_source_"
DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


class PluginOrigin(StrEnum):
    """Where a plugin came from; of two with one key the earlier in this order is taken."""

    BUNDLED = "bundled"
    INSTALLED = "installed"
    ADDON = "addon"


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginPlace:
    """A folder that may hold a plugin, and the name of its package."""

    package: str
    folder: Path
    origin: PluginOrigin


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginProblem:
    """Why something that was found cannot be used. `sentence` is for people and names it."""

    name: str
    sentence: str
    folder: Path | None = None


def on_shelf(shelf: Path) -> Iterator[PluginPlace]:
    """The bundled plugins. In a wheel their shelf is the folder of all packages, hence the prefix."""
    for manifest in sorted(shelf.glob(f"{SHELF_PREFIX}*/{FILE_NAME}")):
        folder = manifest.parent
        yield PluginPlace(package=folder.name, folder=folder, origin=PluginOrigin.BUNDLED)


def installed() -> Sequence[EntryPoint]:
    """What installed distributions declare in the group; the value names the package with the manifest."""
    return tuple(entry_points(group=ENTRY_POINT_GROUP))


def by_entry_point(points: Iterable[EntryPoint]) -> Iterator[PluginPlace | PluginProblem]:
    """The packages that entry points name."""
    for point in sorted(points, key=lambda each: (each.name, each.value)):
        folder = _folder_of(point.value)
        if folder is None:
            yield PluginProblem(name=point.name, sentence=f"There is no package {point.value} for {point.name}.")
        else:
            yield PluginPlace(package=point.value, folder=folder, origin=PluginOrigin.INSTALLED)


def in_addons(paths: Iterable[Path]) -> Iterator[PluginPlace | PluginProblem]:
    """The packages with a manifest that lie directly in addons folders."""
    for path in paths:
        if not path.is_dir():
            yield PluginProblem(name=path.name, sentence=f"The addons folder {path} does not exist.", folder=path)
            continue
        for manifest in sorted(path.glob(f"*/{FILE_NAME}")):
            folder = manifest.parent.resolve()
            yield PluginPlace(package=folder.name, folder=folder, origin=PluginOrigin.ADDON)


def _folder_of(package: str) -> Path | None:
    """The folder of a package on the import path. Parents are looked up, not imported."""
    if not DOTTED.fullmatch(package):
        return None
    path: list[str] | None = None
    name = ""
    for part in package.split("."):
        name = f"{name}.{part}" if name else part
        spec = PathFinder.find_spec(name, path)
        if spec is None or not spec.submodule_search_locations:
            return None
        path = list(spec.submodule_search_locations)
    return Path(path[0]).resolve() if path else None
