"""Where things lie: in a checkout beside the package, in a wheel inside it; and a person's data folder."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
APPLICATION = "qbo-connector"


def templates() -> Path:
    """The folder of the Jinja templates."""
    return _resource("templates")


def migrations() -> Path:
    """The folder of the Alembic environment and its versions."""
    return _resource("migrations")


def plugin_shelf() -> Path:
    """The folder that holds the bundled source plugins, each a package of its own.

    In a checkout this is ``plugins/``. A wheel installs the same packages beside ``qbo_connector``, so there
    it is the folder of installed packages, which holds others as well.
    """
    checkout = PACKAGE.parent / "plugins"
    return checkout if checkout.is_dir() else PACKAGE.parent


def user_data(environ: Mapping[str, str] | None = None) -> Path:
    """The folder in which this person's programs keep data, by the custom of the platform.

    Raises:
        RuntimeError: if the home folder cannot be told.
    """
    variables = os.environ if environ is None else environ
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / APPLICATION
    custom = variables.get("XDG_DATA_HOME", "")
    home = Path(custom) if Path(custom).is_absolute() else Path.home() / ".local" / "share"
    return home / APPLICATION


def _resource(name: str) -> Path:
    packaged = PACKAGE / name
    return packaged if packaged.is_dir() else PACKAGE.parent / name
