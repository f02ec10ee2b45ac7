"""Signing in to QuickBooks, built on Intuit's own library.

``intuit-oauth`` knows the flow: addresses, forms, headers. What it lacks is added by :class:`_SafeAuthClient`:
it reads its discovery document from our cache instead of the network each time, sends with time-outs, and
neither copies unknown keys of an answer onto itself nor fetches signing keys for an id token nobody asked for.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from intuitlib.client import AuthClient
from intuitlib.enums import Scopes

from qbo_connector.errors import ConfigurationError, NeedsReconnect, QboAuthorizationExpired, QboUnavailable
from qbo_connector.qbo.answers import Exchange
from qbo_connector.qbo.clock import Clock, utc_now
from qbo_connector.qbo.discovery import Discovery
from qbo_connector.qbo.environment import Endpoints, Environment
from qbo_connector.qbo.oauth_refusals import refusal
from qbo_connector.qbo.tokens import TokenSet
from qbo_connector.qbo.transport import Pool, Reply, TransportFailed

TOKEN_CONNECT_S = 5.0
TOKEN_READ_S = 25.0
"""Long, because an answer that is lost on the day of a rotation takes the grant with it."""
DISCOVERY_S = 4.0
"""Short, because there are hard-coded addresses to fall back on."""
LONGEST_TOKENS = 256 * 1024
HARD_EXPIRY_HEADER = "x-include-refresh-token-hard-expires-in"
_TOKEN_KEYS = frozenset(
    {
        "access_token",
        "refresh_token",
        "token_type",
        "expires_in",
        "x_refresh_token_expires_in",
        "x_refresh_token_hard_expires_in",
        "scope",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QboApp:
    """Our app as registered with Intuit; ``redirect_uri`` exactly as registered."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str


_GONE_ALREADY = frozenset({"invalid_grant", "invalid_request", "invalid_token"})

Sender = Callable[[str, str, Mapping[str, str], str | None], Reply]


class _SafeAuthClient(AuthClient):  # type: ignore[misc]  # the library has no types
    """One throw-away client per call: the library keeps the tokens of the last answer on the object."""

    def __init__(self, app: QboApp, *, endpoints: Endpoints, send: Sender) -> None:
        self._endpoints = endpoints
        self._send = send
        super().__init__(app.client_id, app.client_secret, app.redirect_uri, environment="discovered")

    def get(self, *_args: Any, **_more: Any) -> Reply:
        """The constructor's only request: answered from our cache."""
        document = {
            "authorization_endpoint": self._endpoints.authorization,
            "token_endpoint": self._endpoints.token,
            "revocation_endpoint": self._endpoints.revocation,
            "issuer": self._endpoints.issuer,
            "jwks_uri": self._endpoints.jwks,
            "userinfo_endpoint": self._endpoints.userinfo,
        }
        return Reply(status_code=HTTPStatus.OK, content=json.dumps(document).encode())

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], data: str | None = None, **_more: Any
    ) -> Reply:
        """Every other request, through our pool; only known keys of an answer come back to the library."""
        reply = self._send(method, url, {**headers, HARD_EXPIRY_HEADER: "true"}, data)
        known = {name: value for name, value in _object(reply).items() if name in _TOKEN_KEYS}
        return Reply(
            status_code=reply.status_code,
            headers=reply.headers,
            content=json.dumps(known).encode() if known else b"",
            duration_ms=reply.duration_ms,
        )


def gives_accounting(scopes: Collection[str]) -> bool | None:
    """Whether a grant includes accounting, all that syncing needs (C-25); None where Intuit did not say."""
    return Scopes.ACCOUNTING.value in scopes if scopes else None


class QboOAuth:
    """The sign-in of one app in one environment; safe to share by threads.

    Args:
        app: our keys.
        environment: see :func:`~qbo_connector.qbo.environment.environment`.
        on_exchange: gets the evidence of each call, without bodies.
        clock: the present.
        pool: for tests that need shorter time-outs.
    """

    def __init__(
        self,
        app: QboApp,
        environment: Environment,
        *,
        on_exchange: Callable[[Exchange], None] | None = None,
        clock: Clock = utc_now,
        pool: Pool | None = None,
    ) -> None:
        self._app = app
        self._on_exchange = on_exchange
        self._clock = clock
        self._pool = pool or Pool(
            size=2, connect_s=TOKEN_CONNECT_S, read_s=TOKEN_READ_S, whole_s=TOKEN_READ_S, longest=LONGEST_TOKENS
        )
        brief = Pool(
            size=1, connect_s=DISCOVERY_S / 2, read_s=DISCOVERY_S, whole_s=DISCOVERY_S, longest=LONGEST_TOKENS
        )
        self._discovery = Discovery(environment, pool=brief, clock=clock)

    def authorize_url(self, state: str) -> str:
        """Where the browser goes. ``state`` comes from ``secrets``; the library's own is guessable.

        Raises:
            ValueError: for an empty state.
        """
        if not state:
            raise ValueError("a sign-in needs a state")
        return str(self._client().get_authorization_url([Scopes.ACCOUNTING], state_token=state))

    def exchange(self, code: str) -> TokenSet:
        """Tokens for the code of the redirect. Once only: a second exchange can end the first one's tokens.

        Raises:
            QboAuthorizationExpired: if the code is spent or lapsed.
            ConfigurationError: if the app's keys are wrong.
            QboUnavailable: if Intuit does not answer.
        """
        client = self._client()
        client.get_bearer_token(code)
        return self._token_set(client)

    def refresh(self, refresh_token: str) -> TokenSet:
        """New tokens. The answer must be stored before it is used, whatever else happens.

        Raises:
            QboAuthorizationExpired: ``invalid_grant``.
            QboAccessLost: the person who connected left the company.
            ConfigurationError, QboUnavailable, QboThrottled: as for :meth:`exchange`.
        """
        client = self._client()
        client.refresh(refresh_token)
        return self._token_set(client)

    def revoke(self, token: str) -> None:
        """End the whole grant, given its refresh or access token. One that is gone already is no error.

        Raises:
            ConfigurationError, QboUnavailable, QboThrottled: as for :meth:`exchange`.
        """
        try:
            self._client().revoke(token)
        except (QboAuthorizationExpired, ConfigurationError) as err:
            if err.details.get("oauth_error") not in _GONE_ALREADY:
                raise

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()
        self._discovery.close()

    def _client(self) -> _SafeAuthClient:
        return _SafeAuthClient(self._app, endpoints=self._discovery.endpoints(), send=self._send)

    def _send(self, method: str, url: str, headers: Mapping[str, str], data: str | None) -> Reply:
        at = self._clock()
        try:
            reply = self._pool.send(method, url, headers=headers, data=data)
        except TransportFailed as err:
            self._record(method, url, at, Reply(status_code=0, failure=err.kind))
            raise QboUnavailable(f"Intuit's sign-in does not answer: {err.kind}") from err
        refused = None if reply.status_code == HTTPStatus.OK and "error" not in _object(reply) else refusal(reply)
        self._record(method, url, at, replace(reply, failure=refused.reason if refused else ""))
        if refused:
            raise refused
        return reply

    def _record(self, method: str, url: str, at: datetime, reply: Reply) -> None:
        if self._on_exchange is None:
            return
        self._on_exchange(
            Exchange(
                at=at,
                method=method,
                path=urlsplit(url).path,
                query="",
                requestid="",
                status=reply.status_code,
                intuit_tid=reply.intuit_tid,
                duration_ms=reply.duration_ms,
                request_body="",
                response_body="",
                error=reply.failure,
            )
        )

    def _token_set(self, client: _SafeAuthClient) -> TokenSet:
        """The library's attributes, checked: an answer without both tokens must never replace good ones."""
        access, renewal = client.access_token, client.refresh_token
        if not (isinstance(access, str) and access and isinstance(renewal, str) and renewal):
            raise QboUnavailable("Intuit's sign-in answered without tokens")
        return TokenSet(
            access_token=access,
            refresh_token=renewal,
            expires_in=_seconds(client.expires_in) or 3600,
            refresh_expires_in=_seconds(client.x_refresh_token_expires_in) or 8_640_000,
            hard_expires_in=_seconds(getattr(client, "x_refresh_token_hard_expires_in", None)),
            granted_at=self._clock(),
            scopes=tuple(str(getattr(client, "scope", "")).split()),
        )


def sign_in_refused(error: str) -> NeedsReconnect | ConfigurationError:
    """What ``?error=`` on the way back from Intuit means: the person said no, or our scopes are wrong."""
    if error in {"access_denied", "invalid_scope"}:
        return NeedsReconnect(f"sign-in came back with {error}", reason="connection.permissions_declined")
    return ConfigurationError("sign-in came back with an error that only a wrong set-up explains")


def _object(reply: Reply) -> dict[str, Any]:
    try:
        document = reply.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _seconds(value: Any) -> int | None:
    try:
        return max(0, int(value))
    except (TypeError, ValueError):
        return None
