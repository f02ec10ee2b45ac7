"""All plugins of an installation: those that can be used, and those that cannot, with the reason."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, Self, cast

from qbo_connector.errors import ConfigurationError
from qbo_connector.paths import plugin_shelf
from qbo_connector.sources.api_version import API_VERSION
from qbo_connector.sources.discovery import (
    PluginOrigin,
    PluginPlace,
    PluginProblem,
    by_entry_point,
    in_addons,
    installed,
    on_shelf,
)
from qbo_connector.sources.http import SourceHttp
from qbo_connector.sources.loading import load_module, plugin_class
from qbo_connector.sources.manifest import Manifest
from qbo_connector.sources.plugin import SourceContext, SourcePlugin
from qbo_connector.sources.sandbox import Sandbox, SandboxOptions


@dataclass(frozen=True, kw_only=True)
class PluginEntry:
    """One usable plugin. Its code is imported when it is first opened."""

    manifest: Manifest
    place: PluginPlace

    @property
    def key(self) -> str:
        """The plugin's key."""
        return self.manifest.key

    @property
    def origin(self) -> PluginOrigin:
        """Where it was found."""
        return self.place.origin

    @property
    def icon(self) -> Path:
        """Its icon file."""
        return self.place.folder / self.manifest.icon

    @property
    def readme(self) -> str:
        """Its README, Markdown; empty if there is none."""
        path = self.place.folder / "README.md"
        return path.read_text("utf-8") if path.is_file() else ""

    @property
    def has_sandbox(self) -> bool:
        """Whether it brings a local stand-in of its vendor."""
        folder = self.place.folder
        return (folder / "sandbox.py").is_file() or (folder / "sandbox" / "__init__.py").is_file()

    def load(self) -> type[SourcePlugin]:
        """Its class, checked against the manifest.

        Raises:
            ConfigurationError: its code does not load, or declares other verbs than it implements.
        """
        return self._class

    @cached_property
    def _class(self) -> type[SourcePlugin]:
        """Looked up until it loads: what is mended meanwhile is found."""
        return plugin_class(self.place, self.manifest)

    def open(
        self,
        settings: Mapping[str, str],
        http: SourceHttp,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        account_name: str = "",
    ) -> SourcePlugin:
        """The plugin for one source account. Settings left out have their declared default; errors as `load`."""
        values = {field.name: settings.get(field.name, "") or field.default for field in self.manifest.settings}
        context = SourceContext(settings={**settings, **values}, http=http, now=now, account_name=account_name)
        return self.load()(context)

    def sandbox(self, options: SandboxOptions) -> Sandbox:
        """A stand-in of its vendor, not yet started.

        Raises:
            ConfigurationError: it brings none, or its code does not load.
        """
        create: Any = getattr(load_module(self.place, "sandbox"), "create_sandbox", None)
        if create is None:
            raise ConfigurationError(f"{self.manifest.name} has no sandbox", reason="plugin.unavailable")
        return cast("Sandbox", create(options))


class Registry:
    """The plugins by key. A plugin that cannot be used is listed in `problems` and stops nothing."""

    def __init__(self, entries: Iterable[PluginEntry], problems: Iterable[PluginProblem] = ()) -> None:
        self._entries = {entry.key: entry for entry in entries}
        self._problems = list(problems)

    @classmethod
    def load(
        cls,
        addons_path: Sequence[Path] = (),
        *,
        host_version: str = API_VERSION,
        shelf: Path | None = None,
        entry_points: Iterable[EntryPoint] | None = None,
    ) -> Self:
        """Find every plugin and read its manifest; no code of a plugin runs.

        Args:
            addons_path: `QBO_ADDONS_PATH`, folders that hold plugin packages.
            host_version: the plugin API version that manifests must accept.
            shelf: the folder of bundled plugins; by default where this product keeps them.
            entry_points: of installed distributions; by default those of the environment.
        """
        found = [
            *on_shelf(plugin_shelf() if shelf is None else shelf),
            *by_entry_point(installed() if entry_points is None else entry_points),
            *in_addons(addons_path),
        ]
        registry = cls([], [each for each in found if isinstance(each, PluginProblem)])
        for place in _distinct(each for each in found if isinstance(each, PluginPlace)):
            registry._add(place, host_version)
        registry._drop_dependents()
        return registry

    @property
    def entries(self) -> tuple[PluginEntry, ...]:
        """Every usable plugin, by name."""
        return tuple(sorted(self._entries.values(), key=lambda entry: entry.manifest.name.casefold()))

    @property
    def problems(self) -> tuple[PluginProblem, ...]:
        """Everything that was found and cannot be used."""
        return tuple(self._problems)

    def find(self, key: str) -> PluginEntry | None:
        """The plugin with this key, if it can be used."""
        return self._entries.get(key)

    def load_plugin(self, key: str) -> type[SourcePlugin]:
        """The class of a plugin; one that does not load moves to the problems.

        Raises:
            ConfigurationError: there is none with this key, or it does not load.
        """
        entry = self._entries.get(key)
        if entry is None:
            params = {"source": key, "reason": "it is not installed"}
            raise ConfigurationError(f"no plugin {key}", reason="plugin.unavailable", params=params)
        try:
            return entry.load()
        except ConfigurationError as err:
            self._refuse(entry.place, entry.manifest.name, str(err))
            del self._entries[key]
            raise

    def load_all(self) -> None:
        """Import every plugin's code, so that what does not load is known before it is needed."""
        for key in list(self._entries):
            try:
                self.load_plugin(key)
            except ConfigurationError:
                continue

    def _add(self, place: PluginPlace, host_version: str) -> None:
        try:
            manifest = Manifest.load(place.folder)
        except ConfigurationError as err:
            self._refuse(place, place.package, str(err))
            return
        if not manifest.runs_with(host_version):
            why = f"it needs version {manifest.host} of the plugin interface, and this product has {host_version}"
            self._refuse(place, manifest.name, why)
        elif earlier := self._entries.get(manifest.key):
            why = f"its key {manifest.key} is already taken by {earlier.manifest.name} ({earlier.origin})"
            self._refuse(place, manifest.name, why)
        else:
            self._entries[manifest.key] = PluginEntry(manifest=manifest, place=place)

    def _drop_dependents(self) -> None:
        """Refuse plugins whose dependencies are missing, until none is left."""
        while broken := [e for e in self._entries.values() if set(e.manifest.depends) - self._entries.keys()]:
            for entry in broken:
                missing = sorted(set(entry.manifest.depends) - self._entries.keys())
                del self._entries[entry.key]
                self._refuse(entry.place, entry.manifest.name, f"it depends on {missing[0]}, which is not here")

    def _refuse(self, place: PluginPlace, name: str, why: str) -> None:
        sentence = f"The plugin {name} cannot run here: {why.rstrip('.')}."
        self._problems.append(PluginProblem(name=name, sentence=sentence, folder=place.folder))


def _distinct(places: Iterable[PluginPlace]) -> list[PluginPlace]:
    """Each folder once: a bundled plugin may be named by an entry point as well."""
    by_folder: dict[Path, PluginPlace] = {}
    for place in places:
        by_folder.setdefault(place.folder.resolve(), place)
    return list(by_folder.values())
