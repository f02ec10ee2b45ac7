import re

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self' http://127.0.0.1:9; frame-ancestors 'none'; base-uri 'none'"
)
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)
PAGES = ["/", "/records", "/syncs", "/quickbooks", "/sources", "/sources/catalogue/thrive", "/sources/new/thrive",
         "/settings", "/settings/members", "/settings/widget-keys", "/settings/api-keys", "/settings/activity",
         "/doctor"]  # fmt: skip


def test_every_answer_carries_the_headers(app):
    visitor = app.test_client()
    paths = ("/sign-in", "/nothing-here", "/", "/healthz", "/readyz", "/static/css/tokens.css", "/hooks/qbo")

    for path in paths:
        headers = visitor.get(path, buffered=True).headers
        assert headers["Content-Security-Policy"] == POLICY, path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["X-Frame-Options"] == "DENY", path
        assert headers["Referrer-Policy"] == "same-origin", path


def test_no_page_holds_a_script_or_a_style_of_its_own(owner, organization_id):
    for path in PAGES:
        page = owner.get(f"/o/{organization_id}{path}")

        assert page.status_code == 200, path
        assert INLINE.findall(page.text) == [], path


def test_pages_are_kept_by_nobody_but_static_files_are(owner, organization_id):
    page = owner.get(f"/o/{organization_id}/records")
    sheet = owner.get("/static/css/tokens.css")

    assert page.headers["Cache-Control"] == "no-store"
    assert "max-age=3600" in sheet.headers["Cache-Control"]


def test_over_https_browsers_are_told_to_stay_there(make_settings):
    from qbo_connector.app import create_app  # noqa: PLC0415

    app = create_app(make_settings(base_url="https://sync.example.com"))

    assert "max-age=31536000" in app.test_client().get("/healthz").headers["Strict-Transport-Security"]


def test_a_failure_shows_an_incident_number_and_no_traceback(app, make_person, organization_id, read):
    operator = make_person("olga@example.com", operator=True)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.view_functions["overview.records"] = _marked_failure(app.view_functions["overview.records"])

    answer = operator.get(f"/o/{organization_id}/records")

    assert answer.status_code == 500
    assert re.search(r"Tell support this number: [0-9a-f]{8}", read(answer))
    assert "secret of the house" not in answer.text
    assert "Traceback" not in answer.text


def _marked_failure(view):
    def fail(**_values):
        raise RuntimeError("secret of the house")

    fail.__access__ = view.__access__
    return fail


def test_an_unknown_address_leads_on(owner, read):
    answer = owner.get("/nothing-here")

    assert answer.status_code == 404
    assert "There is nothing here" in read(answer)
    assert 'href="/"' in answer.text


def test_a_too_large_body_is_refused(owner, organization_id):
    answer = owner.client.post(f"/o/{organization_id}/settings", data={"name": "x" * 3_000_000})

    assert answer.status_code == 413
