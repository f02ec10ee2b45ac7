"""Checks that need no server: settings, keys, disk, plugins."""

import shutil
import stat
from collections.abc import Iterator, Mapping

from qbo_connector import config
from qbo_connector.config import Settings, data_folder
from qbo_connector.sources.registry import Registry
from qbo_connector.sync.doctor.check import Check, bad, good, warning

LITTLE_SPACE = 1 << 30
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_settings(settings: Settings, environ: Mapping[str, str]) -> Iterator[Check]:
    """Slips of the pen, and what Intuit must have told us."""
    for name in config.unknown_variables(environ):
        yield warning(
            "settings", f"{name} is set, but there is no such setting.", "Correct the name, or remove it."
        )
    if not (settings.client_id and settings.client_secret.get_secret_value()):
        yield bad(
            "settings",
            "The client id and secret of your app at Intuit are not set, so no company can be connected.",
            "Set QBO_CLIENT_ID and QBO_CLIENT_SECRET to the keys of your app.",
        )
    if not settings.verifier_token.get_secret_value():
        yield warning(
            "settings",
            "The verifier token is not set, so webhooks of QuickBooks are refused and changes arrive late.",
            "Set QBO_VERIFIER_TOKEN to the token on the webhooks page of your app.",
        )
    yield good("settings", f"QuickBooks is {settings.environment}; people reach us at {settings.base_url}.")


def check_keys(settings: Settings) -> Iterator[Check]:
    """Kept keys are for their owner only."""
    files = [settings.data_dir / name for name in (data_folder.SESSION_KEY_FILE, data_folder.ENCRYPTION_KEYS_FILE)]
    open_files = [file for file in files if file.exists() and file.stat().st_mode & OTHERS]
    for file in open_files:
        yield bad("keys", f"Other people of this machine can read {file}.", f"Run: chmod 600 {file}")
    if not open_files:
        yield good("keys", f"{len(settings.encryption_keys)} encryption key(s), closed to others.")


def check_disk(settings: Settings) -> Iterator[Check]:
    """Room for the database and the logs."""
    if not settings.data_dir.exists():
        return
    free = shutil.disk_usage(settings.data_dir).free
    amount = f"{free / (1 << 30):.1f} GiB"
    if free < LITTLE_SPACE:
        yield bad("disk", f"Only {amount} are left for {settings.data_dir}.", "Make room, or move QBO_DATA_DIR.")
        return
    yield good("disk", f"{amount} are left for {settings.data_dir}.")


def check_plugins(settings: Settings) -> Iterator[Check]:
    """Every plugin found must load."""
    registry = Registry.load(settings.addons_path)
    registry.load_all()
    for problem in registry.problems:
        yield bad("plugins", problem.sentence, f"Mend or remove {problem.folder or problem.name}.")
    names = ", ".join(entry.manifest.name for entry in registry.entries) or "none"
    yield good("plugins", f"Usable: {names}.")
