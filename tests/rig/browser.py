"""Finds a Chromium for the browser tests; as a command (``python -m tests.rig.browser``) it also tries to get one.

The order: a browser of the system, Playwright's own, ``playwright install chromium``, and as root on Debian
``apt-get install chromium``. Without any, the command says so loudly, and fails where CI is set.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL_S = 240
MISSING = "no Chromium was found and none could be installed"
# Chromium as root has no sandbox; the rest keeps it from calling home.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """The path of a Chromium that can be started, or None."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    return _playwrights_own()


def required() -> bool:
    """Whether a missing browser is a failure rather than a skip."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def main() -> int:
    """Find or install a browser and say what came of it."""
    path = find() or _install()
    if path is not None:
        click.echo(f"browser: {path}")
        return 0
    click.echo(f"\n*** {MISSING}: the browser tests will not run. ***\n", err=True)
    return 1 if required() else 0


def _playwrights_own() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _install() -> str | None:
    for command in _installers():
        click.echo(f"browser: trying {' '.join(command)}")
        try:
            done = subprocess.run(command, timeout=INSTALL_S, check=False, capture_output=True)  # noqa: S603 - our own
        except subprocess.TimeoutExpired:
            continue
        if done.returncode == 0 and (path := find()):
            return path
    return None


def _installers() -> list[list[str]]:
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and (apt := shutil.which("apt-get")):
        ways += [[apt, "update", "-q"], [apt, "install", "-q", "-y", "--no-install-recommends", "chromium"]]
    return ways


if __name__ == "__main__":
    sys.exit(main())
