"""The card inside a page of another site: who may embed it, what leaks (nothing), whom it believes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.integration.widget_api.stage import script as stage
from tests.integration.widget_api.stage.script import Script
from tests.integration.widget_api.stage.servers import PAGE_HOST, page_app
from tests.integration.widget_api.stage.service import KID, token
from tests.integration.widget_api.stage.theatre import Theatre, theatre
from tests.rig.web import serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(chromium_path: str) -> Iterator[Theatre]:
    with theatre(chromium_path) as opened:
        yield opened


@pytest.fixture
def ready() -> Script:
    return Script(record=stage.record("ready"), preview=stage.preview())


def test_it_works_where_third_party_storage_is_blocked(house: Theatre, ready: Script) -> None:
    with house.show(ready) as seat:
        seat.press("Preview")
        expect(seat.card.get_by_text("Equal to the cent")).to_be_visible()
        stored = seat.card.locator("html").evaluate(
            "() => { try { return localStorage.length } catch (error) { return error.name } }"
        )

        assert stored in (0, "SecurityError")
        assert seat.page.context.cookies() == []
        assert all("cookie" not in request.headers for request in seat.requested)


def test_the_token_leaves_no_trace_in_addresses(house: Theatre, ready: Script) -> None:
    with house.show(ready) as seat:
        frame = seat.page.frames[1]

        assert frame.url == f"{house.widget}/widget/v1/frame/{KID}"
        assert frame.evaluate("() => location.hash + document.referrer") == ""
        inside = [request for request in seat.requested if request.url.startswith(house.widget)]
        assert len(inside) > 5
        assert not any("eyJ" in request.url.split("#")[0] for request in inside)
        assert not any("referer" in request.headers and "eyJ" in request.headers["referer"] for request in inside)


def test_an_origin_the_key_does_not_list_cannot_frame_it(house: Theatre, ready: Script) -> None:
    with (
        serving(page_app(house.widget), host=PAGE_HOST) as elsewhere,
        house.show(ready, at=elsewhere, wait=False) as seat,
    ):
        seat.page.wait_for_timeout(700)

        assert any("frame-ancestors" in said for said in seat.said)
        assert seat.page.frames[1].url == "chrome-error://chromewebdata/"
        assert house.stage.asked == []


def test_an_unknown_key_opens_nothing(house: Theatre, ready: Script) -> None:
    header = "eyJhbGciOiJIUzI1NiIsImtpZCI6IndrX290aGVyIn0"  # {"alg":"HS256","kid":"wk_other"}
    with house.show(ready, token=f"{header}.e30.x", wait=False) as seat:
        seat.page.wait_for_timeout(500)

        assert seat.page.frames[1].url == "chrome-error://chromewebdata/"
        assert seat.heard() == []


@pytest.mark.parametrize("nonsense", ["", "nonsense", "a.b.c", "eyJraWQiOiIuLi9ldmlsIn0.e30.x"])
def test_a_token_without_a_usable_key_id_opens_no_frame(house: Theatre, ready: Script, nonsense: str) -> None:
    with house.show(ready, token=nonsense, wait=False) as seat:
        assert seat.page.locator("qbo-sync").count() == 1
        assert len(seat.page.frames) == 1
        assert seat.said == []


def test_messages_of_other_windows_are_not_believed(house: Theatre, ready: Script) -> None:
    with house.show(ready) as seat:
        before = seat.frame_height()
        seat.page.evaluate(
            """() => {
                window.postMessage({ qboSync: 1, type: "height", height: 3000 }, "*");
                window.postMessage({ qboSync: 1, type: "event", name: "synced", detail: {} }, "*");
            }"""
        )
        seat.card.locator("html").evaluate(
            """(root) => window.postMessage({ qboSync: 1, type: "token", token: "stolen" }, "*")"""
        )
        seat.page.wait_for_timeout(300)

        assert seat.frame_height() == before
        assert [name for name, _ in seat.heard()] == ["ready"]
        assert [name for name, _ in house.stage.asked] == ["session"]


def test_a_page_that_listens_late_is_still_greeted(house: Theatre, ready: Script) -> None:
    late = """
        const listen = window.addEventListener.bind(window);
        window.addEventListener = (name, ...rest) =>
            name === "message" ? setTimeout(() => listen(name, ...rest), 900) : listen(name, ...rest);
    """
    with house.show(ready, wait=False, alone=True) as seat:
        seat.page.add_init_script(f"if (window === window.top) {{ {late} }}")
        seat.page.goto(f"{house.address}/?token={token()}")

        assert seat.wait_until_heard("ready") == {"state": "ready"}


def test_taken_out_of_the_page_it_is_silent_and_comes_back(house: Theatre, ready: Script) -> None:
    with house.show(ready) as seat:
        seat.page.evaluate("() => { window.kept = document.querySelector('qbo-sync'); window.kept.remove(); }")
        expect(seat.page.locator("iframe")).to_have_count(0)
        seat.page.evaluate(
            """(token) => {
                window.kept.setAttribute("token", token);
                document.getElementById("slot").append(window.kept);
            }""",
            token(),
        )

        expect(seat.title).to_have_text("Ready to sync")


def test_the_card_runs_nothing_but_its_own_files(house: Theatre, ready: Script) -> None:
    with house.show(ready) as seat:
        answer = seat.page.context.request.get(f"{house.widget}/widget/v1/frame/{KID}")
        policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))

        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert policy["style-src"] == "'self'"
        assert policy["frame-ancestors"] == house.address
        assert answer.headers["cache-control"] == "no-store"
        assert "x-frame-options" not in answer.headers
        seat.card.locator("html").evaluate(
            """(root) => {
                const script = document.createElement("script");
                script.textContent = "window.ran = true";
                root.append(script);
            }"""
        )
        assert seat.card.locator("html").evaluate("() => window.ran") is None
        assert any("Content Security Policy" in said for said in seat.said)
