"""Every state of the card: what it says, that it stays where it is, that everybody can use it."""

import itertools
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from tests.integration.widget_api.stage import script as stage
from tests.integration.widget_api.stage.script import Script
from tests.integration.widget_api.stage.theatre import Seat, Theatre, keep_picture, theatre
from tests.rig.accessible import serious_violations
from tests.rig.pressing import press

pytestmark = pytest.mark.browser

WIDTHS = (320, 640)
THEMES = ("light", "dark")
CHECKED = {("light", 640), ("dark", 320)}
SHIFT_PX = 4


def _ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


DUPLICATE = stage.finding(
    "number.duplicate",
    "failing-needs-person",
    sentence="Number W-1042 is already used in Craig’s Design by invoice 1037, so invoice W-1042 was not synced.",
    explanation="QuickBooks keeps a number taken even when the document that bears it is voided or inactive.",
    remedy="Change the number in Thrive and sync again, or link the two if they are the same document.",
    details={"QuickBooks fault": "6140", "intuit_tid": "1-673f8a"},
    count=3,
    fixes=[
        stage.fix("renumber", "Change the number", inputs=[{"name": "number", "value": "W-1043"}]),
        stage.fix("allow_duplicate_number", "Ask an admin", allowed=False),
        stage.fix("open_in_quickbooks", "Open in QuickBooks", url="https://qbo.example/app/invoice?txnId=37"),
    ],
)
CHECKS = [
    {"code": "connection.missing", "passed": True, "sentence": "QuickBooks is connected."},
    {
        "code": "not_eligible.draft",
        "passed": False,
        "sentence": "Invoice W-1042 is still a draft in Thrive, so it is not synced.",
        "remedy": "Send it in Thrive, to any address including your own, or finalize it; then sync.",
        "fixes": [stage.fix("open_in_source", "Open in Thrive", url="https://thrive.example/1042")],
    },
    {
        "code": "preflight.location_off",
        "passed": False,
        "sentence": "Location tracking is off in Craig’s Design.",
        "remedy": "Turn it on in QuickBooks under Account and settings, Advanced, Categories.",
    },
    {"code": "entitlement.beta", "passed": True, "sentence": "The beta is switched on for your organization."},
]
DIVERGED = stage.finding(
    "qbo.edited_externally",
    "held",
    sentence="Invoice W-1042 was changed in QuickBooks after it had been synced.",
    remedy="Decide which version counts.",
    fixes=[
        stage.fix("restore_ours", "Restore the version of Thrive"),
        stage.fix("take_theirs", "Keep the version of QuickBooks"),
        stage.fix("merge_fields", "Choose field by field"),
    ],
)
COMPARE = [
    {"field": "Total", "source": "USD 1,250.00", "quickbooks": "USD 1,200.00"},
    {"field": "Memo", "source": "", "quickbooks": "paid by check"},
]
BUSY = stage.finding(
    "limit.throttled",
    "failing-retryable",
    sentence="QuickBooks is busy; invoice W-1042 goes out by itself at 14:05.",
)
COPIES = [
    {"ordinal": 2, "number": "W-1042-2", "url": "https://qbo.example/2", "synced_at": "2026-11-21T08:00:00Z"},
    {"ordinal": 1, "number": "W-1042", "url": "https://qbo.example/1", "synced_at": "2026-11-20T08:00:00Z"},
]

IDLE = {
    "ready": stage.record("ready"),
    "synced": stage.synced(),
    "changed": stage.record(
        "changed", changes=3, quickbooks=stage.QUICKBOOKS, last_synced_at="2026-11-22T07:00:00Z"
    ),
    "waiting": stage.record("waiting", finding=BUSY, actions=["preview"]),
}
OPEN = {
    "not available": stage.record("not_available", checks=CHECKS, actions=["preview"]),
    "copied": stage.record(
        "copied", copies=COPIES, quickbooks=stage.QUICKBOOKS, actions=["preview", "update", "create_copy"]
    ),
    "needs you": stage.record("held", finding=DUPLICATE | {"class": "held"}, actions=["preview", "retry"]),
    "failing": stage.record("failing", finding=DUPLICATE, actions=["preview", "retry"]),
    "diverged": stage.record("held", finding=DIVERGED, compare=COMPARE, quickbooks=stage.QUICKBOOKS),
    "excluded": stage.record(
        "excluded",
        finding=stage.finding(
            "not_eligible.cutoff",
            "excluded",
            sentence="Invoice W-1042 dates from before Nov 1, 2026, when this sync began.",
            fixes=[stage.fix("include_anyway", "Ask an admin", allowed=False)],
        ),
        actions=["preview"],
    ),
}
EVERY = IDLE | OPEN


@pytest.fixture(scope="module")
def house(chromium_path: str) -> Iterator[Theatre]:
    with theatre(chromium_path) as opened:
        yield opened


@pytest.mark.parametrize("state", EVERY)
def test_every_state_can_be_used_by_everybody_in_every_look(house: Theatre, state: str) -> None:
    with house.show(Script(record=EVERY[state])) as seat:
        for theme, width in itertools.product(THEMES, WIDTHS):
            seat.wear(theme=theme, width=width)

            keep_picture(seat, f"{state}-{width}-{theme}")
            assert seat.card.locator("html").evaluate("(root) => root.scrollWidth <= root.clientWidth")
            if (theme, width) in CHECKED:
                assert serious_violations(seat.page) == []
        assert seat.said == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("state", IDLE)
def test_nothing_moves_from_loading_to_an_idle_state(house: Theatre, state: str, width: int) -> None:
    answered = Event()
    with house.show(Script(record=IDLE[state], record_held=answered), width=width, wait=False) as seat:
        seat.card.locator("main[aria-busy=true]").wait_for()
        loading, reserved = seat.head_height(), seat.frame_height()
        answered.set()
        seat.card.locator("main[aria-busy=false]").wait_for()

        assert abs(seat.head_height() - loading) <= SHIFT_PX
        assert abs(seat.frame_height() - reserved) <= SHIFT_PX


@pytest.fixture(scope="module")
def ready_heads(house: Theatre) -> dict[int, float]:
    """How high the head is while nothing is open, by width."""
    with house.show(Script(record=IDLE["ready"])) as seat:
        return {width: _head_at(seat, width) for width in WIDTHS}


def _head_at(seat: Seat, width: int) -> float:
    seat.wear(theme="light", width=width)
    return seat.head_height()


@pytest.mark.parametrize("state", OPEN)
def test_what_is_opened_stands_below_a_head_that_does_not_move(
    house: Theatre, ready_heads: dict[int, float], state: str
) -> None:
    with house.show(Script(record=OPEN[state])) as seat:
        for width in WIDTHS:
            assert abs(_head_at(seat, width) - ready_heads[width]) <= SHIFT_PX


def test_the_frame_is_as_high_as_its_card(house: Theatre) -> None:
    with house.show(Script(record=OPEN["failing"])) as seat:
        height = seat.card.locator("html").evaluate("(root) => root.getBoundingClientRect().height")
        seat.page.wait_for_function(
            "(height) => Math.abs(document.querySelector('qbo-sync').clientHeight - height) < 1", arg=height
        )


@pytest.mark.requirement("T-16")
def test_the_checks_stand_in_their_order_and_the_first_failed_one_is_open(house: Theatre) -> None:
    with house.show(Script(record=OPEN["not available"])) as seat:
        said = seat.card.locator(".checks").inner_text().replace(":\n", ": ")

        assert [said.index(check["sentence"]) for check in CHECKS] == sorted(
            said.index(check["sentence"]) for check in CHECKS
        )
        assert f"Not passed: {CHECKS[1]['sentence']}" in said
        assert seat.card.get_by_text("Send it in Thrive, to any address").is_visible()
        assert not seat.card.get_by_text("Turn it on in QuickBooks").is_visible()
        assert seat.card.get_by_role("button", name="Sync to QuickBooks").count() == 0


def test_what_passed_at_the_end_is_folded_together(house: Theatre) -> None:
    passed = [
        {"code": f"check.{number}", "passed": True, "sentence": f"Check {number} is good"} for number in range(6)
    ]
    with house.show(Script(record=OPEN["not available"] | {"checks": [*CHECKS[:2], *passed]})) as seat:
        assert not seat.card.get_by_text("Check 5 is good").is_visible()
        press(seat.card, seat.card.get_by_text("6 more checks passed"))
        assert seat.card.get_by_text("Check 5 is good").is_visible()


@pytest.mark.requirement("T-13", "T-14", "T-19")
def test_success_is_green_and_says_where_the_invoice_stands(house: Theatre) -> None:
    with house.show(Script(record=stage.synced(last_synced_at=_ago(12)))) as seat:
        assert re.fullmatch(r"Synced to QuickBooks 1\d s ago", seat.title.inner_text())
        assert seat.title.evaluate("(node) => getComputedStyle(node).color") == "rgb(20, 113, 63)"
        assert seat.card.locator(".sub").inner_text().startswith("W-1042 in Get paid & pay")
        assert seat.card.locator(".foot").inner_text().startswith("Not there yet? Refresh QuickBooks")
        link = seat.card.get_by_role("link", name="Open in QuickBooks")
        assert link.get_attribute("href") == stage.QUICKBOOKS["url"]
        assert link.get_attribute("rel") == "noopener noreferrer"


@pytest.mark.requirement("T-18")
def test_a_failure_shows_sentence_remedy_repairs_and_details(house: Theatre) -> None:
    with house.show(Script(record=OPEN["failing"])) as seat:
        card = seat.card

        assert card.get_by_role("heading", name=DUPLICATE["sentence"]).is_visible()
        assert card.get_by_text(DUPLICATE["remedy"]).is_visible()
        assert card.get_by_role("button", name="Try again").is_visible()
        assert card.get_by_text("Ask an admin").is_visible()
        assert card.get_by_role("button", name="Ask an admin").count() == 0
        press(card, card.get_by_text("Details", exact=True))
        assert card.get_by_text("1-673f8a").is_visible()


def test_a_link_that_is_no_web_address_is_not_followed(house: Theatre) -> None:
    hostile = stage.QUICKBOOKS | {"url": "javascript:alert(1)"}
    with house.show(Script(record=stage.synced(quickbooks=hostile))) as seat:
        assert seat.card.get_by_role("link").count() == 0


def test_markup_in_a_name_is_shown_as_text(house: Theatre) -> None:
    hostile = stage.DOCUMENT | {"customer": "<img src=x onerror=alert(1)>"}
    with house.show(Script(record=stage.record("ready", document=hostile))) as seat:
        assert "<img src=x" in seat.card.locator(".sub").inner_text()
        assert seat.card.locator("img").count() == 0


def test_dark_follows_the_system_unless_the_page_says_otherwise(house: Theatre) -> None:
    surface = "() => getComputedStyle(document.getElementById('card')).backgroundColor"
    shown = {}
    for scheme, theme in (("dark", ""), ("dark", "light"), ("light", "dark"), ("light", "nonsense")):
        with house.show(Script(record=IDLE["ready"]), scheme=scheme, theme=theme) as seat:
            shown[scheme, theme] = seat.card.locator("html").evaluate(surface)

    dark, light = "rgb(23, 29, 37)", "rgb(255, 255, 255)"
    assert list(shown.values()) == [dark, light, dark, light]


@pytest.mark.parametrize(
    ("accent", "button", "text"),
    [
        ("#ffcc00", "rgb(255, 204, 0)", "rgb(0, 0, 0)"),
        ("#063", "rgb(0, 102, 51)", "rgb(255, 255, 255)"),
        ("url(https://evil.example)", "rgb(31, 87, 195)", "rgb(255, 255, 255)"),
    ],
)
def test_the_accent_colours_the_button_readably_if_it_is_a_colour(
    house: Theatre, accent: str, button: str, text: str
) -> None:
    with house.show(Script(record=IDLE["ready"]), accent=accent) as seat:
        look = seat.card.get_by_role("button", name="Sync to QuickBooks").evaluate(
            "(node) => [getComputedStyle(node).backgroundColor, getComputedStyle(node).color]"
        )

        assert look == [button, text]
