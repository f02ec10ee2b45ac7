"""Signing in: the gaps of intuit-oauth 1.2.6, one test each, and every way Intuit says no."""

import base64
import json
import secrets
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from intuitlib.client import AuthClient

from qbo_connector.errors import (
    ConfigurationError,
    NeedsReconnect,
    QboAccessLost,
    QboAuthorizationExpired,
    QboThrottled,
    QboUnavailable,
)
from qbo_connector.qbo import oauth as oauth_module
from qbo_connector.qbo.environment import environment
from qbo_connector.qbo.oauth import QboApp, QboOAuth, gives_accounting, sign_in_refused
from qbo_connector.qbo.transport import Pool
from tests.integration.qbo.stage import TID, answer, good, reset, silent

APP = QboApp(client_id="id", client_secret="hush", redirect_uri="http://localhost:8000/quickbooks/callback")
TOKENS = {
    "token_type": "bearer",
    "access_token": "access-2",
    "refresh_token": "refresh-2",
    "expires_in": 3600,
    "x_refresh_token_expires_in": 8726400,
}
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


class HeldClock:
    now = NOW

    def __call__(self):
        return self.now


class Door:
    """The sign-in in front of the scripted server: the discovery document first, then the script."""

    def __init__(self, server):
        self.server = server
        self.clock = HeldClock()
        self.exchanges = []
        self.oauth = QboOAuth(
            APP,
            environment(server.base_url),
            on_exchange=self.exchanges.append,
            clock=self.clock,
            pool=Pool(connect_s=0.5, read_s=0.4, whole_s=0.8),
        )

    def says(self, *acts):
        self.server.says(good(self.document()), *acts)

    def document(self, **more):
        base = self.server.base_url
        return {
            "authorization_endpoint": f"{base}/connect/oauth2",
            "token_endpoint": f"{base}/found/token",
            "revocation_endpoint": f"{base}/found/revoke",
            "issuer": f"{base}/op/v1",
            "jwks_uri": f"{base}/op/v1/jwks",
            "userinfo_endpoint": f"{base}/v1/userinfo",
            **more,
        }

    @property
    def last(self):
        return self.server.heard[-1]


@pytest.fixture
def door(server):
    door = Door(server)
    yield door
    door.oauth.close()


def test_ours_is_the_librarys_client(door):
    door.says(good(TOKENS))

    assert isinstance(door.oauth._client(), AuthClient)


def test_making_the_librarys_client_sends_nothing(door):
    door.says(good(TOKENS))
    door.oauth.refresh("refresh-1")
    door.oauth.refresh("refresh-1")
    door.oauth.authorize_url("state")

    assert [heard.path for heard in door.server.heard] == [
        "/.well-known/openid_configuration",
        "/found/token",
        "/found/token",
    ]


def test_the_discovery_document_is_read_anew_after_a_day(door):
    door.says(good(TOKENS))
    door.oauth.refresh("refresh-1")
    door.clock.now = NOW + timedelta(hours=25)
    door.server.says(good(door.document(token_endpoint=f"{door.server.base_url}/moved")), good(TOKENS))

    door.oauth.refresh("refresh-1")

    assert door.last.path == "/moved"


@pytest.mark.parametrize(
    "broken",
    [answer(500, ""), answer(200, "<html>", "text/html"), good({}), good([]), reset, silent, good({"issuer": 7})],
)
def test_without_a_discovery_document_the_hard_coded_addresses_serve(door, broken):
    door.server.says(broken, good(TOKENS))

    door.oauth.refresh("refresh-1")

    assert door.last.path == "/oauth2/v1/tokens/bearer"


def test_a_discovery_document_cannot_send_us_to_a_less_protected_address(door):
    door.server.says(good(door.document(token_endpoint="ftp://127.0.0.1/x")), good(TOKENS))

    door.oauth.refresh("refresh-1")

    assert door.last.path == "/oauth2/v1/tokens/bearer"


def test_every_call_has_time_outs(door):
    door.says(silent)

    with pytest.raises(QboUnavailable):
        door.oauth.refresh("refresh-1")


def test_the_address_for_the_browser_carries_our_state_and_only_the_accounting_scope(door):
    door.says(good(TOKENS))
    state = secrets.token_urlsafe(32)

    asked = {name: values[0] for name, values in parse_qs(urlsplit(door.oauth.authorize_url(state)).query).items()}

    assert asked == {
        "client_id": "id",
        "response_type": "code",
        "scope": "com.intuit.quickbooks.accounting",
        "redirect_uri": APP.redirect_uri,
        "state": state,
    }


def test_the_librarys_guessable_state_is_never_used(door):
    with pytest.raises(ValueError, match="state"):
        door.oauth.authorize_url("")


def test_a_refresh_sends_what_intuit_wants_and_asks_for_the_hard_expiry(door):
    door.says(good({**TOKENS, "x_refresh_token_hard_expires_in": 157680000}))

    tokens = door.oauth.refresh("refresh-1")

    assert parse_qs(door.last.body.decode()) == {"grant_type": ["refresh_token"], "refresh_token": ["refresh-1"]}
    assert door.last.headers["authorization"] == "Basic " + base64.b64encode(b"id:hush").decode()
    assert door.last.headers["x-include-refresh-token-hard-expires-in"] == "true"
    assert (tokens.access_token, tokens.refresh_token) == ("access-2", "refresh-2")
    assert tokens.expires_at == NOW + timedelta(hours=1)
    assert tokens.refresh_expires_at == NOW + timedelta(seconds=8726400)
    assert tokens.hard_expires_at == NOW + timedelta(seconds=157680000)


def test_without_a_hard_expiry_there_is_none(door):
    door.says(good(TOKENS))

    assert door.oauth.refresh("refresh-1").hard_expires_at is None


def test_when_tokens_end_is_told_as_instants_with_a_zone(door):
    door.says(good({**TOKENS, "x_refresh_token_hard_expires_in": 157680000}))

    tokens = door.oauth.refresh("refresh-1")

    ends = (tokens.expires_at, tokens.refresh_expires_at, tokens.hard_expires_at)
    assert [end and end.utcoffset() for end in ends] == [timedelta(0)] * 3


def test_no_signing_key_is_fetched_for_an_id_token_that_nobody_asked_for(door):
    door.says(good({**TOKENS, "id_token": "a.b.c"}))

    door.oauth.exchange("code-1")

    assert [heard.path for heard in door.server.heard] == ["/.well-known/openid_configuration", "/found/token"]


def test_a_code_is_exchanged_with_the_registered_address(door):
    door.says(good(TOKENS))

    door.oauth.exchange("code-1")

    assert parse_qs(door.last.body.decode()) == {
        "grant_type": ["authorization_code"],
        "code": ["code-1"],
        "redirect_uri": [APP.redirect_uri],
    }


def test_a_hostile_answer_cannot_move_our_endpoints_or_make_us_fetch_keys(door):
    door.says(
        good({**TOKENS, "token_endpoint": "http://127.0.0.1:9/evil", "client_secret": "x", "id_token": "a.b.c"})
    )
    door.oauth.refresh("refresh-1")

    door.oauth.refresh("refresh-1")

    assert {heard.path for heard in door.server.heard} == {"/.well-known/openid_configuration", "/found/token"}


def test_one_grants_tokens_never_end_up_in_anothers_answer(door):
    door.says(good(TOKENS), good({**TOKENS, "access_token": None}))
    door.oauth.refresh("refresh-1")

    with pytest.raises(QboUnavailable):
        door.oauth.refresh("refresh-9")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**TOKENS, "access_token": ""},
        {**TOKENS, "refresh_token": None},
        {**TOKENS, "refresh_token": ["x"]},
        {"access_token": "a"},
    ],
)
def test_an_answer_without_both_tokens_never_replaces_good_ones(door, body):
    door.says(good(body))

    with pytest.raises(QboUnavailable):
        door.oauth.refresh("refresh-1")


def test_numbers_that_are_none_fall_back(door):
    door.says(good({**TOKENS, "expires_in": "soon", "x_refresh_token_expires_in": None}))

    tokens = door.oauth.refresh("refresh-1")

    assert (tokens.expires_in, tokens.refresh_expires_in) == (3600, 8640000)


def said(status, body, content_type="application/json", **headers):
    return answer(status, json.dumps(body) if isinstance(body, dict) else body, content_type, **headers)


REFUSALS = [
    (said(400, {"error": "invalid_grant"}), QboAuthorizationExpired, "connection.expired"),
    (said(200, {"error": "invalid_grant"}), QboAuthorizationExpired, "connection.expired"),
    (
        said(400, {"error": "invalid_grant", "error_description": "Incorrect or invalid refresh token"}),
        QboAuthorizationExpired,
        "connection.expired",
    ),
    (
        said(
            400,
            {
                "error": "invalid_grant",
                "error_description": "Unauthorized Request: User is not a member of the specified Realm",
                "x_error_reason": "user_not_in_realm",
            },
        ),
        QboAccessLost,
        "connection.access_lost",
    ),
    (said(401, {"error": "invalid_client"}), ConfigurationError, "installation.secrets"),
    (said(401, ""), ConfigurationError, "installation.secrets"),
    (said(400, {"error": "unsupported_grant_type"}), ConfigurationError, "internal.bad_request"),
    (said(429, ""), QboThrottled, "limit.throttled"),
    (said(500, {"error": "invalid_grant"}), QboUnavailable, "qbo.unavailable"),
    (said(503, "<html>", "text/html"), QboUnavailable, "qbo.unavailable"),
    (said(400, "<html>", "text/html"), QboUnavailable, "qbo.unavailable"),
    (said(400, "[]"), QboUnavailable, "qbo.unavailable"),
    (said(302, "", Location="http://127.0.0.1:9/"), QboUnavailable, "qbo.unavailable"),
    (reset, QboUnavailable, "qbo.unavailable"),
]


@pytest.mark.requirement("C-25")
@pytest.mark.parametrize(("act", "kind", "reason"), REFUSALS)
def test_every_way_intuit_says_no_has_its_reason(door, act, kind, reason):
    door.says(act)

    with pytest.raises(kind) as caught:
        door.oauth.refresh("refresh-1")

    assert type(caught.value) is kind
    assert caught.value.reason == reason


def test_a_refusal_repeats_no_token_and_keeps_intuits_id(door):
    door.says(said(400, {"error": "invalid_grant", "error_description": "bad token refresh-1-secret"}))

    with pytest.raises(QboAuthorizationExpired) as caught:
        door.oauth.refresh("refresh-1-secret")

    assert "secret" not in str(caught.value) + str(caught.value.details)
    assert caught.value.details["intuit_tid"] == TID


def test_every_call_leaves_evidence_without_bodies(door):
    door.says(good(TOKENS), said(400, {"error": "invalid_grant"}))
    door.oauth.refresh("refresh-1")
    with pytest.raises(QboAuthorizationExpired):
        door.oauth.refresh("refresh-1")

    first, second = door.exchanges
    assert (first.path, first.status, first.intuit_tid, first.metered) == ("/found/token", 200, TID, False)
    assert (second.status, second.error) == (400, "connection.expired")
    assert not any(each.request_body or each.response_body or each.query for each in door.exchanges)


def test_revoking_sends_the_token_and_accepts_an_empty_answer(door):
    door.says(answer(200, ""))

    door.oauth.revoke("refresh-1")

    assert door.last.path == "/found/revoke"
    assert json.loads(door.last.body) == {"token": "refresh-1"}


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_request"])
def test_revoking_what_is_gone_already_is_no_error(door, error):
    door.says(said(400, {"error": error}))

    door.oauth.revoke("refresh-1")

    assert door.last.path == "/found/revoke"


def test_revoking_with_wrong_keys_is_an_error(door):
    door.says(said(401, {"error": "invalid_client"}))

    with pytest.raises(ConfigurationError):
        door.oauth.revoke("refresh-1")


@pytest.mark.requirement("C-25")
@pytest.mark.requirement("C-25")
@pytest.mark.parametrize(
    ("scopes", "expected"),
    [(("openid", "com.intuit.quickbooks.accounting"), True), (("openid",), False), ((), None)],
)
def test_a_grant_says_whether_it_gives_accounting_or_says_nothing(scopes, expected):
    assert gives_accounting(scopes) is expected


@pytest.mark.parametrize("error", ["access_denied", "invalid_scope"])
def test_permissions_that_were_declined_are_said_so(error):
    refused = sign_in_refused(error)

    assert isinstance(refused, NeedsReconnect)
    assert refused.reason == "connection.permissions_declined"


def test_any_other_return_is_a_matter_of_the_set_up():
    assert isinstance(sign_in_refused("unknown"), ConfigurationError)


def test_secrets_stay_out_of_every_repr(door):
    door.says(good(TOKENS))

    assert "access-2" not in repr(door.oauth.refresh("refresh-1"))
    assert "hush" not in repr(APP)


def test_the_library_sends_nowhere_but_through_our_two_methods():
    """A new release that sends by another way would fail here."""
    assert {"get", "request"} <= vars(oauth_module._SafeAuthClient).keys()
