"""Where everything of one demo stands: its folder, its ports, and the settings of its processes."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from qbo_connector import config, paths
from qbo_connector.cli.demo.ports import LOOPBACK, free_port
from qbo_connector.config import PREFIX, Settings
from qbo_connector.errors import ConfigurationError

LOCK = "demo.lock"
SIMULATOR_PORT = 8010


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The places of a demo. All of them are known before anything is started."""

    folder: Path
    web_port: int
    simulator_port: int
    sandbox_ports: Mapping[str, int]
    limits: str = "on"
    """How the simulator limits requests; the story looks at the books itself, so it needs more room."""
    """By plugin key, in the order in which they are started."""

    @property
    def web_url(self) -> str:
        """People and the widget come here."""
        return f"http://{LOOPBACK}:{self.web_port}"

    @property
    def simulator_url(self) -> str:
        """Plays Intuit."""
        return f"http://{LOOPBACK}:{self.simulator_port}"

    def sandbox_origin(self, key: str) -> str:
        """Another host name than the web's, so that browsers treat the two as strangers."""
        return f"http://localhost:{self.sandbox_ports[key]}"


def set_stage(folder: Path, sandboxes: Mapping[str, int], *, port: int, limits: str = "on") -> Stage:
    """Choose the ports; port 0 for the web means any free port for everything.

    Args:
        folder: of the demo.
        sandboxes: the port that each source's manifest wishes for.
        port: of the web.
        limits: of the simulator: "on", "off" or "xN".

    Raises:
        ConfigurationError: if a port is taken.
    """
    fixed = port != 0
    return Stage(
        folder=folder,
        web_port=_port(port),
        simulator_port=_port(SIMULATOR_PORT if fixed else 0),
        limits=limits,
        sandbox_ports={key: _port(wanted if fixed else 0) for key, wanted in sandboxes.items()},
    )


def settings_of(stage: Stage, *, redis_url: str, credentials: Mapping[str, str]) -> Settings:
    """The settings of the demo's processes. Keys are made in its folder, whatever the person's own are."""
    return config.load(
        secret_key="",
        encryption_keys=(),
        data_dir=stage.folder,
        database_url=f"sqlite:///{stage.folder / 'demo.sqlite3'}",
        redis_url=redis_url,
        base_url=stage.web_url,
        environment=stage.simulator_url,
        client_id=credentials["client_id"],
        client_secret=credentials["client_secret"],
        verifier_token=credentials["verifier_token"],
        allow_private_sources=True,
        log_format="json",
    )


def environment_of(settings: Settings, inherited: Mapping[str, str]) -> dict[str, str]:
    """The environment of the demo's processes: these settings and none of the person's own."""
    ours = {
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "BASE_URL": settings.base_url,
        "ENVIRONMENT": settings.environment,
        "CLIENT_ID": settings.client_id,
        "CLIENT_SECRET": settings.client_secret.get_secret_value(),
        "VERIFIER_TOKEN": settings.verifier_token.get_secret_value(),
        "ADDONS_PATH": os.pathsep.join(map(str, settings.addons_path)),
        "ALLOW_PRIVATE_SOURCES": "true",
        "LOG_FORMAT": settings.log_format,
    }
    rest = {name: value for name, value in inherited.items() if not name.startswith(PREFIX)}
    return rest | {f"{PREFIX}{name}": value for name, value in ours.items()}


@contextmanager
def demo_folder(*, temporary: bool) -> Iterator[Path]:
    """An empty folder for one demo at a time: a throw-away one, or ``demo`` in the data folder.

    A demo starts from the beginning, because the practice company does too.

    Raises:
        ConfigurationError: if a demo runs there already.
    """
    if temporary:
        with tempfile.TemporaryDirectory(prefix="qbo-demo-", ignore_cleanup_errors=True) as name:
            yield Path(name)
        return
    folder = Path(os.environ.get("QBO_DATA_DIR") or paths.user_data()).expanduser().absolute() / "demo"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / LOCK).open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as err:
            raise ConfigurationError(f"A demo already runs in {folder}.") from err
        _empty(folder)
        yield folder


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        elif entry.name != LOCK:
            entry.unlink()


def _port(wanted: int) -> int:
    try:
        return free_port(wanted)
    except OSError as err:
        raise ConfigurationError(f"Port {wanted} is taken. Stop what uses it, or say --port 0.") from err
