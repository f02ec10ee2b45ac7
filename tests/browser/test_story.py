"""The story as people live it, on the real demo: source, widget, QuickBooks and admin pages in one browser.

``PICTURES=folder`` keeps what people saw; ``README_PICTURE=1`` writes the picture of the README anew.
"""

import os
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect

from qbo_connector.cli.demo.widget_user import mint
from tests.integration.widget_api.stage.servers import PAGE_HOST, page_app
from tests.rig.accessible import wear
from tests.rig.demo import Demo, demo
from tests.rig.people import PATIENCE_MS, SETTLED_MS, Card, Clerk, Crowd, Keeper, Person, crowd
from tests.rig.web import serving

pytestmark = pytest.mark.browser

README_PICTURE = Path(__file__).parents[2] / "docs" / "images" / "widget.png"
LOOKS = (("narrow", "dark", 360, 740), ("wide", "light", 1280, 900))
NO_PAGE = "chrome-error://chromewebdata/"
STORAGE = """() => ["localStorage", "sessionStorage"].map((kind) => {
    try { window[kind].setItem("a", "b"); return "kept"; } catch (error) { return error.name; }
})"""


@pytest.fixture(scope="module")
def house(rig_folder: Path) -> Iterator[Demo]:
    with demo(rig_folder) as running:
        yield running


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Crowd]:
    wanted = os.environ.get("PICTURES")
    with crowd(chromium_path, Path(wanted) if wanted else None) as people:
        yield people


@pytest.fixture
def people(browser: Crowd) -> Iterator[Crowd]:
    yield browser
    browser.leave()


@pytest.fixture
def clerk(people: Crowd, house: Demo) -> Clerk:
    return people.enter(Clerk, house.shop_address)


@pytest.fixture
def keeper(people: Crowd, house: Demo) -> Keeper:
    keeper = people.enter(Keeper, house.web)
    keeper.sign_in(house.sign_in)
    return keeper


def cents(shown: str) -> Decimal:
    """ "$1,160.20" as an amount."""
    return Decimal(shown.strip().lstrip("-$").replace(",", ""))


@pytest.mark.requirement("T-10", "T-11", "T-12", "T-14", "T-15", "T-19", "T-23", "T-27", "T-29")
def test_an_invoice_is_written_sent_previewed_synced_changed_and_updated(
    house: Demo, people: Crowd, clerk: Clerk, keeper: Keeper
) -> None:
    number = "S-100"
    _write(clerk, number)
    people.picture(clerk, "story-1-written")
    clerk.press("Save")
    assert "Sync to QuickBooks" not in clerk.open_gear(), "a draft offers no sync"
    people.picture(clerk, "story-2-draft")

    _send(clerk, to="anybody@made-up.example")
    card = clerk.open_widget()
    card.says("Ready to sync")
    card.press("Preview")
    card.shows("Equal to the cent in QuickBooks.")
    totals = _totals(card)
    created = card.inside.locator(".creates li").all_inner_texts()
    people.picture(clerk, "story-3-preview")
    assert totals["Total"] == cents(clerk.total())
    # 10.20 and 1.00 off the lines, then 2.5 % off the 162.80 that are left: one sum.
    assert totals["Discount"] == Decimal("15.27")
    assert {"Customer Quay Books", "Item Linen Apron (S)", "Item Linen Apron (L)"} <= set(created)
    assert house.books.find("Invoice", DocNumber=number) == [], "the preview writes nothing"

    house.simulator.arm({"match": {"method": "POST", "path": "/invoice"}, "times": 1, "after_s": 1})
    card.note_words()
    card.press("Sync to QuickBooks")
    card.says("Synced to QuickBooks")
    card.shows(f"{number} in Get paid & pay")
    assert any(re.match(f"Creating invoice {number}", words) for words in card.words())
    expect(clerk.page.get_by_role("heading", name="Synced to QuickBooks")).to_be_visible(timeout=PATIENCE_MS)
    people.picture(clerk, "story-4-synced")
    first = house.books.invoice(number)
    assert Decimal(str(first["TotalAmt"])) == totals["Total"]
    books = card.open_in_quickbooks()
    expect(books.get_by_role("heading", name=f"Invoice {number}")).to_be_visible()
    books.close()

    clerk.edit(notes="Ring twice", line_quantity="4")
    card = clerk.open_widget()
    card.says("since the last sync")
    card.press("Preview changes")
    expect(card.inside.get_by_role("cell", name="Ring twice").first).to_be_visible(timeout=PATIENCE_MS)
    people.picture(clerk, "story-5-changes")
    card.press("Update in QuickBooks")
    card.says("Synced to QuickBooks")
    updated = house.books.invoice(number)
    assert updated["Id"] == first["Id"]
    assert Decimal(str(updated["TotalAmt"])) == cents(clerk.total()) > totals["Total"]

    keeper.find_record(number)
    expect(keeper.page.get_by_role("heading", name=f"Invoice {number}")).to_be_visible()
    expect(keeper.page.locator("main").get_by_text("Synced to QuickBooks.")).to_have_count(
        3
    )  # the banner, and twice
    people.picture(keeper, "story-6-record")
    keeper.is_content()
    keeper.follow("What was sent")
    keeper.is_content()
    assert clerk.complaints == []


@pytest.mark.requirement("T-18", "T-20", "T-24")
def test_a_taken_number_is_explained_and_changed_and_the_next_try_is_green(
    house: Demo, people: Crowd, clerk: Clerk
) -> None:
    house.books.invoice_by_hand("S-200")
    invoice = house.shop.make_fresh("Taken", number="S-200")
    clerk.go(f"/invoices/{invoice['id']}")
    card = clerk.open_widget()
    card.press("Sync to QuickBooks")
    card.says("Could not be synced")
    expect(card.finding).to_contain_text("S-200 is already used")
    card.shows("Change the number in Thrive Inventory and sync again")
    people.picture(clerk, "taken-1-refused")

    clerk.go(f"/invoices/{invoice['id']}")
    clerk.edit(number="S-201")
    card = clerk.open_widget()
    card.press("Try again")
    card.says("Synced to QuickBooks")
    people.picture(clerk, "taken-2-green")

    assert len(house.books.find("Invoice", DocNumber="S-200")) == 1
    assert Decimal(str(house.books.invoice("S-201")["TotalAmt"])) == cents(clerk.total())
    assert clerk.complaints == []


@pytest.mark.requirement("T-21")
def test_an_item_switched_off_is_switched_on_by_the_button_of_an_admin(
    house: Demo, people: Crowd, clerk: Clerk, keeper: Keeper
) -> None:
    invoice = house.shop.make_fresh("Asleep", number="S-300")
    clerk.go(f"/invoices/{invoice['id']}")
    card = clerk.open_widget()
    card.press("Sync to QuickBooks")
    card.says("Synced to QuickBooks")
    house.books.switch_off("Item", Name="Asleep Lamp")
    house.shop.make(number="S-301", lines=[{"product_id": invoice["items"][0]["product_id"], "quantity": "1"}])

    clerk.go("/")
    clerk.follow("S-301")
    card = clerk.open_widget()
    card.press("Sync to QuickBooks")
    card.says("Could not be synced")
    expect(card.finding).to_contain_text("is inactive in")
    card.shows("Ask an admin")
    people.picture(clerk, "asleep-1-refused")
    keeper.find_record("S-301")
    people.picture(keeper, "asleep-2-record")
    keeper.press("Make the item active again")
    keeper.is_told("Synced to QuickBooks.")
    people.picture(keeper, "asleep-3-repaired")

    assert house.books.find("Item", Name="Asleep Lamp")[0]["Active"] is True
    assert Decimal(str(house.books.invoice("S-301")["TotalAmt"])) == cents(clerk.total())


@pytest.fixture
def cautious(people: Crowd, house: Demo, whole_chromium_path: str) -> Iterator[Clerk]:
    """A clerk whose browser gives no storage to frames of other sites."""
    with people.elsewhere(whole_chromium_path) as others:
        yield others.enter(Clerk, house.shop_address)


def test_the_card_works_on_another_site_without_storage_and_without_cookies(house: Demo, cautious: Clerk) -> None:
    clerk = cautious
    assert urlsplit(house.web).hostname != urlsplit(house.shop_address).hostname
    invoice = house.shop.make_fresh("Apart", number="S-400")
    clerk.go(f"/invoices/{invoice['id']}")
    card = clerk.open_widget()
    assert clerk.page.frames[1].evaluate(STORAGE) == ["SecurityError", "SecurityError"], "storage is blocked"

    card.press("Sync to QuickBooks")
    card.says("Synced to QuickBooks")

    ours = [answer for answer in clerk.answers if answer.url.startswith(house.web)]
    assert len(ours) > 5
    assert [answer.url for answer in ours if answer.header_value("set-cookie")] == []
    assert [answer.url for answer in ours if answer.request.header_value("cookie")] == []
    assert clerk.page.context.cookies(house.web) == []
    assert clerk.complaints == [], "neither policy was offended"


def test_a_page_of_an_unknown_origin_cannot_frame_the_card(house: Demo, people: Crowd) -> None:
    invoice = house.shop.make_fresh("Elsewhere", number="S-500")
    token = mint(house.widget_key, invoice["id"])
    with serving(page_app(house.web), host=PAGE_HOST) as elsewhere:
        stranger = people.enter(Person, elsewhere)
        with (
            stranger.page.expect_console_message(lambda line: "frame-ancestors" in line.text),
            stranger.page.expect_event("framenavigated", lambda frame: frame.url == NO_PAGE),
        ):
            stranger.go(f"/?{urlencode({'token': token})}")


def test_a_new_organization_gets_from_nothing_to_its_first_sync(
    house: Demo, people: Crowd, keeper: Keeper
) -> None:
    company = house.simulator.add_company()
    keeper.go("/organizations")
    keeper.page.get_by_label("Name").fill("Second Shop")
    keeper.press("Found it")
    keeper.follow("Overview")
    expect(keeper.page.get_by_role("heading", name="Three steps to the first synced invoice")).to_be_visible()
    people.picture(keeper, "first-run-1-steps")
    keeper.is_content()

    keeper.press("Connect QuickBooks")
    keeper.page.wait_for_url(f"{house.simulator.base_url}/**")
    people.picture(keeper, "first-run-2-consent")
    keeper.page.locator(f"[name=realm_id][value='{company['realm_id']}']").check()
    keeper.press("Connect")
    keeper.page.wait_for_url(f"{house.web}/**")

    keeper.follow("Choose a source")
    keeper.follow("Look at it")
    keeper.press("Install")
    _fill_in_source(keeper, house, api_key="no-such-key")
    keeper.press("Try and save")
    expect(keeper.page.get_by_text("Nothing was saved")).to_be_visible()
    people.picture(keeper, "first-run-3-wrong-key")
    _fill_in_source(keeper, house, api_key=_api_key(keeper.page, house))
    keeper.press("Try and save")
    keeper.follow("Set the rules")
    people.picture(keeper, "first-run-4-rules")
    keeper.press("Review")
    people.picture(keeper, "first-run-5-review")
    keeper.press("Start the sync")
    expect(keeper.page.get_by_role("heading", name="Overview", exact=True)).to_be_visible()

    keeper.follow("QuickBooks")
    expect(keeper.page.get_by_text("Location tracking is on")).to_be_visible()
    people.picture(keeper, "first-run-6-checks")
    keeper.follow("Records")
    expect(keeper.page.get_by_text("No records yet")).to_be_visible()
    people.picture(keeper, "first-run-7-records")
    assert keeper.complaints == []


def test_every_page_of_the_source_can_be_read_by_anybody(clerk: Clerk, house: Demo, people: Crowd) -> None:
    invoice = house.shop.make()
    for path in ("/", "/invoices/new", f"/invoices/{invoice['id']}", "/products", "/customers",
                 "/settings/accounting", "/settings/developers"):  # fmt: skip
        clerk.go(path)
        name = path.strip("/").replace(invoice["id"], "one").replace("/", "-") or "invoices"
        _look_at(clerk, people, name)
    clerk.go(f"/invoices/{invoice['id']}")
    card = clerk.open_widget()
    card.press("Preview")
    card.shows("Equal to the cent in QuickBooks.")
    _look_at(clerk, people, "widget")


@pytest.mark.skipif("README_PICTURE" not in os.environ, reason="the picture is written only when asked for")
def test_the_picture_of_the_readme_is_taken(house: Demo, people: Crowd) -> None:
    clerk = people.enter(Clerk, house.shop_address, viewport={"width": 760, "height": 1500})
    invoice = house.shop.make(number="W-1050", discount_type="percent", discount_value="2.5", tax_rate="8.875")
    clerk.go(f"/invoices/{invoice['id']}")
    card = clerk.open_widget()
    card.press("Preview")
    card.shows("Equal to the cent in QuickBooks.")
    clerk.page.wait_for_timeout(SETTLED_MS)
    box = clerk.page.locator("#sync-panel").bounding_box()
    assert box is not None
    README_PICTURE.parent.mkdir(exist_ok=True)
    height = box["y"] + box["height"] + 24
    clerk.page.screenshot(path=README_PICTURE, clip={"x": 0, "y": 0, "width": 760, "height": height})


def _look_at(clerk: Clerk, people: Crowd, name: str) -> None:
    """The page follows when the window or the system's scheme changes."""
    for window, scheme, width, height in LOOKS:
        wear(clerk.page, scheme=scheme, width=width, height=height)
        people.picture(clerk, f"source-{window}-{scheme}-{name}")
        clerk.is_content()


def _write(clerk: Clerk, number: str) -> None:
    """Two variants, a discount of either kind on the lines, and one on the invoice."""
    clerk.add_customer("Quay Books", "orders@quay.example")
    clerk.write_invoice(
        number,
        customer="Quay Books",
        lines=[
            {"product": "Linen Apron · S", "quantity": "3", "discount": "10"},
            {"product": "Linen Apron · L", "quantity": "2", "kind": "$", "discount": "1.00"},
        ],
        discount_value="2.5",
        tax_rate="8.875",
        shipping_amount="12.00",
    )


def _send(clerk: Clerk, *, to: str) -> None:
    clerk.page.keyboard.press("Escape")
    clerk.page.locator("#send summary").click()
    clerk.page.get_by_label("To").fill(to)
    clerk.press("Send")
    expect(clerk.page.get_by_text(f"Sent to {to}.")).to_be_visible()


def _totals(card: Card) -> dict[str, Decimal]:
    names = card.inside.locator(".totals dt").all_inner_texts()
    return dict(zip(names, map(cents, card.inside.locator(".totals dd").all_inner_texts()), strict=True))


def _fill_in_source(keeper: Keeper, house: Demo, *, api_key: str) -> None:
    keeper.page.locator("[name=base_url]").fill(house.shop_address)
    keeper.page.locator("[name=api_key]").fill(api_key)


def _api_key(page: Page, house: Demo) -> str:
    """What a person copies from the source's own settings page, in another tab."""
    tab = page.context.new_page()
    tab.goto(f"{house.shop_address}/settings/developers")
    key = tab.locator("dt:text-is('API key') + dd").inner_text()
    tab.close()
    return key
