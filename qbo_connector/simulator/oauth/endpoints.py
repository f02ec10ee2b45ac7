"""Discovery, tokens, revocation, user info, keys (reference §1)."""

import base64
import binascii
import hashlib
import json
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from qbo_connector.simulator.http.messages import Request, Response, json_response, new_tid
from qbo_connector.simulator.oauth.grants import ACCESS_TTL, Grant
from qbo_connector.simulator.world import World

_HARD_HEADER = "x-include-refresh-token-hard-expires-in"
_WRONG_TOKEN = "Incorrect or invalid refresh token"  # noqa: S105  # Intuit's sentence
_SCOPES = ["openid", "email", "profile", "address", "phone"]


def discovery(world: World) -> Response:
    """The OpenID discovery document, with every address on this simulator."""
    base = world.base_url
    return json_response(
        {
            "issuer": f"{base}/op/v1",
            "authorization_endpoint": f"{base}/connect/oauth2",
            "token_endpoint": f"{base}/oauth2/v1/tokens/bearer",
            "userinfo_endpoint": f"{base}/v1/openid_connect/userinfo",
            "revocation_endpoint": f"{base}/v2/oauth2/tokens/revoke",
            "jwks_uri": f"{base}/op/v1/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": _SCOPES,
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
        }
    )


def exchange(world: World, request: Request) -> Response:
    """The token endpoint: a code or a refresh token for an access token."""
    form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    if not _is_our_app(world, request, form):
        return _refused("invalid_client", status=401)
    match form.get("grant_type"):
        case "authorization_code":
            return _exchange_code(world, request, form)
        case "refresh_token":
            return _exchange_refresh(world, request, form)
        case _:
            return _refused("unsupported_grant_type")


def revoke(world: World, request: Request) -> Response:
    """End a grant by one of its tokens; 200 without a body."""
    if not _is_our_app(world, request, {}):
        return _refused("invalid_client", status=401)
    try:
        token = str(json.loads(request.body or b"{}").get("token", ""))
    except (ValueError, AttributeError):
        token = dict(parse_qsl(request.body.decode("utf-8", "replace"))).get("token", "")
    if not world.grants.revoke(token):
        return _refused("invalid_request", "Token is incorrect")
    return _with_tid(Response(status=200))


def userinfo(world: World, request: Request) -> Response:
    """Who consented."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    grant = world.grants.use(token)
    if grant is None or not world.grants.is_valid(token):
        return _refused("invalid_token", status=401)
    return _with_tid(
        json_response(
            {
                "sub": _subject(grant),
                "email": "owner@example.com",
                "emailVerified": True,
                "givenName": "Sandbox",
                "familyName": "User",
                "phoneNumber": "+1 555 0100",
                "phoneNumberVerified": False,
                "address": {"streetAddress": "2700 Coast Ave.", "locality": "Mountain View", "region": "CA"},
            }
        )
    )


def jwks(world: World) -> Response:
    """The keys id tokens are signed with."""
    return json_response(world.key.jwks())


def _exchange_code(world: World, request: Request, form: dict[str, str]) -> Response:
    code = world.grants.take_code(form.get("code", ""), redirect_uri=form.get("redirect_uri", ""))
    if code is None:
        return _refused("invalid_grant", "Invalid authorization code")
    grant, access = world.grants.begin(realm_id=code.realm_id, scope=code.scope)
    return _tokens(world, request, grant, access, nonce=code.nonce)


def _exchange_refresh(world: World, request: Request, form: dict[str, str]) -> Response:
    token = form.get("refresh_token", "")
    grant = world.grants.grant_of_refresh(token)
    if grant is not None and not grant.member:
        return _not_a_member()
    refreshed = world.grants.refresh(token)
    if refreshed is None:
        return _refused("invalid_grant", _WRONG_TOKEN)
    return _tokens(world, request, *refreshed)


def _tokens(world: World, request: Request, grant: Grant, access: str, *, nonce: str = "") -> Response:
    world.changed([])
    now = world.clock.now()
    hard = _seconds_until(now, grant.hard_until(world.knobs))
    answer: dict[str, Any] = {
        "token_type": "bearer",
        "expires_in": int(ACCESS_TTL.total_seconds()),
        "refresh_token": grant.refresh_token,
        "x_refresh_token_expires_in": _seconds_until(now, grant.idle_until(world.knobs)),
        "access_token": access,
    }
    if request.headers.get(_HARD_HEADER, "").lower() == "true":
        answer["x_refresh_token_hard_expires_in"] = hard
    if "openid" in grant.scope.split():
        answer["id_token"] = world.key.sign(_claims(world, grant, now, nonce))
    return _with_tid(json_response(answer))


def _claims(world: World, grant: Grant, now: datetime, nonce: str) -> dict[str, Any]:
    began = int(now.timestamp())
    claims: dict[str, Any] = {
        "sub": _subject(grant),
        "aud": [world.app.client_id],
        "realmid": grant.realm_id,
        "auth_time": began,
        "iss": f"{world.base_url}/op/v1",
        "exp": began + 3600,
        "iat": began,
    }
    return {**claims, "nonce": nonce} if nonce else claims


def _subject(grant: Grant) -> str:
    return hashlib.sha256(f"user of {grant.realm_id}".encode()).hexdigest()[:32]


def _is_our_app(world: World, request: Request, form: dict[str, str]) -> bool:
    pair = (form.get("client_id", ""), form.get("client_secret", ""))
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(encoded).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        pair = (client_id, secret)
    return pair == (world.app.client_id, world.app.client_secret)


def _not_a_member() -> Response:
    return _with_tid(
        json_response(
            {
                "error": "invalid_grant",
                "error_description": "Unauthorized Request: User is not a member of the specified Realm",
                "x_error_reason": "user_not_in_realm",
                "x_error_reason_detail": "The user is not in the specified realm",
            },
            status=400,
        )
    )


def _refused(error: str, description: str = "", *, status: int = 400) -> Response:
    body = {"error": error, "error_description": description} if description else {"error": error}
    return _with_tid(json_response(body, status=status))


def _with_tid(response: Response) -> Response:
    headers = {**response.headers, "intuit_tid": new_tid(), "Cache-Control": "no-cache, no-store"}
    return Response(
        status=response.status, body=response.body, content_type=response.content_type, headers=headers
    )


def _seconds_until(now: datetime, end: datetime) -> int:
    return max(0, int((end - now).total_seconds()))
