"""The card's form that chooses field by field: with a script behind it, and on real parts."""

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from qbo_connector.app import create_app
from qbo_connector.jobs.bell import SilentBell
from qbo_connector.sync import keys
from tests.integration.widget_api.doors import Clock, Web
from tests.integration.widget_api.stage import script as stage
from tests.integration.widget_api.stage.script import Script
from tests.integration.widget_api.stage.servers import PAGE_HOST, WIDGET_HOST, page_app
from tests.integration.widget_api.stage.theatre import Seat, Theatre, keep_picture, theatre
from tests.rig.accessible import serious_violations
from tests.rig.neutral import NeutralStage, set_up
from tests.rig.pressing import press
from tests.rig.simulator import Simulator
from tests.rig.web import serving

pytestmark = pytest.mark.browser

BUTTON = "Choose field by field"
LOOKS = tuple(itertools.product(("light", "dark"), (320, 640)))
LOCKED = "Thrive's version; to keep QuickBooks' lines, keep its version as a whole"
OUTDATED = "Invoice W-1042 or its data in QuickBooks changed after the preview; please look again."


def row(key: str, field: str, source: str, quickbooks: str, *, why: str = "") -> stage.Json:
    winners = ["source"] if why else ["source", "quickbooks"]
    return {"key": key, "field": field, "source": source, "quickbooks": quickbooks, "winners": winners, "why": why}


COMPARE = [
    row("due_date", "Due date", "Dec 20, 2026", "Jan 15, 2027"),
    row("customer_memo", "Message on invoice", "Ring once", "by hand"),
    row("lines", "Lines", "Lamp, 1 × 40, USD 40.00", "Lamp, 2 × 40, USD 80.00", why=LOCKED),
]


def diverged(*, seen: str = "versions-1", compare: list[stage.Json] | None = None) -> stage.Json:
    inputs = [
        {"name": "winners", "value": None, "answered": False},
        {"name": "seen", "value": seen, "answered": True},
    ]
    finding = stage.finding("qbo.conflict", "held", fixes=[stage.fix("merge_fields", BUTTON, inputs=inputs)])
    return stage.record("held", finding=finding, compare=compare or COMPARE, quickbooks=stage.QUICKBOOKS)


@pytest.fixture(scope="module")
def house(chromium_path: str) -> Iterator[Theatre]:
    with theatre(chromium_path) as opened:
        yield opened


def _group(card: FrameLocator, name: str) -> Locator:
    return card.get_by_role("group", name=name, exact=True)


def _asked(house: Theatre) -> list[stage.Json]:
    return [body["inputs"] for asked, body in house.stage.asked if asked == "fixes"]


def _send(seat: Seat) -> None:
    press(seat.card, seat.card.locator(".panel").get_by_role("button", name=BUTTON, exact=True))


@pytest.mark.requirement("H-34")
def test_winners_go_by_the_key_of_their_field_with_the_versions_that_were_shown(house: Theatre) -> None:
    script = Script(record=diverged(), after=stage.synced(), acts=[(0.0, stage.done())])
    with house.show(script) as seat:
        seat.press(BUTTON)
        expect(seat.card.locator(".panel")).to_contain_text("kept there only; this document stays as it is")
        _group(seat.card, "Message on invoice").get_by_label("QuickBooks").check()
        _send(seat)
        expect(seat.title).to_have_text(re.compile("^Synced"))

        assert _asked(house) == [
            {
                "winners": {"due_date": "source", "customer_memo": "quickbooks", "lines": "source"},
                "seen": "versions-1",
            }
        ]


@pytest.mark.requirement("H-34")
def test_a_side_that_cannot_win_is_shown_with_its_reason_and_cannot_be_taken(house: Theatre) -> None:
    with house.show(Script(record=diverged())) as seat:
        seat.press(BUTTON)
        lines = _group(seat.card, "Lines")

        expect(lines.get_by_label("Here")).to_be_checked()
        expect(lines.get_by_label("QuickBooks")).to_be_disabled()
        expect(lines.get_by_label("QuickBooks")).to_have_accessible_description(LOCKED)
        expect(lines.get_by_text("Lamp, 2 × 40, USD 80.00")).to_be_visible()
        expect(lines.get_by_text(LOCKED)).to_be_visible()


def test_sides_are_chosen_by_keyboard_alone(house: Theatre) -> None:
    script = Script(record=diverged(), after=stage.synced(), acts=[(0.0, stage.done())])
    with house.show(script) as seat:
        opener = seat.card.get_by_role("button", name=BUTTON)
        opener.focus()
        seat.page.keyboard.press("Enter")
        expect(seat.card.locator("#panel-title")).to_be_focused()
        seat.page.keyboard.press("Tab")
        expect(_group(seat.card, "Due date").get_by_label("Here")).to_be_focused()
        seat.page.keyboard.press("ArrowDown")
        expect(_group(seat.card, "Due date").get_by_label("QuickBooks")).to_be_checked()
        for _ in range(4):
            seat.page.keyboard.press("Tab")
        expect(seat.card.locator(".panel").get_by_role("button", name=BUTTON)).to_be_focused()
        seat.page.keyboard.press("Enter")
        expect(seat.title).to_have_text(re.compile("^Synced"))

        assert _asked(house)[0]["winners"]["due_date"] == "quickbooks"


@pytest.mark.requirement("H-34", "T-18")
def test_what_changed_meanwhile_is_shown_before_it_can_be_chosen(house: Theatre) -> None:
    refusal = {"code": "preview.outdated", "finding": stage.finding("preview.outdated", "held", sentence=OUTDATED)}
    script = Script(record=diverged(), fix_refusal=(409, refusal))
    with house.show(script) as seat:
        seat.press(BUTTON)
        now = row("customer_memo", "Message on invoice", "Ring once", "by another hand")
        script.record = diverged(seen="versions-2", compare=[now])
        _send(seat)

        expect(seat.card.get_by_role("alert")).to_have_text(OUTDATED)
        expect(_group(seat.card, "Message on invoice").get_by_text("by another hand")).to_be_visible()
        script.fix_refusal = None
        script.acts, script.after = [(0.0, stage.done())], stage.synced()
        _send(seat)
        expect(seat.title).to_have_text(re.compile("^Synced"))

        assert [asked["seen"] for asked in _asked(house)] == ["versions-1", "versions-2"]


def test_where_nothing_is_left_to_choose_the_card_shows_what_there_is(house: Theatre) -> None:
    script = Script(record=diverged(), fix_refusal=(409, {"code": "preview.outdated", "detail": OUTDATED}))
    with house.show(script) as seat:
        seat.press(BUTTON)
        script.record = stage.synced()
        _send(seat)

        expect(seat.title).to_have_text(re.compile("^Synced"))


def test_the_form_can_be_used_by_everybody_in_every_look(house: Theatre) -> None:
    with house.show(Script(record=diverged())) as seat:
        seat.press(BUTTON)
        for theme, width in LOOKS:
            seat.wear(theme=theme, width=width)

            keep_picture(seat, f"choice-{width}-{theme}")
            assert seat.card.locator("html").evaluate("(root) => root.scrollWidth <= root.clientWidth")
            assert serious_violations(seat.page) == []
        assert seat.said == []


@pytest.fixture
def books(make_settings: Any, simulator: Simulator, tmp_path: Path) -> Iterator[NeutralStage]:
    """An installation whose sync asks when both sides changed."""
    with set_up(make_settings(allow_private_sources=True), simulator, tmp_path) as books:
        books.rules(qbo_edit_of_source_doc="conflict_rule", conflict="ask")
        yield books


@contextmanager
def _at_the_shop(books: NeutralStage, page: Page, invoice_id: str) -> Iterator[FrameLocator]:
    """The invoice's page with its card, served by the web process, and a worker behind it."""
    with (
        serving(create_app(books.services.settings, bell=SilentBell()), host=WIDGET_HOST) as widget,
        serving(page_app(widget), host=PAGE_HOST) as address,
        books.working(),
    ):
        key = keys.create_widget_key(
            books.services, books.organization_id, books.account_id, name="shop", origins=[address]
        )
        web = Web(address=widget, widget_key=key, clock=Clock())
        page.goto(f"{address}/?{urlencode({'token': web.token(invoice_id), 'width': 640})}")
        yield page.frame_locator("qbo-sync iframe")
        web.close()


@pytest.mark.requirement("H-34", "B-9", "T-12")
def test_on_the_invoices_own_page_quickbooks_keeps_its_memo_and_gets_the_rest(
    books: NeutralStage, house: Theatre
) -> None:
    invoice = books.make(memos={"note": "Ring once"})
    books.sync(invoice["id"])
    document = books.invoice(invoice["number"])
    version = {name: document[name] for name in ("Id", "SyncToken", "CustomerRef")}
    books.person("Invoice", {**version, "sparse": True, "CustomerMemo": {"value": "by hand"}})
    books.change(invoice["id"], fees=[{"name": "Freight", "kind": "shipping", "amount": "7.77"}])
    books.sync(invoice["id"])

    context = house.browser.new_context()
    with _at_the_shop(books, context.new_page(), invoice["id"]) as card:
        expect(card.get_by_role("heading", level=1)).to_have_text("Edited in QuickBooks")
        expect(card.get_by_role("table", name="What differs")).to_contain_text("by hand")
        press(card, card.get_by_role("button", name=BUTTON))
        _group(card, "Message on invoice").get_by_label("QuickBooks").check()
        press(card, card.locator(".panel").get_by_role("button", name=BUTTON))
        expect(card.get_by_role("heading", level=1)).to_contain_text("Synced", timeout=20_000)
    context.close()

    document = books.invoice(invoice["number"])
    assert document["CustomerMemo"]["value"] == "by hand"
    assert float(document["TotalAmt"]) == pytest.approx(177.77)
    assert books.sync(invoice["id"]).outcome == "unchanged"
