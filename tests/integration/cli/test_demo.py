"""The demo as a person runs it: a program of its own, with everything real."""

import fcntl
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from qbo_connector.cli.exit_code import ExitCode
from qbo_connector.sources.registry import Registry

DEMO = [sys.executable, "-m", "qbo_connector.cli", "demo"]
UP_S = 90
DOWN_S = 30

pytestmark = pytest.mark.timeout(300)


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that nobody has reaped yet does not."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return shown.stdout.strip()[:1] not in ("", "Z")


def wait_until(true, within_s):
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


class RunningProgram:
    """A demo that is up."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder / "demo"
        self.output = folder / "output"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                [*DEMO, "--port", "0", *options],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "QBO_DATA_DIR": str(folder), "QBO_SECRET_KEY": "x" * 40},
            )
        self._wait_until_up()
        self.told = json.loads((self.folder / "demo.json").read_text())

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(DOWN_S)

    def nobody_is_left(self) -> bool:
        return not any(is_alive(pid) for name, pid in self.told["pids"].items() if name != "demo")

    def _wait_until_up(self) -> None:
        wait_until(lambda: (self.folder / "demo.json").exists() or self.process.poll() is not None, UP_S)
        assert self.process.poll() is None, self.output.read_text()


@pytest.fixture
def start(tmp_path):
    """Starts a demo with these options; whatever happens, it does not outlive the test."""
    started = []

    def start(*options: str) -> RunningProgram:
        started.append(RunningProgram(tmp_path, *options))
        return started[-1]

    yield start
    for program in started:
        program.process.kill()
        program.process.wait()


@pytest.fixture
def small(start):
    """A demo with one source system, to save time."""
    return start("--source", Registry.load().entries[0].key)


def test_all_parts_answer_and_ctrl_c_leaves_no_process_behind(start):
    program = start()
    told = program.told

    assert requests.get(f"{told['web']}/readyz", timeout=10).status_code == 200
    assert requests.get(f"{told['simulator']}/_simulator/credentials", timeout=10).status_code == 200
    assert told["sources"]
    for url in told["sources"].values():
        assert url.startswith("http://localhost:")
        assert requests.get(url, timeout=10).status_code == 200
    assert {"web", "worker", "scheduler", "simulator", "valkey"} <= set(told["pids"])
    assert set(told["widget_keys"]) == set(told["sources"])
    wait_until(lambda: told["web"] in program.output.read_text(), 5)
    assert told["sign_in"]["password"] in program.output.read_text()
    assert stat.S_IMODE((program.folder / "demo.json").stat().st_mode) == 0o600

    assert program.end(signal.SIGINT) == ExitCode.GOOD

    assert program.nobody_is_left()


def test_a_second_demo_in_the_same_folder_is_refused(tmp_path):
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "precious").write_text("of the first")
    with (folder / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(  # noqa: S603 - our own program
            [*DEMO, "--port", "0"],
            env={**os.environ, "QBO_DATA_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert done.returncode == ExitCode.CONFIGURATION
    assert "A demo already runs" in done.stderr
    assert (folder / "precious").exists()


def test_a_part_that_dies_ends_the_demo_and_shows_its_last_lines(small):
    os.kill(small.told["pids"]["worker"], signal.SIGKILL)

    assert small.process.wait(DOWN_S) == ExitCode.CHECK_FAILED
    assert "worker ended by itself with code -9" in small.output.read_text()
    assert small.nobody_is_left()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux")
def test_a_killed_demo_leaves_no_process_behind_either(small):
    small.end(signal.SIGKILL)

    wait_until(small.nobody_is_left, 10)


def test_the_story_comes_true():
    done = subprocess.run([*DEMO, "--check"], capture_output=True, text=True, timeout=240, check=False)  # noqa: S603 - our own program

    assert done.returncode == ExitCode.GOOD, done.stdout + done.stderr


def test_an_unknown_source_is_a_usage_error():
    done = subprocess.run([*DEMO, "--source", "nobody"], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - our own program

    assert done.returncode == ExitCode.USAGE
    assert "No source nobody to demonstrate" in done.stderr
