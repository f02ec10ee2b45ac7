"""Who may use the widget: tokens that a source system signs, and the sessions they open.

A token is a JWT (HS256, RFC 7519) signed with the secret of a widget key, for one record and one use. A session
is a JWT of our own, bound to that record and that person; it is kept nowhere, so it ends by time, or with its key.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import jwt
from sqlalchemy.orm import Session

from qbo_connector.store import widget_keys
from qbo_connector.store.widget_keys import WidgetKey
from qbo_connector.sync.services import Services

if TYPE_CHECKING:
    from jwt.types import Options

ALGORITHM: Final = "HS256"
TOKEN_AUDIENCE: Final = "qbo-connector"  # noqa: S105 - the name of an audience
SESSION_AUDIENCE: Final = "qbo-connector/widget-session"
REQUIRED = ("aud", "sub", "external_id", "iat", "exp", "jti")
DEFAULT_KIND = "invoice"
LEEWAY = timedelta(seconds=30)
LONGEST_TOKEN = timedelta(seconds=300)
SESSION_LIFE = timedelta(minutes=30)
LONGEST_TEXT = 200

INVALID = "token_invalid"
EXPIRED = "token_expired"
USED = "token_used"


class TokenRefused(Exception):
    """A token or session that opens nothing. ``code`` is token_invalid, token_expired or token_used."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"{code}: {why}")
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetSession:
    """An opened session; ``expires_in`` is in seconds."""

    session: str
    expires_in: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetCaller:
    """The one record a session is for, and the person in the source who opened it."""

    organization_id: int
    source_account_id: int
    kind: str
    external_id: str
    person: str
    name: str
    widget_key_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    kind: str
    external_id: str
    person: str
    name: str
    jti: str
    expires_at: datetime


def key_origins(services: Services, kid: str) -> tuple[str, ...] | None:
    """The origins whose pages may frame the widget of this key; None for a key that opens nothing."""
    with services.database.reading() as session:
        key = widget_keys.find(session, kid)
    return None if key is None else tuple(key.origins)


def open_session(services: Services, token: str) -> WidgetSession:
    """Use a token up and open the session of its record.

    Raises:
        TokenRefused: the token is not ours, too old, too long-lived, or was used before.
    """
    key = _key_of(services, token)
    now = services.clock()
    claims = _read_token(_decode(token, key.secret, TOKEN_AUDIENCE), now)

    def use_up(session: Session) -> bool:
        return widget_keys.use_token(session, key, jti=claims.jti, expires_at=claims.expires_at + LEEWAY)

    if not services.database.write(use_up):
        raise TokenRefused(USED, "each token opens the widget once")
    return _session_for(services, key, claims, now)


def read_session(services: Services, session: str) -> WidgetCaller:
    """The record and person of a session.

    Raises:
        TokenRefused: the session is not ours or has ended, by time or with its key.
    """
    claims = _decode(session, _session_secret(services), SESSION_AUDIENCE)
    if _instant(claims, "exp") <= services.clock():
        raise TokenRefused(EXPIRED, "the session has ended")
    with services.database.reading() as reading:
        key = widget_keys.find(reading, str(claims["kid"]))
    if key is None:
        raise TokenRefused(INVALID, "the widget key was retired")
    return WidgetCaller(
        organization_id=key.organization_id,
        source_account_id=key.source_account_id,
        kind=claims["kind"],
        external_id=claims["external_id"],
        person=claims["sub"],
        name=claims["name"],
        widget_key_id=key.id,
    )


def _key_of(services: Services, token: str) -> WidgetKey:
    try:
        kid = jwt.get_unverified_header(token).get("kid")
    except jwt.InvalidTokenError as err:
        raise TokenRefused(INVALID, "not a JWT") from err
    with services.database.reading() as session:
        key = widget_keys.find(session, kid) if isinstance(kid, str) else None
    if key is None:
        raise TokenRefused(INVALID, "unknown widget key")
    return key


def _decode(token: str, secret: str | bytes, audience: str) -> Mapping[str, Any]:
    """The claims, if signature and audience are right. Times are judged by our own clock, not here."""
    checks: Options = {"require": ["aud", "exp"], "verify_exp": False, "verify_iat": False, "verify_nbf": False}
    try:
        claims: Mapping[str, Any] = jwt.decode(
            token, secret, algorithms=[ALGORITHM], audience=audience, options=checks
        )
    except jwt.InvalidTokenError as err:
        raise TokenRefused(INVALID, str(err)) from err
    return claims


def _read_token(claims: Mapping[str, Any], now: datetime) -> _Token:
    missing = [name for name in REQUIRED if name not in claims]
    if missing:
        raise TokenRefused(INVALID, f"without {', '.join(missing)}")
    issued, expires = _instant(claims, "iat"), _instant(claims, "exp")
    if expires + LEEWAY <= now:
        raise TokenRefused(EXPIRED, "older than its exp")
    if issued > now + LEEWAY or expires - issued > LONGEST_TOKEN:
        raise TokenRefused(INVALID, "issued in the future, or valid for more than 300 s")
    return _Token(
        kind=_text(claims, "kind", DEFAULT_KIND),
        external_id=_text(claims, "external_id"),
        person=_text(claims, "sub"),
        name=_text(claims, "name", ""),
        jti=_text(claims, "jti"),
        expires_at=expires,
    )


def _instant(claims: Mapping[str, Any], name: str) -> datetime:
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TokenRefused(INVALID, f"{name} is no time")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as err:
        raise TokenRefused(INVALID, f"{name} is no time") from err


def _text(claims: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = claims.get(name, default)
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or (default is None and not value):
        raise TokenRefused(INVALID, f"{name} is no usable text")
    return value


def _session_for(services: Services, key: WidgetKey, token: _Token, now: datetime) -> WidgetSession:
    claims = {
        "aud": SESSION_AUDIENCE,
        "exp": int((now + SESSION_LIFE).timestamp()),
        "kid": key.id,
        "kind": token.kind,
        "external_id": token.external_id,
        "sub": token.person,
        "name": token.name,
    }
    session = jwt.encode(claims, _session_secret(services), algorithm=ALGORITHM)
    return WidgetSession(session=session, expires_in=int(SESSION_LIFE.total_seconds()))


def _session_secret(services: Services) -> bytes:
    """A key for this purpose alone: nothing else signed with the installation's secret passes for a session."""
    secret = services.settings.secret_key.get_secret_value().encode()
    return hmac.digest(secret, SESSION_AUDIENCE.encode(), hashlib.sha256)
