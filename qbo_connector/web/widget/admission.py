"""The session of a call, and the record it is for."""

from typing import TYPE_CHECKING

from flask import g, request

from qbo_connector.sync.widget import TokenRefused, WidgetCaller, read_session
from qbo_connector.web.problems import Problem

if TYPE_CHECKING:
    from qbo_connector.sync.services import Services

SCHEME = "Bearer "
SENTENCES = {
    "token_invalid": "This token or session opens nothing here.",
    "token_expired": "This token or session has ended; open a new one with a fresh token.",
    "token_used": "This token was used before; each opens one session.",
}


def admit(parts: "Services") -> None:
    """Find the caller of this request.

    Raises:
        Problem: 401 with token_invalid or token_expired.
    """
    header = request.headers.get("Authorization", "")
    if not header.startswith(SCHEME):
        raise unauthorized("token_invalid")
    try:
        g.widget_caller = read_session(parts, header.removeprefix(SCHEME))
    except TokenRefused as err:
        raise unauthorized(err.code) from err


def caller() -> WidgetCaller:
    """Who is asking, for which record."""
    found: WidgetCaller = g.widget_caller
    return found


def asked_by() -> str:
    """The person as the history names them."""
    found = caller()
    return f"widget:{found.name or found.person}"


def key_of_press(key: str) -> str:
    """The press of a button as this installation knows it: keys of different records never meet."""
    found = caller()
    return f"widget:{found.widget_key_id}:{found.kind}:{found.external_id}:{key}"


def unauthorized(code: str) -> Problem:
    """401 in the three ways a card has to tell apart."""
    return Problem(401, code, detail=SENTENCES[code], headers={"WWW-Authenticate": "Bearer"})
