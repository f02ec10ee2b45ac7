"""The card on real parts: a page of another site, the web process, the source, the simulator and a worker."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect, sync_playwright

from qbo_connector.app import create_app
from qbo_connector.config import Settings
from qbo_connector.jobs.bell import SilentBell
from qbo_connector.sync import keys
from qbo_connector.sync.shadow_switch import switch_pairing
from tests.integration.widget_api.doors import Clock, Web
from tests.integration.widget_api.stage.servers import PAGE_HOST, WIDGET_HOST, page_app
from tests.rig.browser import ARGUMENTS
from tests.rig.pressing import press
from tests.rig.stage import Stage
from tests.rig.web import serving

pytestmark = pytest.mark.browser


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A source's page with the card, and everything behind it."""

    stage: Stage
    web: Web
    page: Page
    address: str

    def open(self, invoice: dict[str, Any]) -> FrameLocator:
        """The invoice's page; its card."""
        query = urlencode({"token": self.web.token(invoice["id"]), "width": 640})
        self.page.goto(f"{self.address}/?{query}")
        return self.page.frame_locator("qbo-sync iframe")


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def shop(stage: Stage, settings: Settings, chromium: Browser) -> Iterator[Shop]:
    with (
        serving(create_app(settings, bell=SilentBell()), host=WIDGET_HOST) as widget,
        serving(page_app(widget), host=PAGE_HOST) as address,
        stage.working(),
    ):
        key = keys.create_widget_key(
            stage.services, stage.organization_id, stage.account_id, name="shop", origins=[address]
        )
        web = Web(address=widget, widget_key=key, clock=Clock())
        context = chromium.new_context()
        yield Shop(stage=stage, web=web, page=context.new_page(), address=address)
        context.close()
        web.close()


@pytest.mark.requirement("T-12", "T-14", "T-19", "T-23")
def test_an_invoice_is_synced_changed_and_updated_from_its_page(shop: Shop) -> None:
    invoice = shop.stage.source.make()
    card = shop.open(invoice)
    press(card, card.get_by_role("button", name="Sync to QuickBooks"))

    expect(card.get_by_role("heading", level=1)).to_contain_text("Synced", timeout=20_000)
    expect(card.get_by_text(f"{invoice['number']} in Get paid & pay")).to_be_visible()
    (first,) = shop.stage.quickbooks("Invoice", DocNumber=invoice["number"])

    shop.stage.source.change(invoice["id"], notes="Ring twice")
    card = shop.open(invoice)
    expect(card.get_by_role("heading", level=1)).to_have_text("1 change since the last sync")
    press(card, card.get_by_role("button", name="Preview changes"))
    expect(card.get_by_role("cell", name="Ring twice").first).to_be_visible()
    press(card, card.get_by_role("button", name="Update in QuickBooks"))

    expect(card.get_by_role("heading", level=1)).to_contain_text("Synced", timeout=20_000)
    (updated,) = shop.stage.quickbooks("Invoice", DocNumber=invoice["number"])
    assert updated["Id"] == first["Id"]
    assert updated["CustomerMemo"]["value"] == "Ring twice"


def test_in_shadow_mode_the_card_says_what_would_be_done_and_nothing_is_sent(shop: Shop) -> None:
    stage = shop.stage
    switch_pairing(stage.services, stage.organization_id, stage.pairing_id, on=True, asked_by="user:1")
    invoice = stage.source.make()
    card = shop.open(invoice)
    expect(card.get_by_text("Shadow mode is on").first).to_be_visible()
    press(card, card.get_by_role("button", name="Sync to QuickBooks"))

    expect(card.get_by_text("Would create the invoice in QuickBooks").first).to_be_visible(timeout=20_000)
    assert stage.writes() == []


@pytest.mark.requirement("T-10", "T-11", "T-16")
def test_a_draft_says_what_to_do_and_becomes_ready(shop: Shop) -> None:
    invoice = shop.stage.source.make(status="draft")
    card = shop.open(invoice)
    expect(card.get_by_role("heading", level=1)).to_have_text("Not ready to sync")
    expect(card.get_by_text("Send it in Thrive Inventory, to any address")).to_be_visible()
    shop.stage.source.change(invoice["id"], status="open")
    press(card, card.get_by_role("button", name="Check again"))

    expect(card.get_by_role("heading", level=1)).to_have_text("Ready to sync")


@pytest.mark.requirement("T-18", "T-20")
def test_a_taken_number_is_explained_and_changed_in_place(shop: Shop) -> None:
    first, second = shop.stage.source.make(number="W-77"), shop.stage.source.make(number="W-77")
    shop.stage.sync(first["id"])
    card = shop.open(second)
    press(card, card.get_by_role("button", name="Sync to QuickBooks"))
    expect(card.get_by_role("heading", level=1)).to_have_text("Could not be synced", timeout=20_000)
    expect(card.get_by_role("heading", level=2)).to_contain_text("W-77 is already used")
    press(card, card.get_by_role("button", name="Change the number"))
    card.get_by_label("Number", exact=True).fill("W-78")
    press(card, card.get_by_role("button", name="Change the number"))

    expect(card.get_by_role("heading", level=1)).to_contain_text("Synced", timeout=20_000)
    assert len(shop.stage.quickbooks("Invoice", DocNumber="W-78")) == 1
