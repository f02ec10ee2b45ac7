"""Who may call: the two refusals in Intuit's other, lower-case envelope (reference §1.5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qbo_connector.simulator.api.call import Call
from qbo_connector.simulator.api.outcome import Outcome
from qbo_connector.simulator.oauth.grants import ACCOUNTING
from qbo_connector.simulator.wire.json import dumps
from qbo_connector.simulator.world import World

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="Intuit", error="invalid_token"'}
_SHORTEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    status: int
    code: str
    name: str
    kind: str
    headers: Mapping[str, str]


_UNAUTHENTICATED = _Refusal(
    status=401, code="3200", name="AuthenticationFailed", kind="AUTHENTICATION", headers=_CHALLENGE
)
_FORBIDDEN = _Refusal(status=403, code="3100", name="ApplicationAuthorizationFailed", kind="SERVICE", headers={})
_EMPTY = _Refusal(status=401, code="3202", name="EmptyField", kind="AUTHENTICATION", headers=_CHALLENGE)
_BY_CODE = {"3100": _FORBIDDEN, "3202": _EMPTY}


def refusal(world: World, call: Call) -> Outcome | None:
    """The 401 or 403 a call deserves, None if it may pass."""
    scheme, _, token = call.request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if not token:
        return _denied(world, _EMPTY, detail=None)
    if scheme.lower() != "bearer" or not world.grants.is_valid(token):
        return expired(world, token)
    grant = world.grants.use(token)
    company = world.companies.get(call.realm_id)
    allowed = grant is not None and grant.realm_id == call.realm_id and ACCOUNTING in grant.scope.split()
    if company is None or not allowed:
        return _denied(world, _FORBIDDEN, detail=None)
    return None


def expired(world: World, token: str) -> Outcome:
    """401. Its detail repeats the token, as Intuit's does: a trap for whoever logs it."""
    detail = f"Token expired: {token}"
    if len(token) < _SHORTEST:
        detail = "Malformed bearer token: too short or too long"
    return _denied(world, _UNAUTHENTICATED, detail=detail)


def gateway_refusal(world: World, call: Call, code: str) -> Outcome:
    """A refusal by its code, for scripts."""
    token = call.request.headers.get("authorization", "").partition(" ")[2].strip()
    return expired(world, token) if code == "3200" else _denied(world, _BY_CODE[code], detail=None)


def _denied(world: World, error: _Refusal, *, detail: str | None) -> Outcome:
    message = f"message={error.name}; errorCode=00{error.code}; statusCode={error.status}"
    return Outcome(
        status=error.status,
        body=lower_case(world.clock.now(), code=error.code, message=message, detail=detail, kind=error.kind),
        content_type="application/json",
        headers=error.headers,
        fault_code=error.code,
    )


def lower_case(at: datetime, *, code: str, message: str, detail: str | None, kind: str) -> bytes:
    """The other envelope, with a time in milliseconds."""
    body: dict[str, Any] = {
        "warnings": None,
        "intuitObject": None,
        "fault": {
            "error": [{"message": message, "detail": detail, "code": code, "element": None}],
            "type": kind,
        },
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": int(at.timestamp() * 1000),
        "status": None,
        "cdcresponse": [],
    }
    return dumps(body).encode()
