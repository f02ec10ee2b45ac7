"""Signatures of hooks and of vendors' pages: HMAC over raw bytes, compared in constant time, fresh."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

import jwt

from qbo_connector.errors import ConfigurationError, HookSignatureBad

TOLERANCE = timedelta(minutes=5)


def hmac_hex(secret: str, payload: bytes) -> str:
    """HMAC-SHA256 in lower-case hexadecimal."""
    return hmac.new(secret.encode(), payload, hashlib.sha256).hexdigest()


def hmac_base64(secret: str, payload: bytes) -> str:
    """HMAC-SHA256 in base64."""
    return base64.b64encode(hmac.new(secret.encode(), payload, hashlib.sha256).digest()).decode()


def signature_parts(header: str) -> dict[str, str]:
    """The parts of a header like ``t=1790000000,v1=5257a8…``; the first of each name counts."""
    parts: dict[str, str] = {}
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        parts.setdefault(name, value)
    return parts


def require_signature(given: str, *, expected: str) -> None:
    """Refuse a signature that differs.

    Raises:
        HookSignatureBad: it is missing or wrong.
    """
    if not given or not hmac.compare_digest(given.encode(), expected.encode()):
        raise HookSignatureBad("the signature is missing or wrong")


def require_secret(secret: str) -> str:
    """The secret, which must not be empty: anybody can sign with an empty one.

    Raises:
        ConfigurationError: it is empty.
    """
    if not secret:
        raise ConfigurationError("the secret that hooks are signed with is not set")
    return secret


def require_fresh(stamp: str, *, now: datetime, tolerance: timedelta = TOLERANCE, per_second: int = 1) -> datetime:
    """The instant of a signed Unix time, which must be close to now, before or after.

    Args:
        stamp: digits; seconds, or milliseconds with `per_second` 1000.
        now: the clock.
        tolerance: how far it may be off.
        per_second: units of the stamp in a second.

    Raises:
        HookSignatureBad: it is no time, or too far away.
    """
    try:
        moment = datetime.fromtimestamp(int(stamp) / per_second, tz=now.tzinfo)
    except (ValueError, OverflowError, OSError) as err:
        raise HookSignatureBad("the signed time cannot be read") from err
    if abs(now - moment) > tolerance:
        raise HookSignatureBad("the signed time is too far from now")
    return moment


def read_signed_context(token: str, *, secret: str, audience: str, now: datetime) -> dict[str, Any]:
    """The claims of a JWT (HS256 only) made by a vendor's page.

    Raises:
        HookSignatureBad: signature, audience or times do not hold.
    """
    try:
        claims = jwt.decode(
            token,
            require_secret(secret),
            algorithms=["HS256"],
            audience=audience,
            options={"require": ["exp", "iat", "aud"], "verify_exp": False, "verify_iat": False},
        )
        made, ends = float(claims["iat"]), float(claims["exp"])
    except (jwt.InvalidTokenError, TypeError, ValueError) as err:
        raise HookSignatureBad("the page's context is not signed as it should be") from err
    moment = now.timestamp()
    if not made - TOLERANCE.total_seconds() <= moment < ends or ends - made > TOLERANCE.total_seconds():
        raise HookSignatureBad("the page's context has expired")
    return claims
