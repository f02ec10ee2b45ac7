"""Raises the curtain: starts every part of the demo in order and returns when all of them answer."""

import os
import sys
from collections.abc import Mapping, Sequence

import requests

from qbo_connector.assembly import build_services
from qbo_connector.cli.demo import sandbox
from qbo_connector.cli.demo.founding import Founded, found, join
from qbo_connector.cli.demo.running import DemoKey, RunningDemo, SignIn
from qbo_connector.cli.demo.servers import ValkeyServer
from qbo_connector.cli.demo.stage import Stage, environment_of, settings_of
from qbo_connector.cli.demo.supervisor import Supervisor
from qbo_connector.config import Settings
from qbo_connector.sources.registry import PluginEntry
from qbo_connector.store import migrate

READY_S = 60.0
ANSWER_S = 10
PROGRAM = (sys.executable, "-m", "qbo_connector.cli")


def raise_curtain(
    supervisor: Supervisor, valkey: ValkeyServer, stage: Stage, entries: Sequence[PluginEntry]
) -> RunningDemo:
    """Start everything.

    Raises:
        ChildDied: if a part does not come up.
        TimeoutError: if it takes too long.
    """
    redis_url = valkey.start()
    supervisor.adopt(valkey.child)
    credentials = _start_simulator(supervisor, stage)
    settings = settings_of(stage, redis_url=redis_url, credentials=credentials)
    migrate.upgrade(settings)
    founded = _furnish(supervisor, stage, settings, entries)
    _start_processes(supervisor, stage, settings)
    running = _describe(supervisor, stage, founded)
    running.write(stage.folder)
    return running


def _start_simulator(supervisor: Supervisor, stage: Stage) -> Mapping[str, str]:
    supervisor.start(
        "simulator", [*PROGRAM, "simulator", "--port", str(stage.simulator_port), "--limits", stage.limits]
    )
    address = f"{stage.simulator_url}/_simulator/credentials"
    supervisor.wait_for(address, within_s=READY_S)
    credentials: Mapping[str, str] = requests.get(address, timeout=ANSWER_S).json()
    webhooks = {"url": f"{stage.web_url}/hooks/qbo", "shape": "cloudevents"}
    requests.post(f"{stage.simulator_url}/_simulator/webhooks", json=webhooks, timeout=ANSWER_S).raise_for_status()
    return credentials


def _furnish(supervisor: Supervisor, stage: Stage, settings: Settings, entries: Sequence[PluginEntry]) -> Founded:
    """Fill the database, with the sandboxes started in between."""
    services = build_services(settings)
    try:
        founded = found(services, stage, entries)
        sandboxes = {
            key: sandbox.start(
                supervisor, key, source.sandbox, folder=stage.folder, addons_path=settings.addons_path
            )
            for key, source in founded.sources.items()
        }
        join(services, founded, sandboxes)
    finally:
        services.database.close()
    return founded


def _start_processes(supervisor: Supervisor, stage: Stage, settings: Settings) -> None:
    environ = environment_of(settings, os.environ)
    supervisor.start("web", [*PROGRAM, "web", "--port", str(stage.web_port)], environ=environ)
    # The first of two processes is for clicks alone, so that no bulk work can keep a person waiting.
    supervisor.start("worker", [*PROGRAM, "worker", "--processes", "2"], environ=environ)
    supervisor.start("scheduler", [*PROGRAM, "scheduler"], environ=environ)
    supervisor.wait_for(f"{stage.web_url}/readyz", within_s=READY_S)


def _describe(supervisor: Supervisor, stage: Stage, founded: Founded) -> RunningDemo:
    return RunningDemo(
        web=stage.web_url,
        simulator=stage.simulator_url,
        sources={key: stage.sandbox_origin(key) for key in stage.sandbox_ports},
        sign_in=SignIn(email=founded.email, password=founded.password),
        widget_keys={
            key: DemoKey(id=source.sandbox.widget_key_id, secret=source.sandbox.widget_secret)
            for key, source in founded.sources.items()
        },
        api_key=founded.api_key,
        pids={"demo": os.getpid(), **supervisor.pids},
    )
