from urllib.parse import urlsplit

import pytest

PASSWORD = "correct horse battery"
WRONG = "do not belong together"


def test_the_right_password_leads_to_the_overview(make_person, organization_id):
    person = make_person("ann@example.com", role="viewer", organization_id=organization_id, signed_in=False)

    answer = person.sign_in()

    assert answer.location == "/"
    assert person.get("/").location == f"/o/{organization_id}/"


def test_an_unknown_address_reads_like_a_wrong_password(make_person, read):
    person = make_person("ann@example.com", signed_in=False)

    wrong = person.sign_in("not it")
    unknown = person.post("/sign-in", email="nobody@example.com", password="not it")

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert WRONG in read(wrong)
    assert WRONG in read(unknown)


def test_guessing_is_stopped_even_with_the_right_password(make_person, read):
    person = make_person("ann@example.com", signed_in=False)
    for _ in range(10):
        person.sign_in("not it")

    answer = person.sign_in(PASSWORD)

    assert answer.status_code == 429
    assert "Wait a quarter of an hour" in read(answer)


def test_guessing_is_stopped_for_everybody_when_redis_is_away(settings, unused_port):
    from qbo_connector.app import create_app  # noqa: PLC0415

    app = create_app(settings.model_copy(update={"redis_url": f"redis://127.0.0.1:{unused_port}/0"}))
    throttle = app.extensions["throttle"]

    for _ in range(10):
        throttle.missed(email="Ann@Example.com", machine="10.0.0.1")

    assert throttle.refuses(email="ann@example.com", machine="10.0.0.2")
    throttle.passed(email="ann@example.com")
    assert not throttle.refuses(email="ann@example.com", machine="10.0.0.2")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/%0d%0aLocation: https://evil.example\r\n",
    ],
)
def test_signing_in_never_leads_to_another_site(make_person, elsewhere):
    person = make_person("ann@example.com", signed_in=False)

    answer = person.sign_in(next=elsewhere)

    assert urlsplit(answer.location).netloc == ""
    assert answer.location == "/"


def test_signing_in_leads_to_where_the_person_was_heading(owner, app, organization_id):
    stranger = app.test_client()
    asked = stranger.get(f"/o/{organization_id}/records?state=failing")

    answer = owner.__class__(client=stranger, email=owner.email).sign_in(
        next=f"/o/{organization_id}/records?state=failing"
    )

    assert asked.location.startswith("/sign-in?next=")
    assert answer.location == f"/o/{organization_id}/records?state=failing"


def test_a_form_without_its_token_changes_nothing(owner, read):
    answer = owner.client.post("/sign-out")

    assert answer.status_code == 400
    assert "open for too long" in read(answer)
    assert owner.get("/organizations").status_code == 200


def test_signing_out_takes_a_form_and_ends_the_session(owner):
    assert owner.get("/sign-out").status_code == 405

    owner.post("/sign-out", page="/organizations")

    assert owner.get("/organizations").location.startswith("/sign-in")


def test_a_changed_password_ends_the_other_sessions(owner, app):
    elsewhere = owner.__class__(client=app.test_client(), email=owner.email)
    elsewhere.sign_in()
    wanted = "another horse battery"

    owner.post("/password", present=PASSWORD, wanted=wanted, again=wanted)

    assert owner.get("/organizations").status_code == 200
    assert elsewhere.get("/organizations").location.startswith("/sign-in")
    assert elsewhere.sign_in(wanted).status_code == 302


def test_the_present_password_must_be_known_to_change_it(owner, read):
    answer = owner.post(
        "/password", present="wrong", wanted="another horse battery", again="another horse battery"
    )

    assert "not your present password" in read(answer)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(make_settings):
    from qbo_connector.app import create_app  # noqa: PLC0415

    app = create_app(make_settings(base_url="https://sync.example.com"))

    cookie = app.test_client().get("/sign-in", base_url="https://sync.example.com").headers["Set-Cookie"]

    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
