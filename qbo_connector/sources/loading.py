"""Importing a plugin's code from its own folder, without touching the import path."""

import importlib
import sys
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from qbo_connector.errors import ConfigurationError
from qbo_connector.sources.capability import OPTIONAL_VERBS
from qbo_connector.sources.discovery import PluginPlace
from qbo_connector.sources.manifest import Manifest
from qbo_connector.sources.plugin import SourcePlugin


def load_module(place: PluginPlace, name: str) -> ModuleType:
    """A module of the plugin's package, for instance ``plugin``.

    Raises:
        ConfigurationError: it cannot be imported; names the plugin's own error.
    """
    try:
        _ensure_package(place)
        return importlib.import_module(f"{place.package}.{name}")
    except ConfigurationError:
        raise
    except SystemExit as err:
        raise _broken(place, err) from err
    except Exception as err:  # a plugin's code may raise anything while it is imported
        raise _broken(place, err) from err


def plugin_class(place: PluginPlace, manifest: Manifest) -> type[SourcePlugin]:
    """The one plugin class of the module ``plugin``, which implements exactly what the manifest declares.

    Raises:
        ConfigurationError: there is none or several, or verbs and capabilities differ.
    """
    module = load_module(place, "plugin")
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, SourcePlugin) and value.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise _unusable(f"its module plugin defines {len(found)} plugin classes instead of one")
    if complaint := verb_complaint(found[0], manifest):
        raise _unusable(complaint)
    return found[0]


def verb_complaint(plugin: type[SourcePlugin], manifest: Manifest) -> str | None:
    """How a class and the declared capabilities differ, as a clause; None if they agree."""
    if missing := sorted(plugin.__abstractmethods__):
        return f"it does not implement {missing[0]}"
    for capability, verb in OPTIONAL_VERBS.items():
        implemented = getattr(plugin, verb) is not getattr(SourcePlugin, verb)
        if capability in manifest.capabilities and not implemented:
            return f"it declares the capability {capability} but does not implement {verb}"
        if implemented and capability not in manifest.capabilities:
            return f"it implements {verb} but does not declare the capability {capability}"
    return None


def _ensure_package(place: PluginPlace) -> None:
    """Put the package into `sys.modules` from its folder, unless it is there; refuse another one of its name."""
    known = sys.modules.get(place.package)
    if known is not None:
        if _folder(known) != place.folder.resolve():
            raise _unusable(f"another package is already called {place.package}")
        return
    if "." in place.package:
        importlib.import_module(place.package)
        return
    if _taken(place):
        raise _unusable(f"another package is already called {place.package}")
    init = place.folder / "__init__.py"
    spec = spec_from_file_location(place.package, init, submodule_search_locations=[str(place.folder)])
    if spec is None or spec.loader is None or not init.is_file():
        raise _unusable("it has no __init__.py")
    module = module_from_spec(spec)
    sys.modules[place.package] = module
    spec.loader.exec_module(module)


def _taken(place: PluginPlace) -> bool:
    spec = find_spec(place.package)
    if spec is None:
        return False
    locations = spec.submodule_search_locations or []
    return place.folder.resolve() not in {Path(location).resolve() for location in locations}


def _folder(module: ModuleType) -> Path | None:
    locations = list(getattr(module, "__path__", ()))
    return Path(locations[0]).resolve() if locations else None


def _broken(place: PluginPlace, err: BaseException) -> ConfigurationError:
    _forget(place.package)
    return _unusable(f"its code does not load ({type(err).__name__}: {err})")


def _forget(package: str) -> None:
    """Drop what a failed import left behind, so that a mended plugin loads afresh."""
    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        del sys.modules[name]


def _unusable(why: str) -> ConfigurationError:
    return ConfigurationError(why, reason="plugin.unavailable", params={"reason": "it failed to load"})
