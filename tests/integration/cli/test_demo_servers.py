import os
import signal
import socket
import subprocess
import sys
import textwrap
import time

import pytest
import redis

from qbo_connector.cli.demo.child import Child
from qbo_connector.cli.demo.ports import free_port
from qbo_connector.cli.demo.servers import ValkeyServer
from qbo_connector.cli.demo.supervisor import ChildDied, Supervisor
from qbo_connector.errors import ConfigurationError

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
]
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux")


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that nobody has reaped yet does not."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return shown.stdout.strip() not in ("", "Z", "Zs")


def wait_until(true, within_s=10):
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


@pytest.fixture
def supervisor(tmp_path):
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with Supervisor(tmp_path) as supervisor:
        yield supervisor
    for number, handler in before.items():
        signal.signal(number, handler)


class TestChild:
    def test_writes_its_output_to_its_log(self, tmp_path):
        child = Child.start("greeter", ["sh", "-c", "echo hello; echo trouble >&2"], log=tmp_path / "log")
        child.process.wait(10)

        assert child.tail() == "hello\ntrouble"
        assert not child.is_alive

    def test_gets_only_the_environment_it_is_given(self, tmp_path):
        child = Child.start("env", ["/usr/bin/env"], log=tmp_path / "log", environ={"ONLY": "this"})
        child.process.wait(10)

        assert "ONLY=this" in child.tail()
        assert "PATH=" not in child.tail()

    def test_ends_by_force_if_it_does_not_listen(self, tmp_path):
        child = Child.start("stubborn", STUBBORN, log=tmp_path / "log")
        wait_until(lambda: child.tail() == "up")

        child.stop(grace_s=0.2)

        assert child.process.returncode == -signal.SIGKILL

    def test_takes_its_own_children_along(self, tmp_path):
        child = Child.start("parent", ["sh", "-c", "sleep 60 & echo $!; wait"], log=tmp_path / "log")
        wait_until(lambda: child.tail().isdigit())
        grandchild = int(child.tail())

        child.stop()

        wait_until(lambda: not is_alive(grandchild))

    @linux_only
    def test_dies_with_its_parent_even_if_that_is_killed(self, tmp_path):
        code = f"""
            import time
            from pathlib import Path
            from qbo_connector.cli.demo.child import Child
            child = Child.start("sleeper", {SLEEP!r}, log=Path({str(tmp_path / "log")!r}))
            print(child.pid, flush=True)
            time.sleep(60)
        """
        parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True)  # noqa: S603
        pid = int(parent.stdout.readline())
        wait_until((tmp_path / "log").read_text)

        parent.kill()
        parent.communicate()

        wait_until(lambda: not is_alive(pid))


class TestValkeyServer:
    @pytest.fixture
    def server(self, tmp_path):
        server = ValkeyServer(tmp_path / "valkey")
        yield server
        server.stop()

    def test_remembers_what_it_was_told_when_it_starts_again(self, server):
        server.start()
        with redis.Redis.from_url(server.url) as client:
            client.set("told", "yes")
        server.stop()

        server.start()

        with redis.Redis.from_url(server.url, decode_responses=True) as client:
            assert client.get("told") == "yes"

    def test_never_throws_keys_away(self, server):
        server.start()

        with redis.Redis.from_url(server.url, decode_responses=True) as client:
            assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"

    def test_refuses_a_folder_that_is_in_use(self, server):
        server.start()

        with pytest.raises(ConfigurationError, match="already runs a server"):
            ValkeyServer(server.folder).start()

    def test_replaces_one_that_was_left_behind(self, server, tmp_path):
        server.start()
        orphan = server.child
        server._lock.close()  # what the kernel does when a supervisor is killed

        successor = ValkeyServer(server.folder)
        successor.start()

        orphan.process.wait(10)
        assert successor.child.is_alive
        successor.stop()


class TestSupervisor:
    def test_leaves_no_process_behind(self, supervisor):
        children = [supervisor.start(name, SLEEP) for name in ("one", "two")]

        supervisor.stop()

        assert not any(is_alive(child.pid) for child in children)

    def test_says_the_last_lines_of_a_process_that_died(self, supervisor):
        supervisor.start("steady", SLEEP)
        supervisor.start("brittle", ["sh", "-c", "echo first; echo it broke; exit 4"])

        with pytest.raises(ChildDied, match=r"(?s)brittle ended by itself with code 4.*it broke"):
            supervisor.watch()

    def test_stops_watching_when_a_signal_asks_for_the_end(self, supervisor):
        supervisor.start("steady", SLEEP)

        os.kill(os.getpid(), signal.SIGTERM)
        supervisor.watch()

        assert supervisor.is_stopping

    def test_gives_up_on_an_address_that_nobody_serves(self, supervisor):
        with pytest.raises(TimeoutError, match="did not answer"):
            supervisor.wait_for(f"http://127.0.0.1:{free_port()}/", within_s=0.2)

    def test_notices_a_death_while_it_waits_for_an_address(self, supervisor):
        supervisor.start("brittle", ["sh", "-c", "exit 1"])

        with pytest.raises(ChildDied):
            supervisor.wait_for(f"http://127.0.0.1:{free_port()}/", within_s=10)


def test_a_taken_port_is_noticed():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            free_port(taken.getsockname()[1])
