"""The scripted side: sessions of single-use tokens, the record, its operations with a real long poll."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jwt
from flask import Blueprint, Response, jsonify, request

from qbo_connector.web import access
from qbo_connector.web.problems import Problem, answer_with_problems
from tests.integration.widget_api.stage.script import Json, Script

KID = "wk_stage"
SECRET = "a secret that is long enough for HS256 signatures"
LIFE_S = 240
PATIENCE_S = 20


def token(**claims: Any) -> str:
    """A fresh widget token of the stage's key."""
    now = int(time.time())
    body = {
        "aud": "qbo-connector",
        "sub": "ann",
        "external_id": "1042",
        "iat": now,
        "exp": now + LIFE_S,
        "jti": secrets.token_hex(8),
    }
    return jwt.encode({**body, **claims}, SECRET, algorithm="HS256", headers={"kid": KID})


@dataclass
class Stage:
    """The script that is being played, and what the card asked for."""

    script: Script
    asked: list[tuple[str, Json]] = field(default_factory=list)
    sessions: set[str] = field(default_factory=set)
    is_down: bool = False
    _used: set[str] = field(default_factory=set)
    _operations: dict[str, str] = field(default_factory=dict)
    _started: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, script: Script) -> None:
        """Another performance, from the start. Operations of the former one are over, and nobody is signed in."""
        with self._lock:
            self.script, self.is_down = script, False
            self.asked.clear()
            self.sessions.clear()
            self._started = {}

    def open(self, widget_token: str) -> str:
        """A session for a token that was not used before."""
        try:
            claims = jwt.decode(widget_token, SECRET, algorithms=["HS256"], audience="qbo-connector")
        except jwt.ExpiredSignatureError as err:
            raise Problem(401, "token_expired") from err
        except jwt.InvalidTokenError as err:
            raise Problem(401, "token_invalid") from err
        with self._lock:
            if claims["jti"] in self._used:
                raise Problem(401, "token_used")
            self._used.add(claims["jti"])
            session = secrets.token_hex(8)
            self.sessions.add(session)
        return session

    def start(self, key: str) -> str:
        """The operation of this press; the same press again is the same operation."""
        with self._lock:
            operation = self._operations.setdefault(key, f"op-{len(self._operations) + 1}")
            self._started.setdefault(operation, time.monotonic())
        return operation

    def moment(self, operation: str, *, after: int, wait_s: float) -> Json:
        """The act being played; waits for the next one if the card knows this one."""
        deadline = time.monotonic() + wait_s
        while True:
            if operation not in self._started:
                raise Problem(404, "not_found")
            version, act = self._playing(operation)
            if version > after or time.monotonic() > deadline:
                return {"id": operation, "version": version, **act}
            time.sleep(0.02)

    def current_record(self) -> Json:
        """The record; after an operation has ended, the record it leads to.

        What ran before the page was opened is played from the first look at it, however late that is.
        """
        if self.script.running:
            self._started.setdefault(self.script.running, time.monotonic())
        if self.script.after is None or not any(self._is_over(operation) for operation in list(self._started)):
            return self.script.record
        return self.script.after

    def _is_over(self, operation: str) -> bool:
        return self._playing(operation)[0] == len(self.script.acts)

    def _playing(self, operation: str) -> tuple[int, Json]:
        elapsed = time.monotonic() - self._started[operation]
        version, act = 1, self.script.acts[0][1]
        for number, (delay, candidate) in enumerate(self.script.acts, start=1):
            elapsed -= delay
            if elapsed < 0:
                break
            version, act = number, candidate
        return version, act


def service(stage: Stage) -> Blueprint:
    """The widget's JSON calls, answered from the stage's script."""
    blueprint = Blueprint("calls", __name__)
    answer_with_problems(blueprint)

    @blueprint.before_request
    def _admit() -> Response | None:
        if stage.is_down:
            return Response(status=503)
        name = (request.endpoint or "").rpartition(".")[2]
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if name != "session" and bearer not in stage.sessions:
            raise Problem(401, "token_expired")
        if request.method == "POST":
            stage.asked.append((name, {"key": request.headers.get("Idempotency-Key", ""), **request.get_json()}))
        return None

    _add_calls(blueprint, stage)
    return blueprint


def _add_calls(blueprint: Blueprint, stage: Stage) -> None:
    def add(rule: str, method: str, name: str, view: Callable[..., Any]) -> None:
        blueprint.add_url_rule(rule, name, access.widget(view), methods=[method])

    def session() -> tuple[Response, int]:
        return jsonify({"session": stage.open(request.get_json()["token"]), "expires_in": LIFE_S}), 201

    def record() -> Response:
        _wait(stage.script.record_held)
        return jsonify(stage.current_record())

    def preview() -> Response:
        _wait(stage.script.preview_held)
        return jsonify(stage.script.preview)

    def sync() -> tuple[Response, int]:
        _refuse(stage.script.refusal)
        return jsonify({"operation": stage.start(request.headers["Idempotency-Key"])}), 202

    def fixes(action: str) -> tuple[Response, int]:
        del action
        _refuse(stage.script.fix_refusal)
        return jsonify({"operation": stage.start(request.headers["Idempotency-Key"])}), 202

    def operations(operation: str) -> Response:
        after, wait_s = request.args.get("after", 0, int), request.args.get("wait", 0.0, float)
        return jsonify(stage.moment(operation, after=after, wait_s=wait_s))

    def choices(which: str) -> Response:
        del which
        words = request.args.get("q", "").casefold()
        return jsonify(
            {"choices": [choice for choice in stage.script.choices if words in choice["name"].casefold()]}
        )

    add("/session", "POST", "session", session)
    add("/record", "GET", "record", record)
    add("/preview", "POST", "preview", preview)
    add("/sync", "POST", "sync", sync)
    add("/fixes/<action>", "POST", "fixes", fixes)
    add("/undo", "POST", "undo", sync)
    add("/operations/<operation>", "GET", "operations", operations)
    add("/choices/<which>", "GET", "choices", choices)


def _wait(held: threading.Event | None) -> None:
    if held is not None:
        held.wait(PATIENCE_S)


def _refuse(refusal: tuple[int, Json] | None) -> None:
    if refusal is not None:
        status, members = refusal
        raise Problem(status, members["code"], detail=members.get("detail", ""), members=members)
