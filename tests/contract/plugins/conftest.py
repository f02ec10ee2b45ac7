from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from qbo_connector.sources import PluginEntry, Registry, Sandbox, SandboxOptions, SourceHttp, SourcePlugin

REGISTRY = Registry.load(entry_points=())
# Test modules import the mappers of bundled plugins, which lie on a shelf and not on the import path.
REGISTRY.load_all()

WIDGET = {"web_base_url": "http://127.0.0.1:8000", "widget_key_id": "wk_test", "widget_secret": "w" * 40}


@pytest.fixture(scope="session")
def thrive_entry() -> PluginEntry:
    entry = REGISTRY.find("thrive")
    assert entry is not None
    return entry


@pytest.fixture(scope="session")
def thrive_server(thrive_entry: PluginEntry) -> Iterator[Sandbox]:
    server = thrive_entry.sandbox(SandboxOptions(**WIDGET))
    server.start()
    yield server
    server.stop()


class Control:
    """The control plane of a sandbox."""

    def __init__(self, base_url: str) -> None:
        self._base_url = f"{base_url}/_sandbox"

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        answer = requests.request(method, self._base_url + path, json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def post(self, path: str, **body: Any) -> Any:
        return self("POST", path, body)

    def fail(self, **failure: Any) -> None:
        self.post("/failures", failures=[failure])


@pytest.fixture
def control(thrive_server: Sandbox) -> Control:
    """A sandbox as fresh as on its first day."""
    control = Control(thrive_server.base_url)
    control.post("/hooks", url="")
    control.post("/limit", per_minute=0)
    control.post("/reset", seed="demo")
    return control


@pytest.fixture
def samples(control: Control) -> dict[str, str]:
    """The ids of the seeded invoices by what they show."""
    told: dict[str, str] = control.post("/reset", seed="demo")["samples"]
    return told


OpenThrive = Callable[..., SourcePlugin]


@pytest.fixture
def open_thrive(thrive_entry: PluginEntry, thrive_server: Sandbox, control: Control) -> Iterator[OpenThrive]:
    """Opens the plugin for the sandbox, with settings and limits changed by the test."""
    opened: list[SourceHttp] = []

    def open_it(*, read_s: float = 30.0, **settings: str) -> SourcePlugin:
        http = SourceHttp(allow_private=True, read_s=read_s)
        opened.append(http)
        return thrive_entry.open({**thrive_server.describe().settings, **settings}, http)

    yield open_it
    for http in opened:
        http.close()


@pytest.fixture
def thrive(open_thrive: OpenThrive) -> SourcePlugin:
    return open_thrive()
