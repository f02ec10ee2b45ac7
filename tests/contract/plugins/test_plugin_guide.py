"""The guide for plugin authors, followed word by word: its pieces are put into a folder and run."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from qbo_connector.errors import SourceCredentialsRejected, SourceRecordGone
from qbo_connector.sources import Capability, Manifest, Ref, Registry, SourceHttp
from qbo_connector.sources.capability import OPTIONAL_VERBS

GUIDE = (Path(__file__).parents[3] / "docs" / "write-a-source-plugin.md").read_text(encoding="utf-8")
PIECES = dict(re.findall(r"^`([\w.]+)`\n```\w+\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL))
PACKAGE = "qbo_source_workbench"
SHOP = {"shop": {"id": "shop_1", "name": "Repair Shop"}}
KEY = "let-me-in"


class Workbench(BaseHTTPRequestHandler):
    """Answers as the guide says Workbench does."""

    def do_GET(self) -> None:
        answers = {"/shop": SHOP, "/jobs/job_17": json.loads(PIECES["job.json"])}
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            self._answer(401, {"error": "wrong key"})
        elif self.path in answers:
            self._answer(200, answers[self.path])
        else:
            self._answer(404, {"error": "no such job"})

    def log_message(self, *_message: object) -> None:
        """Say nothing."""

    def _answer(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Workbench)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The folder as the guide draws it; the package is forgotten afterwards."""
    package = tmp_path / "addons" / PACKAGE
    package.mkdir(parents=True)
    for name in re.findall(r"^ {4}(\S+)", GUIDE, re.MULTILINE)[:5]:
        (package / name).write_text(PIECES.get(name, ""), encoding="utf-8")
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def test_the_manifest_of_the_guide_is_accepted() -> None:
    manifest = Manifest.parse(PIECES["manifest.toml"])

    assert manifest.key == "workbench"
    assert manifest.capabilities == {Capability.READ}
    assert [setting.name for setting in manifest.settings if setting.secret] == ["api_key"]


def test_the_plugin_of_the_guide_reads_the_record_of_the_guide(folder: Path, address: str) -> None:
    registry = Registry.load([folder / "addons"], entry_points=())
    entry = registry.find("workbench")
    assert entry is not None, registry.problems

    with SourceHttp(allow_private=True) as http:
        plugin = entry.open({"base_url": address, "api_key": KEY}, http)
        invoice = plugin.read(Ref(external_id="job_17"))
        stranger = entry.open({"base_url": address, "api_key": "guessed"}, http)

        assert invoice.total == sum(line.amount for line in invoice.lines)
        assert invoice.customer.email == "ovens@bakery.example"
        with pytest.raises(SourceRecordGone):
            plugin.read(Ref(external_id="job_18"))
        with pytest.raises(SourceCredentialsRejected):
            stranger.check()


def test_trying_it_prints_what_it_read(folder: Path, address: str) -> None:
    script = folder / "try_it.py"
    script.write_text(PIECES["try_it.py"].replace("http://127.0.0.1:9000", address), encoding="utf-8")

    tried = subprocess.run([sys.executable, script.name], cwd=folder, capture_output=True, text=True, check=True)  # noqa: S603 - the guide's own script

    assert tried.stdout.splitlines() == ["Repair Shop", "R-17 129.00 ['Oven belt', 'Labour']"]


def test_the_table_of_verbs_is_complete() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \|", GUIDE, re.MULTILINE)

    assert rows == [(str(capability), verb) for capability, verb in OPTIONAL_VERBS.items()]
