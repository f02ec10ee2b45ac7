"""Reference §1: OAuth 2.0, tokens, refusals."""

import base64
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests

from tests.contract.simulator.qbohttp import Qbo

REDIRECT = "http://localhost:8000/quickbooks/callback"
SCOPE = "com.intuit.quickbooks.accounting openid"
DISCOVERY = "/.well-known/openid_configuration"


def _authorize(qbo: Qbo, decision: str = "approve", **changes: str) -> dict[str, list[str]]:
    query = {
        "client_id": qbo.credentials["client_id"],
        "response_type": "code",
        "scope": SCOPE,
        "redirect_uri": REDIRECT,
        "state": "s-1",
        **changes,
    }
    answer = requests.post(
        f"{qbo.base_url}/connect/oauth2",
        params=query,
        data={"decision": decision, "realm_id": qbo.realm_id},
        allow_redirects=False,
        timeout=10,
    )
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"].startswith(REDIRECT)
    return parse_qs(urlsplit(answer.headers["Location"]).query)


def _token(qbo: Qbo, secret: str | None = None, headers: dict[str, str] | None = None, **form: str):
    pair = (qbo.credentials["client_id"], secret or qbo.credentials["client_secret"])
    return requests.post(
        f"{qbo.base_url}/oauth2/v1/tokens/bearer", data=form, auth=pair, headers=headers, timeout=10
    )


def _refresh(qbo: Qbo, token: str | None = None, **more):
    return _token(qbo, grant_type="refresh_token", refresh_token=token or qbo.credentials["refresh_token"], **more)


@pytest.mark.parametrize("name", ["openid_configuration", "openid_sandbox_configuration"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_discovery_names_every_endpoint_on_this_machine(qbo, name, slash):
    document = requests.get(f"{qbo.base_url}/.well-known/{name}{slash}", timeout=10).json()
    endpoints = [value for key, value in document.items() if key.endswith(("_endpoint", "_uri", "issuer"))]
    assert len(endpoints) == 6
    assert all(endpoint.startswith(qbo.base_url) for endpoint in endpoints)


def test_consent_page_lists_the_companies_and_escapes_what_it_is_given(qbo):
    page = requests.get(
        f"{qbo.base_url}/connect/oauth2",
        params={
            "client_id": qbo.credentials["client_id"],
            "response_type": "code",
            "scope": SCOPE,
            "redirect_uri": REDIRECT,
            "state": '"><script>',
        },
        timeout=10,
    )
    assert qbo.realm_id in page.text
    assert "<script>" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_approval_hands_over_code_state_and_realm(qbo):
    answer = _authorize(qbo)
    assert answer["state"] == ["s-1"]
    assert answer["realmId"] == [qbo.realm_id]


def test_realm_is_handed_over_only_with_the_accounting_scope(qbo):
    assert "realmId" not in _authorize(qbo, scope="openid email")


def test_refusal_comes_back_as_access_denied(qbo):
    assert _authorize(qbo, "deny")["error"] == ["access_denied"]


def test_unknown_scope_comes_back_as_invalid_scope(qbo):
    assert _authorize(qbo, scope="everything")["error"] == ["invalid_scope"]


@pytest.mark.parametrize("address", ["https://evil.example/cb", "javascript:alert(1)", ""])
def test_redirect_addresses_off_this_machine_are_not_followed(qbo, address):
    query = {"client_id": qbo.credentials["client_id"], "response_type": "code", "scope": SCOPE}
    answer = requests.post(
        f"{qbo.base_url}/connect/oauth2",
        params={**query, "redirect_uri": address},
        data={"decision": "approve", "realm_id": qbo.realm_id},
        allow_redirects=False,
        timeout=10,
    )
    assert answer.status_code == 400


def test_code_is_exchanged_once_for_tokens_that_work(qbo):
    code = _authorize(qbo)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    tokens = _token(qbo, **form).json()
    assert tokens["token_type"] == "bearer"
    assert tokens["expires_in"] == 3600
    qbo.session.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    assert qbo.get("companyinfo/1").status_code == 200
    again = _token(qbo, **form)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_code_is_bound_to_its_redirect_address(qbo):
    code = _authorize(qbo)["code"][0]
    answer = _token(qbo, grant_type="authorization_code", code=code, redirect_uri="http://localhost:1/other")
    assert answer.json()["error"] == "invalid_grant"


def test_id_token_is_signed_and_its_audience_is_a_list(qbo):
    code = _authorize(qbo)["code"][0]
    tokens = _token(qbo, grant_type="authorization_code", code=code, redirect_uri=REDIRECT).json()
    document = requests.get(qbo.base_url + DISCOVERY, timeout=10).json()
    key = jwt.PyJWKSet.from_dict(requests.get(document["jwks_uri"], timeout=10).json()).keys[0]
    claims = jwt.decode(
        tokens["id_token"],
        key,
        algorithms=["RS256"],
        audience=qbo.credentials["client_id"],
        issuer=document["issuer"],
    )
    assert claims["aud"] == [qbo.credentials["client_id"]]
    assert claims["realmid"] == qbo.realm_id


def test_userinfo_wants_a_valid_token(qbo):
    address = f"{qbo.base_url}/v1/openid_connect/userinfo"
    assert "@" in qbo.session.get(address, timeout=10).json()["email"]
    assert requests.get(address, timeout=10).status_code == 401


def test_wrong_secret_is_an_invalid_client(qbo):
    answer = _refresh(qbo, secret="wrong")
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
    mangled = requests.post(
        f"{qbo.base_url}/oauth2/v1/tokens/bearer", headers={"Authorization": "Basic %%%"}, timeout=10
    )
    assert mangled.status_code == 401


def test_credentials_may_also_come_as_a_hand_made_basic_header(qbo):
    pair = f"{qbo.credentials['client_id']}:{qbo.credentials['client_secret']}"
    header = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    form = {"grant_type": "refresh_token", "refresh_token": qbo.credentials["refresh_token"]}
    answer = requests.post(f"{qbo.base_url}/oauth2/v1/tokens/bearer", data=form, headers=header, timeout=10)
    assert answer.status_code == 200
    assert "intuit_tid" in answer.headers


def test_within_a_day_a_refresh_returns_the_same_refresh_token(qbo):
    assert _refresh(qbo).json()["refresh_token"] == qbo.credentials["refresh_token"]


def test_after_a_day_a_refresh_rotates_and_the_former_token_is_dead(qbo):
    qbo.control("clock", {"advance_s": 86_401})
    rotated = _refresh(qbo).json()["refresh_token"]
    assert rotated != qbo.credentials["refresh_token"]
    answer = _refresh(qbo)
    assert answer.status_code == 400
    assert answer.json() == {
        "error": "invalid_grant",
        "error_description": "Incorrect or invalid refresh token",
    }
    assert _refresh(qbo, rotated).status_code == 200


def test_the_former_token_lives_on_for_the_grace_that_is_set(qbo):
    qbo.control("knobs", {"rotate_after_s": 0, "old_token_grace_s": 60})
    _refresh(qbo)
    assert _refresh(qbo).status_code == 200
    qbo.control("clock", {"advance_s": 61})
    assert _refresh(qbo).status_code == 400


def test_refresh_token_dies_unused_after_a_hundred_days(qbo):
    qbo.control("clock", {"advance_s": 102 * 86_400})
    assert _refresh(qbo).json()["error"] == "invalid_grant"


def test_refreshing_does_not_carry_a_grant_past_five_years(qbo):
    token = qbo.credentials["refresh_token"]
    for _ in range(19):
        qbo.control("clock", {"advance_s": 95 * 86_400})
        token = _refresh(qbo, token).json()["refresh_token"]
    qbo.control("clock", {"advance_s": 21 * 86_400})
    assert _refresh(qbo, token).json()["error"] == "invalid_grant"


def test_hard_expiry_is_told_only_when_asked_for(qbo):
    assert "x_refresh_token_hard_expires_in" not in _refresh(qbo).json()
    header = {"x-include-refresh-token-hard-expires-in": "true"}
    seconds = _refresh(qbo, headers=header).json()["x_refresh_token_hard_expires_in"]
    assert seconds == pytest.approx(157_680_000, abs=60)


def test_revoking_either_token_ends_the_whole_grant(qbo):
    pair = (qbo.credentials["client_id"], qbo.credentials["client_secret"])
    answer = requests.post(
        f"{qbo.base_url}/v2/oauth2/tokens/revoke",
        json={"token": qbo.credentials["access_token"]},
        auth=pair,
        timeout=10,
    )
    assert (answer.status_code, answer.content) == (200, b"")
    assert qbo.get("companyinfo/1").status_code == 401
    assert _refresh(qbo).json()["error"] == "invalid_grant"


def test_a_user_who_lost_access_is_told_apart(qbo):
    qbo.control(f"companies/{qbo.realm_id}", {"user_removed": True})
    assert _refresh(qbo).json()["x_error_reason"] == "user_not_in_realm"


def test_disconnecting_inside_quickbooks_kills_the_tokens(qbo):
    qbo.control(f"companies/{qbo.realm_id}", {"disconnected": True})
    assert qbo.get("companyinfo/1").status_code == 401
    assert _refresh(qbo).status_code == 400


def test_1_4_refusals_of_the_token_endpoint_carry_intuit_tid(qbo):
    for answer in (_refresh(qbo, "AB11wrong"), _refresh(qbo, secret="wrong")):
        assert answer.status_code >= 400
        assert answer.headers["intuit_tid"]


def test_1_4_of_many_refreshes_at_once_one_rotates_and_the_others_lose(qbo):
    qbo.control("clock", {"advance_s": 86_401})
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: _refresh(qbo), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200, *[400] * 5]
    assert {answer.json()["error"] for answer in answers if answer.status_code == 400} == {"invalid_grant"}


def test_expired_access_token_gets_the_lower_case_envelope_that_echoes_it(qbo):
    qbo.control("clock", {"advance_s": 3601})
    answer = qbo.get("customer/1")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Intuit", error="invalid_token"'
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    error = body["fault"]["error"][0]
    assert error["code"] == "3200"
    assert error["detail"] == f"Token expired: {qbo.credentials['access_token']}"
    assert body["fault"]["type"] == "AUTHENTICATION"
    assert isinstance(body["time"], int)
    assert "cdcresponse" in body


def test_garbage_for_a_token_is_called_malformed(qbo):
    qbo.session.headers["Authorization"] = "Bearer nonsense"
    detail = qbo.get("customer/1").json()["fault"]["error"][0]["detail"]
    assert detail == "Malformed bearer token: too short or too long"


def test_token_of_another_realm_is_forbidden(qbo):
    other = qbo.control("companies", {"region": "GB", "seed": "empty"})
    qbo.realm_id = other["realm_id"]
    answer = qbo.get("companyinfo/1")
    assert answer.status_code == 403
    error = answer.json()["fault"]["error"][0]
    assert error["code"] == "3100"
    assert error["message"] == "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403"
