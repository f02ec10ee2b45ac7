"""Finds Chromium for the browser tests; as a command (``python -m tests.rig.browser``) it also tries to get it.

The order: a browser of the system, Playwright's own, ``playwright install chromium``, and as root on Debian
``apt-get install``. Without any, the command says so loudly, and fails where CI is set.

There are two of it. The shell has no window even in name, so that a page costs a third of the processor's time;
the whole browser does what browsers do beyond showing pages, such as refusing storage to frames of other sites.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import click
from playwright.sync_api import sync_playwright

SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
WHOLE = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "chromium-headless-shell")
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
    """The path of the lightest Chromium that can be started, or None."""
    return _of_the_system(SHELLS) or find_whole()


def find_whole() -> str | None:
    """The path of a Chromium with all that browsers do, or None."""
    return _of_the_system(WHOLE) or _playwrights_own()


def required() -> bool:
    """Whether a missing browser is a failure rather than a skip."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def main() -> int:
    """Find or install a browser and say what came of it."""
    whole = find_whole() or _install()
    if whole is not None:
        click.echo(f"browser: {find()}" + (f", for some tests {whole}" if whole != find() else ""))
        return 0
    click.echo(f"\n*** {MISSING}: browser tests will not run. ***\n", err=True)
    return 1 if required() else 0


def _of_the_system(names: Iterable[str]) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


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
        if done.returncode == 0 and (path := find_whole()):
            return path
    return None


def _installers() -> list[list[str]]:
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and (apt := shutil.which("apt-get")):
        install = [apt, "install", "-q", "-y", "--no-install-recommends"]
        ways += [[apt, "update", "-q"], [*install, *PACKAGES], [*install, PACKAGES[0]]]
    return ways


if __name__ == "__main__":
    sys.exit(main())
