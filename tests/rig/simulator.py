"""The simulator as a server of its own, and its control plane as methods."""

import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import requests

from qbo_connector.cli.demo.child import Child

READY_S = 20.0
TIMEOUT_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What the simulator hands out, usable at once."""

    client_id: str
    client_secret: str
    realm_id: str
    access_token: str
    refresh_token: str
    verifier_token: str


class Simulator:
    """A running simulator. Every method is one call of its control plane (docs/simulator.md)."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._session = requests.Session()

    def credentials(self) -> Credentials:
        return _credentials(self._call("GET", "credentials"))

    def reset(self, *, region: str = "US", seed: str = "sandbox", tax: str = "automated") -> Credentials:
        """A fresh company; faults, knobs, webhooks, clock and the list of requests start anew as well.

        ``tax`` is "automated" or "manual" and matters in the US only.
        """
        return _credentials(self._call("POST", "reset", {"region": region, "seed": seed, "tax": tax}))

    def state(self) -> bytes:
        """Everything that it holds, to be put back with ``restore``."""
        answer = self._session.get(f"{self.base_url}/_simulator/state", timeout=TIMEOUT_S)
        assert answer.ok, answer.text[:500]
        return answer.content

    def restore(self, state: bytes) -> None:
        """Put a kept state in place of everything; its tokens are good again."""
        answer = self._session.post(f"{self.base_url}/_simulator/state", data=state, timeout=TIMEOUT_S)
        assert answer.ok, answer.text[:500]

    def add_company(self, *, region: str = "US") -> dict[str, Any]:
        """A further realm of the same app."""
        return self._call("POST", "companies", {"region": region})

    def arm(self, *faults: dict[str, Any]) -> None:
        """Arm these faults in place of all others; without arguments: none."""
        self._call("POST", "faults", {"faults": list(faults)})

    def faults(self) -> Any:
        """What is armed and how often it fired."""
        return self._call("GET", "faults")

    def knobs(self, **values: Any) -> None:
        self._call("POST", "knobs", values)

    def clock(self, **values: Any) -> None:
        """``now=…`` or ``advance_s=…``."""
        self._call("POST", "clock", values)

    def webhooks(self, url: str, **options: Any) -> None:
        self._call("POST", "webhooks", {"url": url, **options})

    def requests(self, *, after: int = 0) -> list[dict[str, Any]]:
        """Every request of the API since number ``after``, oldest first."""
        found: list[dict[str, Any]] = self._call("GET", f"requests?after={after}")["requests"]
        return found

    def counts(self, realm_id: str) -> dict[str, int]:
        """How much a company was asked: requests, writes, coreplus, throttled, replays, batch_items."""
        found: dict[str, int] = self._call("GET", "requests")["counts"].get(realm_id, {})
        return found

    def forget_requests(self) -> None:
        self._call("DELETE", "requests")

    def close(self) -> None:
        self._session.close()

    def _call(self, method: str, path: str, body: object = None) -> Any:
        address = f"{self.base_url}/_simulator/{path}"
        answer = self._session.request(method, address, json=body, timeout=TIMEOUT_S)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json() if answer.content else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorServer:
    """The process behind a ``Simulator``."""

    base_url: str
    child: Child

    @classmethod
    def start(cls, folder: Path, *options: str) -> Self:
        """Start ``qbo-connector simulator`` on a free port and wait until it says where it stands."""
        command = [sys.executable, "-m", "qbo_connector.cli", "simulator", "--port", "0", *options]
        child = Child.start("simulator", command, log=folder / f"simulator-{uuid4().hex[:8]}.log")
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline and child.is_alive:
            if found := re.search(r"http://127\.0\.0\.1:\d+", child.tail()):
                return cls(base_url=found[0], child=child)
            time.sleep(0.03)
        raise AssertionError(f"the simulator did not come up:\n{child.tail()}")

    def stop(self) -> None:
        self.child.stop()


def _credentials(answer: dict[str, Any]) -> Credentials:
    return Credentials(**{name: answer[name] for name in Credentials.__slots__})
