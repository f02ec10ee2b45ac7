"""API keys: who is asking, for which organization, and whether the key reaches this far."""

from dataclasses import dataclass

from flask import current_app, g, request

from qbo_connector.sync import keys
from qbo_connector.web import access
from qbo_connector.web.problems import Problem
from qbo_connector.web.wiring import services

SCHEME = "Bearer "


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCaller:
    """A program that acts for an organization."""

    organization_id: int
    api_key_id: int
    name: str


def admit() -> None:
    """Find the key of this request and check that it has the view's scope.

    Raises:
        Problem: 401 without a living key, 403 without the scope.
    """
    mark = access.mark_of(current_app.view_functions[request.endpoint or ""])
    if mark is None or mark.door is not access.Door.API:
        return
    header = request.headers.get("Authorization", "")
    key = keys.use_api_key(services(), header.removeprefix(SCHEME)) if header.startswith(SCHEME) else None
    if key is None:
        raise Problem(
            401,
            "api_key_invalid",
            detail="Send Authorization: Bearer with an API key of your organization.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    if mark.scope not in key.scopes:
        raise Problem(403, "scope_missing", detail=f"This key lacks the scope “{mark.scope}”.")
    g.api_caller = ApiCaller(organization_id=key.organization_id, api_key_id=key.id, name=key.name)


def caller() -> ApiCaller:
    """Who is asking."""
    found: ApiCaller = g.api_caller
    return found


def asked_by() -> str:
    """The program as the history names it."""
    return f"api:{caller().name}"


def own_key(sent: str | None) -> str | None:
    """An idempotency key as this installation knows it: keys of different programs never meet."""
    return f"api:{caller().api_key_id}:{sent}" if sent else None
