"""Who may open the widget, and how far a session reaches."""

import base64
import json
import re
from datetime import timedelta

import pytest

from qbo_connector.sync import accounts, keys, members
from tests.integration.widget_api.doors import Door, problem


def test_a_token_opens_a_session_for_its_record(web, stage):
    answer = web.open(web.token("inv_1"))

    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.json()) == {"session", "expires_in"}
    assert answer.json()["expires_in"] == 1800


def test_a_token_opens_once(web, stage):
    token = web.token("inv_1")
    web.open(token)

    assert problem(web.open(token)) == (401, "token_used")


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "somebody-else"},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"external_id": None},
        {"external_id": {"a": 1}},
        {"external_id": "x" * 201},
        {"jti": None},
        {"iat": None},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": 10**20},
    ],
    ids=str,
)
def test_a_token_without_its_claims_is_invalid(web, stage, claims):
    assert problem(web.open(web.token("inv_1", **claims))) == (401, "token_invalid")


def test_a_token_that_lives_too_long_is_invalid(web, stage):
    now = int(web.clock().timestamp())

    assert problem(web.open(web.token("inv_1", iat=now, exp=now + 301))) == (401, "token_invalid")
    assert web.open(web.token("inv_1", iat=now, exp=now + 300)).status_code == 201


@pytest.mark.parametrize(("late_s", "status"), [(25, 201), (35, 401)])
def test_a_token_is_good_for_thirty_seconds_beyond_its_end(web, stage, late_s, status):
    now = int(web.clock().timestamp())
    answer = web.open(web.token("inv_1", iat=now - 100, exp=now - late_s))

    assert answer.status_code == status
    if status == 401:
        assert problem(answer) == (401, "token_expired")


@pytest.mark.parametrize(("ahead_s", "status"), [(20, 201), (60, 401)])
def test_a_clock_that_is_a_little_ahead_is_forgiven(web, stage, ahead_s, status):
    now = int(web.clock().timestamp())

    assert web.open(web.token("inv_1", iat=now + ahead_s, exp=now + ahead_s + 60)).status_code == status


def test_a_token_signed_with_another_secret_is_invalid(web, stage):
    foreign = web.token("inv_1", secret="somebody else's secret, long enough for HS256")

    assert problem(web.open(foreign)) == (401, "token_invalid")


def test_a_token_without_a_signature_is_invalid(web, stage):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    claims = web.token("inv_1").split(".")[1]
    unsigned = f"{part({'alg': 'none', 'typ': 'JWT', 'kid': web.widget_key.id})}.{claims}."

    assert problem(web.open(unsigned)) == (401, "token_invalid")


@pytest.mark.parametrize("nonsense", ["x", "a.b.c", "eyJhbGciOiJIUzI1NiJ9.e30.x", "\u0000", "é.é.é"])
def test_nonsense_is_invalid_and_breaks_nothing(web, stage, nonsense):
    assert problem(web.open(nonsense)) == (401, "token_invalid")


@pytest.mark.parametrize("body", [{}, {"token": 7}, {"token": ""}, {"token": "x", "more": 1}, [], "x"])
def test_another_shape_of_request_is_refused_without_repeating_it(web, stage, body):
    answer = web.http.post(f"{web.address}/widget/v1/session", json=body, timeout=10)

    assert problem(answer) == (422, "invalid_request")
    assert all(set(error) == {"field", "message"} for error in answer.json()["errors"])


def test_a_body_that_is_no_json_is_a_problem_document(web, stage):
    address = f"{web.address}/widget/v1/session"
    broken = {"data": b"{", "headers": {"Content-Type": "application/json"}, "timeout": 10}

    assert problem(web.http.post(address, **broken))[0] == 400
    assert problem(web.http.post(address, data=b"token=x", timeout=10))[0] == 415


def test_a_retired_key_opens_nothing_and_ends_its_sessions(web, stage):
    card = web.card("inv_1")
    keys.retire_widget_key(stage.services, stage.organization_id, web.widget_key.id)

    assert problem(web.open(web.token("inv_1"))) == (401, "token_invalid")
    assert problem(card.get("record")) == (401, "token_invalid")
    assert web.http.get(f"{web.address}/widget/v1/frame/{web.widget_key.id}", timeout=10).status_code == 404


def test_a_session_ends_by_itself(web, stage):
    card = web.card("inv_1")
    web.clock.ahead = timedelta(minutes=31)

    assert problem(card.get("record")) == (401, "token_expired")


def test_a_widget_token_is_no_session_and_a_session_no_token(web, stage):
    card = web.card("inv_1")
    token_as_session = Door(address=card.address, credential=web.token("inv_1"), http=web.http)

    assert problem(token_as_session.get("record")) == (401, "token_invalid")
    assert problem(web.open(card.credential)) == (401, "token_invalid")


def test_calls_without_a_session_are_refused(web, stage):
    for path in ("record", "operations/1", "choices/customers"):
        answer = web.http.get(f"{web.address}/widget/v1/{path}", timeout=10)

        assert problem(answer) == (401, "token_invalid")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_session_sees_no_operation_of_another_record(web, stage):
    mine, other = stage.source.make(), stage.source.make()
    operation = stage.ask(other["id"])

    assert problem(web.card(mine["id"]).get(f"operations/{operation}")) == (404, "not_found")
    assert web.card(other["id"]).get(f"operations/{operation}").status_code == 200


def test_a_token_of_another_organization_reaches_only_that_organization(web, stage):
    invoice = stage.source.make()
    operation = stage.ask(invoice["id"])
    other = members.create_organization(stage.services, name="Other", owner_id=stage.user_id)
    # It has an account at the same source, so that the same record can be named.
    account_id = accounts.save_account(stage.services, other, "thrive", "Other shop", stage.source_settings)
    key = keys.create_widget_key(
        stage.services, other, account_id, name="other", origins=["https://other.example"]
    )
    answer = web.open(web.token(invoice["id"], secret=key.secret, kid=key.id))
    card = Door(address=f"{web.address}/widget/v1", credential=answer.json()["session"], http=web.http)

    assert problem(card.get(f"operations/{operation}")) == (404, "not_found")
    record = card.get("record").json()
    assert record["state"] == "not_available"
    assert record["checks"][0]["code"] == "connection.missing"


def test_one_address_cannot_open_sessions_without_end(web, stage):
    answers = [web.open("x").status_code for _ in range(61)]

    assert answers[:60] == [401] * 60
    refused = web.open(web.token("inv_1"))
    assert problem(refused) == (429, "too_many_sessions")
    assert 1 <= int(refused.headers["Retry-After"]) <= 61


def test_only_the_origins_of_the_key_may_frame_the_card_and_nothing_else_may_be_framed(web, stage):
    def policy(path):
        answer = web.http.get(f"{web.address}/{path}", timeout=10)
        parts = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
        return answer.status_code, parts["frame-ancestors"], answer.headers.get("X-Frame-Options")

    assert policy(f"widget/v1/frame/{web.widget_key.id}") == (200, "http://localhost:8021", None)
    assert policy("widget/v1/frame/wk_unknown") == (404, "'none'", "DENY")
    assert policy("widget/v1/qbo-sync.js") == (200, "'none'", "DENY")
    assert policy("sign-in")[1:] == ("'none'", "DENY")


def test_the_cards_files_may_be_kept_for_ever_under_their_version_only(web, stage):
    page = web.http.get(f"{web.address}/widget/v1/frame/{web.widget_key.id}", timeout=10)
    files = re.findall(r'(?:href|src)="(/widget/v1/assets/[^"]+)"', page.text)

    assert len(files) == 3
    for file in files:
        answer = web.http.get(f"{web.address}{file}", timeout=10)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
    stale = re.sub(r"assets/\w+", "assets/0123456789ab", files[0])
    assert web.http.get(f"{web.address}{stale}", timeout=10).headers["Cache-Control"] == "no-store"
    assert web.http.get(f"{web.address}/widget/v1/assets/x/../../../../etc/passwd", timeout=10).status_code == 404
