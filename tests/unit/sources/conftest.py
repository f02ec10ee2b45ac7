import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TABLES: dict[str, Any] = {
    "plugin": {
        "key": "acme",
        "name": "Acme Orders",
        "summary": "Sends orders",
        "version": "1.2.0",
        "host": ">=1,<2",
        "category": "orders",
        "author": "somebody",
        "license": "MIT",
        "icon": "icon.svg",
        "capabilities": ["read"],
    },
    "policies": {"trigger": "manual_single"},
    "settings": [{"name": "api_key", "label": "API key", "secret": True, "required": True}],
}


@pytest.fixture
def tables() -> dict[str, Any]:
    """A sound manifest, to be spoiled by a test."""
    return copy.deepcopy(TABLES)


MANIFEST = """
[plugin]
key = "{key}"
name = "{name}"
summary = "Sends orders"
version = "1.0"
host = "{host}"
category = "orders"
author = "somebody"
license = "MIT"
icon = "icon.svg"
depends = {depends}
capabilities = {capabilities}

[policies]
{policies}
"""

PLUGIN = """
from qbo_connector.sources import AccountInfo, SourcePlugin


class {name}Plugin(SourcePlugin):
    def check(self):
        return AccountInfo(external_id="1", name="{name}")

    def read(self, ref):
        raise NotImplementedError
"""

Writer = Callable[..., Path]


@pytest.fixture
def write_plugin(tmp_path: Path) -> Writer:
    """Writes a plugin package into an addons folder and answers its folder."""

    def write(package: str, *, code: str | None = None, **told: Any) -> Path:
        folder = tmp_path / "addons" / package
        folder.mkdir(parents=True)
        usual = {
            "key": package,
            "name": package.title(),
            "host": ">=1,<2",
            "depends": [],
            "capabilities": ["read"],
        }
        folder.joinpath("manifest.toml").write_text(
            MANIFEST.format(**{**usual, "policies": 'trigger = "manual_single"', **told})
        )
        folder.joinpath("icon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
        folder.joinpath("__init__.py").touch()
        folder.joinpath("plugin.py").write_text(PLUGIN.format(name="Some") if code is None else code)
        return folder

    return write
