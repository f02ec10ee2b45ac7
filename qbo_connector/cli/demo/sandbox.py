"""One sandbox as a process: ``python -m qbo_connector.cli.demo.sandbox KEY OPTIONS DESCRIPTION``.

OPTIONS is a JSON file with the fields of ``SandboxOptions``; they hold secrets, which do not belong on a command
line. DESCRIPTION is where it writes how to use it, as soon as it answers.
"""

import json
import os
import signal
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qbo_connector.cli.demo.supervisor import Supervisor
from qbo_connector.cli.demo.waiting import wait_for_file
from qbo_connector.errors import ConfigurationError
from qbo_connector.sources.registry import Registry
from qbo_connector.sources.sandbox import SandboxDescription, SandboxOptions

MODULE = "qbo_connector.cli.demo.sandbox"
READY_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningSandbox:
    """Where a sandbox stands and how a source account reaches it; see ``SandboxDescription``."""

    base_url: str
    settings: dict[str, str]
    samples: dict[str, Any]
    pages: dict[str, str]


def start(
    supervisor: Supervisor, key: str, options: SandboxOptions, *, folder: Path, addons_path: tuple[Path, ...] = ()
) -> RunningSandbox:
    """Start the sandbox of a plugin and wait until it says how to use it.

    Raises:
        ChildDied: if it does not come up.
        TimeoutError: if it says nothing.
    """
    told, description = folder / f"sandbox-{key}.options.json", folder / f"sandbox-{key}.json"
    description.unlink(missing_ok=True)
    with os.fdopen(os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(asdict(options), file)
    command = [sys.executable, "-m", MODULE, key, str(told), str(description), *map(str, addons_path)]
    supervisor.start(f"sandbox-{key}", command)
    text = wait_for_file(description, within_s=READY_S, meanwhile=supervisor.check)
    return RunningSandbox(**json.loads(text))


def main(key: str, options_file: Path, description_file: Path, addons_path: list[Path]) -> None:
    """Serve until a signal asks for the end."""
    entry = Registry.load(addons_path).find(key)
    if entry is None:
        raise ConfigurationError(f"There is no usable plugin {key}.")
    sandbox = entry.sandbox(SandboxOptions(**json.loads(options_file.read_text(encoding="utf-8"))))
    asked_to_stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked_to_stop.set())
    sandbox.start()
    _tell(description_file, sandbox.describe())
    asked_to_stop.wait()
    sandbox.stop()


def _tell(file: Path, description: SandboxDescription) -> None:
    """Write it whole or not at all: somebody waits for the file."""
    unfinished = file.with_suffix(".part")
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(_plain(description)), encoding="utf-8")
    unfinished.rename(file)


def _plain(description: SandboxDescription) -> dict[str, Any]:
    return {
        "base_url": description.base_url,
        "settings": dict(description.settings),
        "samples": {name: asdict(ref) for name, ref in description.samples.items()},
        "pages": dict(description.pages),
    }


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), [Path(folder) for folder in sys.argv[4:]])
