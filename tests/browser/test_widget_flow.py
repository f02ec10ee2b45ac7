"""What the card does when its buttons are pressed, by mouse and by keyboard, on good days and bad."""

import re
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.integration.widget_api.stage import script as stage
from tests.integration.widget_api.stage.script import Script
from tests.integration.widget_api.stage.service import token
from tests.integration.widget_api.stage.theatre import Seat, Theatre, theatre
from tests.rig.pressing import press

pytestmark = pytest.mark.browser

GOOD = [
    (0.0, stage.act("queued")),
    (0.1, stage.act("running", phase="Creating customer Acme…")),
    (0.6, stage.done()),
]
MISSING = stage.finding(
    "customer.missing",
    "failing-needs-person",
    sentence="No customer in QuickBooks has the contact's e-mail ap@acme.example.",
    fixes=[
        stage.fix("link_customer", "Link to a customer", inputs=[{"name": "qbo_customer_id", "value": None}]),
        stage.fix(
            "create_customer",
            "Create the customer",
            inputs=[{"name": "display_name", "value": "Acme"}, {"name": "email", "value": "ap@acme.example"}],
        ),
        stage.fix("check_again", "Check again"),
    ],
)


@pytest.fixture(scope="module")
def house(chromium_path: str) -> Iterator[Theatre]:
    with theatre(chromium_path) as opened:
        yield opened


def _ready(**changes: Any) -> Script:
    return Script(
        record=stage.record("ready"), after=stage.synced(), acts=GOOD, preview=stage.preview(), **changes
    )


def _asked(house: Theatre, name: str) -> list[stage.Json]:
    return [body for asked, body in house.stage.asked if asked == name]


def _announced(seat: Seat) -> str:
    return seat.card.get_by_role("status").inner_text()


def _panel_button(seat: Seat, name: str) -> Locator:
    return seat.card.locator(".panel").get_by_role("button", name=name, exact=True)


@pytest.mark.requirement("T-19", "T-12")
def test_one_click_syncs_and_tells_the_page(house: Theatre) -> None:
    script = _ready()
    script.acts = [*GOOD[:2], (2.0, stage.done())]
    with house.show(script) as seat:
        seat.press("Sync to QuickBooks")
        expect(seat.card.get_by_text("Creating customer Acme…").first).to_be_visible()
        expect(seat.title).to_have_text(re.compile("^Synced"))

        assert _announced(seat) == "Synced to QuickBooks as number W-1042"
        assert seat.wait_until_heard("synced") == {
            "outcome": "synced",
            "number": "W-1042",
            "url": stage.QUICKBOOKS["url"],
        }
        assert [name for name, _ in seat.heard()] == ["ready", "synced"]
        (asked,) = _asked(house, "sync")
        assert asked["intent"] == "push"
        assert len(asked["key"]) == 32


@pytest.mark.requirement("T-17")
def test_the_first_sync_says_that_it_takes_a_little_longer(house: Theatre) -> None:
    script = Script(
        record=stage.record("ready", first_sync=True), acts=[(0, stage.act("running", phase="Reading…"))]
    )
    with house.show(script) as seat:
        expect(seat.card.get_by_text("The first sync takes a little longer.")).to_be_visible()
        seat.press("Sync to QuickBooks")

        expect(seat.title).to_have_text("Syncing to QuickBooks")
        expect(
            seat.card.get_by_text("The first sync takes a little longer. You may leave this page.")
        ).to_be_visible()


def test_whoever_comes_back_finds_the_sync_under_way(house: Theatre) -> None:
    script = Script(
        record=stage.record("syncing", operation="op-7"), after=stage.synced(), acts=GOOD, running="op-7"
    )
    with house.show(script, wait=False) as seat:
        expect(seat.title).to_have_text(re.compile("^Synced"))

        assert any("/operations/op-7?" in request.url for request in seat.requested)


def test_waiting_says_when_it_goes_on_by_itself(house: Theatre) -> None:
    waiting = stage.act("waiting", retry_at="2026-11-22T14:05:00Z")
    with house.show(Script(record=stage.record("ready"), acts=[(0, waiting)])) as seat:
        seat.press("Sync to QuickBooks")

        expect(seat.card.locator(".sub")).to_have_text("QuickBooks is busy; we go on by ourselves at 14:05.")


@pytest.mark.requirement("T-1", "T-15")
def test_the_preview_shows_lines_discount_total_and_what_is_created(house: Theatre) -> None:
    with house.show(_ready()) as seat:
        seat.press("Preview")
        panel = seat.card.locator(".preview")

        expect(panel.get_by_role("heading", name="What QuickBooks will get")).to_be_focused()
        text = panel.inner_text()
        for shown in ("48 × $24.00", "-$116.00", "$1,250.00", "Equal to the cent", "Customer Acme Retail LLC"):
            assert shown in text
        press(seat.card, panel.get_by_text("Fields and where they go"))
        assert panel.get_by_role("row", name="Due date Due date Dec 21, 2026").is_visible()


def test_what_was_previewed_is_what_is_sent(house: Theatre) -> None:
    with house.show(_ready()) as seat:
        seat.press("Preview")
        press(seat.card, _panel_button(seat, "Sync to QuickBooks"))
        expect(seat.title).to_have_text(re.compile("^Synced"))

        assert _asked(house, "sync")[0]["plan_fingerprint"] == "plan-1"


def test_a_preview_that_comes_late_does_not_cover_the_sync_that_was_pressed_meanwhile(house: Theatre) -> None:
    held = Event()
    with house.show(_ready(preview_held=held)) as seat:
        seat.press("Preview")
        seat.press("Sync to QuickBooks")
        held.set()
        expect(seat.title).to_have_text(re.compile("^Synced"))

        assert seat.card.locator(".panel").count() == 0
        assert "plan_fingerprint" not in _asked(house, "sync")[0]


def test_a_preview_that_no_longer_holds_is_shown_anew(house: Theatre) -> None:
    outdated = {
        "code": "preview.outdated",
        "finding": stage.finding("preview.outdated", "held", sentence="Look again."),
    }
    with house.show(_ready(refusal=(409, outdated))) as seat:
        seat.press("Preview")
        press(seat.card, _panel_button(seat, "Sync to QuickBooks"))

        expect(seat.card.locator(".notice").first).to_have_text("Look again.")
        assert len(_asked(house, "preview")) == 2


def test_a_refused_sync_shows_its_reason(house: Theatre) -> None:
    with house.show(_ready(refusal=(422, {"code": MISSING["code"], "finding": MISSING}))) as seat:
        seat.press("Sync to QuickBooks")

        expect(seat.card.get_by_role("heading", name=MISSING["sentence"])).to_be_visible()
        assert seat.wait_until_heard("failed") == {
            "outcome": "refused",
            "code": "customer.missing",
            "sentence": MISSING["sentence"],
        }


def test_changes_since_the_last_sync_are_shown_before_they_are_sent(house: Theatre) -> None:
    script = Script(
        record=stage.record("changed", changes=1, quickbooks=stage.QUICKBOOKS),
        after=stage.synced(),
        acts=GOOD,
        preview=stage.preview(
            decision="update", changes=[{"field": "Due date", "before": "Dec 1", "now": "Dec 21"}]
        ),
    )
    with house.show(script) as seat:
        expect(seat.title).to_have_text("1 change since the last sync")
        seat.press("Preview changes")
        expect(seat.card.get_by_role("row", name="Due date Dec 1 Dec 21")).to_be_visible()
        seat.press("Update in QuickBooks")

        expect(seat.title).to_have_text(re.compile("^Synced"))


@pytest.mark.parametrize(("button", "intent"), [("Update existing", "update"), ("Create new", "create_copy")])
@pytest.mark.requirement("P-20")
def test_a_copied_invoice_is_updated_or_copied_again(house: Theatre, button: str, intent: str) -> None:
    copies = [
        {"ordinal": 1, "number": "W-1042", "url": "https://qbo.example/1", "synced_at": "2026-11-20T08:00:00Z"}
    ]
    copied = stage.record("copied", copies=copies, actions=["preview", "update", "create_copy"])
    with house.show(Script(record=copied, after=stage.synced(), acts=GOOD)) as seat:
        seat.press(button)
        expect(seat.title).to_have_text(re.compile("^Synced"))

        assert _asked(house, "sync")[0]["intent"] == intent


def test_undo_is_asked_about_first(house: Theatre) -> None:
    script = Script(record=stage.synced(), after=stage.record("ready"), acts=GOOD)
    with house.show(script) as seat:
        seat.press("Undo")
        assert seat.card.get_by_role("heading", name="Undo the last sync?").is_visible()
        assert _asked(house, "undo") == []
        seat.press("Undo the sync")

        expect(seat.title).to_have_text("Ready to sync")
        assert len(_asked(house, "undo")) == 1


def test_a_customer_is_found_picked_and_linked_by_keyboard(house: Theatre) -> None:
    script = Script(
        record=stage.record("failing", finding=MISSING),
        after=stage.synced(),
        acts=GOOD,
        choices=[{"id": "7", "name": "Acme Retail"}, {"id": "8", "name": "Acorn"}, {"id": "9", "name": "Bright"}],
    )
    with house.show(script) as seat:
        keys = seat.page.keyboard
        seat.card.get_by_role("button", name="Link to a customer").focus()
        keys.press("Enter")
        box = seat.card.get_by_role("combobox")
        keys.press("Tab")
        expect(box).to_be_focused()
        keys.type("ac")
        expect(seat.card.get_by_role("option")).to_have_count(2)
        keys.press("ArrowDown")
        keys.press("ArrowDown")
        keys.press("Enter")
        assert box.input_value() == "Acorn"
        keys.press("Enter")
        expect(seat.title).to_have_text(re.compile("^Synced"))

        assert _asked(house, "fixes")[0]["inputs"] == {"qbo_customer_id": "8"}


def test_what_was_typed_but_not_picked_is_not_sent(house: Theatre) -> None:
    script = Script(record=stage.record("failing", finding=MISSING), choices=[{"id": "7", "name": "Acme Retail"}])
    with house.show(script) as seat:
        seat.press("Link to a customer")
        seat.card.get_by_role("combobox").fill("Nobody")
        press(seat.card, seat.card.get_by_role("button", name="Link to a customer"))
        seat.page.wait_for_timeout(300)

        assert _asked(house, "fixes") == []


def test_prefilled_answers_can_be_changed_before_they_are_sent(house: Theatre) -> None:
    script = Script(record=stage.record("failing", finding=MISSING), after=stage.synced(), acts=GOOD)
    with house.show(script) as seat:
        seat.press("Create the customer")
        seat.card.get_by_label("Name in QuickBooks").fill("Acme Retail LLC")
        seat.press("Create the customer")
        expect(seat.title).to_have_text(re.compile("^Synced"))

        assert _asked(house, "fixes")[0]["inputs"] == {
            "display_name": "Acme Retail LLC",
            "email": "ap@acme.example",
        }


def _options(*values: str) -> list[stage.Json]:
    return [{"value": value, "label": f"Field {value}" if value else "Choose a field"} for value in values]


@pytest.mark.requirement("H-37")
def test_a_mapping_is_mended_from_lists_that_come_with_the_finding(house: Theatre) -> None:
    inputs = [
        {"name": "source_field", "value": "number", "answered": False, "choices": _options("number", "terms")},
        {"name": "target_field", "value": None, "answered": False, "choices": _options("", "ship_method")},
        {"name": "remove", "value": "no", "answered": False, "choices": _options("no", "yes")},
        {"name": "subject", "value": "custom:1", "answered": True},
    ]
    gone = stage.finding(
        "field.mapping_gone", "held", fixes=[stage.fix("map_field", "Fix the mapping", inputs=inputs)]
    )
    script = Script(record=stage.record("held", finding=gone), after=stage.synced(), acts=GOOD)
    with house.show(script) as seat:
        seat.press("Fix the mapping")
        expect(seat.card.get_by_label("Field in the source")).to_have_value("number")
        seat.card.get_by_label("Field in QuickBooks").select_option("ship_method")
        press(seat.card, _panel_button(seat, "Fix the mapping"))
        expect(seat.title).to_have_text(re.compile("^Synced"))

        assert _asked(house, "fixes")[0]["inputs"] == {
            "source_field": "number",
            "target_field": "ship_method",
            "remove": "no",
            "subject": "custom:1",
        }


def test_a_refused_answer_stays_in_its_form(house: Theatre) -> None:
    script = Script(
        record=stage.record("failing", finding=MISSING),
        fix_refusal=(422, {"code": "x", "detail": "The name is taken."}),
    )
    with house.show(script) as seat:
        seat.press("Create the customer")
        seat.press("Create the customer")

        expect(seat.card.get_by_role("alert")).to_have_text("The name is taken.")
        assert seat.card.get_by_label("Name in QuickBooks").is_visible()


def test_sides_are_chosen_field_by_field(house: Theatre) -> None:
    diverged = stage.finding(
        "qbo.edited_externally", "held", fixes=[stage.fix("merge_fields", "Choose field by field")]
    )
    compare = [
        {"field": "Total", "source": "1", "quickbooks": "2"},
        {"field": "Memo", "source": "", "quickbooks": "x"},
    ]
    script = Script(
        record=stage.record("held", finding=diverged, compare=compare), after=stage.synced(), acts=GOOD
    )
    with house.show(script) as seat:
        seat.press("Choose field by field")
        seat.card.get_by_role("group", name="Memo").get_by_label("QuickBooks").check()
        seat.press("Choose field by field")
        expect(seat.title).to_have_text(re.compile("^Synced"))

        assert _asked(house, "fixes")[0]["inputs"] == {"winners": {"Total": "source", "Memo": "quickbooks"}}


def test_escape_closes_what_was_opened_and_focus_returns(house: Theatre) -> None:
    with house.show(_ready()) as seat:
        preview = seat.card.get_by_role("button", name="Preview")
        preview.focus()
        seat.page.keyboard.press("Enter")
        expect(seat.card.locator("#panel-title")).to_be_focused()
        seat.page.keyboard.press("Escape")

        expect(seat.card.locator(".panel")).to_have_count(0)
        expect(preview).to_be_focused()


def test_focus_is_not_lost_when_the_pressed_button_goes_away(house: Theatre) -> None:
    with house.show(_ready()) as seat:
        seat.card.get_by_role("button", name="Sync to QuickBooks").focus()
        seat.page.keyboard.press("Enter")
        expect(seat.title).to_have_text(re.compile("^Synced"))

        expect(seat.title).to_be_focused()


@pytest.mark.requirement("T-18")
def test_a_failed_sync_can_be_tried_again(house: Theatre) -> None:
    failed = stage.record("failing", finding=MISSING, actions=["preview", "retry"])
    acts = [(0.0, stage.act("running")), (0.1, stage.act("done", outcome="failed", finding=MISSING))]
    with house.show(Script(record=stage.record("ready"), after=failed, acts=acts)) as seat:
        seat.press("Sync to QuickBooks")
        expect(seat.title).to_have_text("Could not be synced")
        assert seat.wait_until_heard("failed")["code"] == "customer.missing"
        assert _announced(seat) == MISSING["sentence"]
        seat.press("Try again")

        expect(seat.title).to_have_text("Could not be synced")
        assert len({asked["key"] for asked in _asked(house, "sync")}) == 2


def test_a_lost_service_is_said_and_the_press_is_sent_once(house: Theatre) -> None:
    with house.show(_ready()) as seat:
        house.stage.is_down = True
        seat.press("Sync to QuickBooks")
        expect(seat.title).to_have_text("Sync service not answering")
        house.stage.is_down = False
        seat.press("Try now")
        expect(seat.title).to_have_text(re.compile("^Synced"))

        assert len({asked["key"] for asked in _asked(house, "sync")}) == 1


def test_being_offline_is_said_and_ends_by_itself(house: Theatre) -> None:
    with house.show(_ready()) as seat:
        seat.page.context.set_offline(True)
        seat.press("Sync to QuickBooks")
        expect(seat.title).to_have_text("You are offline")
        seat.page.context.set_offline(False)

        expect(seat.title).to_have_text(re.compile("^Synced"), timeout=10_000)


def test_an_ended_session_asks_the_page_for_a_token_and_goes_on(house: Theatre) -> None:
    with house.show(_ready()) as seat:
        house.stage.sessions.clear()
        seat.press("Sync to QuickBooks")
        assert seat.wait_until_heard("token-needed") == {"reason": "token_expired"}
        expect(seat.title).to_have_text("Signing in again")
        seat.page.evaluate("(token) => document.querySelector('qbo-sync').setAttribute('token', token)", token())

        expect(seat.title).to_have_text(re.compile("^Synced"))


def test_without_a_fresh_token_the_person_is_told_to_reload(house: Theatre) -> None:
    with house.show(_ready(), token=token(exp=1), wait=False) as seat:
        assert seat.wait_until_heard("token-needed") == {"reason": "token_expired"}

        expect(seat.title).to_have_text("Please reload this page", timeout=12_000)
        assert seat.card.get_by_role("button", name="Try again").is_visible()


def test_a_token_of_another_record_shows_that_record(house: Theatre) -> None:
    with house.show(_ready()) as seat:
        house.stage.script.record = stage.record("ready", document=stage.DOCUMENT | {"number": "W-2000"})
        seat.page.evaluate(
            "(token) => document.querySelector('qbo-sync').setAttribute('token', token)", token(external_id="2000")
        )

        expect(seat.card.locator(".sub")).to_contain_text("W-2000")
        assert [name for name, _ in seat.heard()] == ["ready", "ready"]


def test_a_panel_that_opens_below_the_window_comes_into_sight(house: Theatre) -> None:
    with house.show(_ready(), height=190) as seat:
        seat.press("Preview")

        expect(seat.card.get_by_role("heading", name="What QuickBooks will get")).to_be_in_viewport()


def test_a_button_that_is_taken_away_under_the_finger_fails_the_press(house: Theatre) -> None:
    with house.show(_ready(), alone=True) as seat:
        seat.card.get_by_role("button", name="Preview").evaluate(
            "(it) => it.addEventListener('pointerdown', () => it.replaceWith(it.cloneNode(true)))"
        )
        with pytest.raises(AssertionError, match="took its button away"):
            seat.press("Preview")
