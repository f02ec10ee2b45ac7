"""Who may enter: every view carries exactly one mark, and an application with an unmarked view does not start.

Marks of people (``public``, ``signed_in``, ``operator``) are enforced here, before any view runs. The doors of
programs (``widget``, ``api``, ``hook``) have keys of their own, which their folders turn.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from qbo_connector.errors import ConfigurationError
from qbo_connector.store.states import Role

View = TypeVar("View", bound=Callable[..., Any])
MARK = "__access__"
STATIC = "static"


class Door(StrEnum):
    """Who a view is for."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    OPERATOR = "operator"
    WIDGET = "widget"
    API = "api"
    HOOK = "hook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a view demands: a door, for members the least role, for API keys a scope."""

    door: Door
    role: Role = Role.VIEWER
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The signed-in person, and what they are in the organization of this address (if it has one)."""

    user_id: int
    name: str
    email: str
    is_operator: bool
    organization_id: int | None = None
    organization_name: str = ""
    brand_name: str = ""
    role: Role | None = None

    @property
    def actor(self) -> str:
        """Who did it, as the history keeps it."""
        return f"user:{self.user_id}"

    def may(self, least: Role | str) -> bool:
        """Whether this person acts with at least this role here. An operator stands above all of them."""
        if self.is_operator:
            return True
        order = tuple(Role)  # the highest role first
        return self.role is not None and order.index(self.role) <= order.index(Role(least))


def public(view: View) -> View:
    """Anybody may enter."""
    return _mark(view, Mark(door=Door.PUBLIC))


def signed_in(role: Role | str = Role.VIEWER) -> Callable[[View], View]:
    """People who signed in; where the address names an organization, members with at least this role."""
    return lambda view: _mark(view, Mark(door=Door.SIGNED_IN, role=Role(role)))


def operator(view: View) -> View:
    """The installation's own support alone."""
    return _mark(view, Mark(door=Door.OPERATOR))


def widget(view: View) -> View:
    """The widget, with the session of its token."""
    return _mark(view, Mark(door=Door.WIDGET))


def api(scope: str) -> Callable[[View], View]:
    """Programs with an API key of this scope."""
    return lambda view: _mark(view, Mark(door=Door.API, scope=scope))


def hook(view: View) -> View:
    """QuickBooks and the sources, by their signatures."""
    return _mark(view, Mark(door=Door.HOOK))


def mark_of(view: object) -> Mark | None:
    """The mark of a view, if it has one."""
    found = getattr(view, MARK, None)
    return found if isinstance(found, Mark) else None


def caller() -> Caller:
    """Who is asking. Only for views behind ``signed_in`` or ``operator``."""
    found: Caller = g.caller
    return found


def organization_id() -> int:
    """The organization of this address, in which the caller is a member."""
    found = caller().organization_id
    assert found is not None, "this view has no organization in its address"  # noqa: S101 - a programming error
    return found


def init_app(app: Flask, *, find_caller: Callable[[int | None], Caller | None]) -> None:
    """Enforce the marks before every request.

    Args:
        app: the application.
        find_caller: the signed-in person as the caller in this organization (None: in none); None if the person
            is neither a member there nor an operator, or the organization does not exist.
    """

    def enforce() -> AnyResponse | None:
        return _enforce(app, find_caller)

    app.before_request(enforce)


def check_marks(app: Flask) -> None:
    """Refuse to start with a view that nobody decided about.

    Raises:
        ConfigurationError: names the unmarked endpoints.
    """
    unmarked = sorted(
        {
            rule.endpoint
            for rule in app.url_map.iter_rules()
            if not _is_static(rule.endpoint) and mark_of(app.view_functions[rule.endpoint]) is None
        }
    )
    if unmarked:
        raise ConfigurationError(f"views without an access mark: {', '.join(unmarked)}")


def safe_target(target: str | None) -> str | None:
    """A ``next`` that stays on this site: a path with its query, or None for anything that could lead away."""
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return None
    if any(ord(letter) < ord(" ") for letter in target) or "\\" in target:
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def _mark(view: View, mark: Mark) -> View:
    setattr(view, MARK, mark)
    return view


def _is_static(endpoint: str) -> bool:
    return endpoint == STATIC or endpoint.endswith(f".{STATIC}")


def _enforce(app: Flask, find_caller: Callable[[int | None], Caller | None]) -> AnyResponse | None:
    endpoint = request.endpoint
    if endpoint is None or _is_static(endpoint):
        return None
    mark = mark_of(app.view_functions[endpoint])
    if mark is None:
        abort(403)
    if mark.door not in (Door.SIGNED_IN, Door.OPERATOR):
        return None
    if not current_user.is_authenticated:
        return _to_sign_in()
    _admit(mark, find_caller((request.view_args or {}).get("organization_id")))
    return None


def _admit(mark: Mark, found: Caller | None) -> None:
    # People outside an organization are told what they would be told if it did not exist.
    if found is None:
        abort(404)
    g.caller = found
    if mark.door is Door.OPERATOR and not found.is_operator:
        abort(404)
    if found.organization_id is not None and not found.may(mark.role):
        abort(403)


def _to_sign_in() -> AnyResponse:
    if request.method != "GET" or request.accept_mimetypes.best == "application/json":
        return Response(status=401)
    target = safe_target(request.full_path.rstrip("?"))
    return redirect(url_for("auth.sign_in", next=target if target != "/" else None))
