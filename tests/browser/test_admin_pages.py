"""The admin's pages in a real browser: the first quarter of an hour, each page narrow, wide, light and dark."""

from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import delete

from qbo_connector.app import create_app
from qbo_connector.cli.demo.ports import free_port
from qbo_connector.sources.sandbox import SandboxOptions
from qbo_connector.store.numbers import DocumentNumber
from qbo_connector.store.states import Role
from qbo_connector.sync import members
from qbo_connector.web.wiring import KEY
from tests.rig.accessible import serious_violations, wear
from tests.rig.browser import ARGUMENTS
from tests.rig.templates import sharing_templates
from tests.rig.web import serving

pytestmark = pytest.mark.browser

EMAIL, PASSWORD = "ann@example.com", "correct horse battery"
MOST_CLICKS = 12
HEIGHT = 800
LOOKS = (("dark", 360), ("light", 1280))


@dataclass(kw_only=True)
class Visit:
    """One person at one browser; counts the clicks."""

    page: Page
    base: str
    clicks: int = 0
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path):
        answer = self.page.goto(f"{self.base}{path}")
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"

    def click(self, role, name):
        self.page.get_by_role(role, name=name, exact=True).first.click()
        self.clicks += 1

    def follow(self, role, name):
        """Click what leads to another page, and wait for that page."""
        with self.page.expect_navigation():
            self.click(role, name)

    def sign_in(self):
        self.go("/sign-in")
        self.page.get_by_label("E-mail").fill(EMAIL)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.click("button", "Sign in")
        self.page.wait_for_url(f"{self.base}/o/**")

    def is_sound_in_every_look(self):
        """The page follows when the window or the system's scheme changes."""
        for scheme, width in LOOKS:
            wear(self.page, scheme=scheme, width=width, height=HEIGHT)
            self.is_sound()

    def is_sound(self):
        """As assistive technology sees it nothing is seriously wrong, and nothing sticks out at the side."""
        assert serious_violations(self.page) == [], self.page.url
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), self.page.url
        assert self.complaints == [], self.page.url


@pytest.fixture
def base_url():
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture
def settings(make_settings, simulator, base_url):
    return make_settings(base_url=base_url)


@pytest.fixture
def services(settings, base_url):
    """The parts of an application that serves at ``base_url``."""
    app = sharing_templates(create_app(settings))
    with serving(app, port=int(base_url.rpartition(":")[2])):
        yield app.extensions[KEY]


@pytest.fixture(scope="module")
def chromium(chromium_path):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, base_url):
    """A window for one person, with nothing kept from before; told are a colour scheme and a width."""
    opened = []

    def begin(scheme="light", width=1280):
        opened.append(chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": HEIGHT}))
        return Visit(page=opened[-1].new_page(), base=base_url)

    yield begin
    for context in opened:
        context.close()


@pytest.fixture
def organization_id(services):
    user_id = members.create_user(services, email=EMAIL, password=PASSWORD, name="Ann Lee")
    organization_id = members.create_organization(services, name="Oak & Pine", owner_id=user_id)
    for name in ("beta", "plan"):
        members.grant(services, organization_id, "thrive", name, granted_by="test")
    return organization_id


@pytest.fixture
def copied(services):
    """What a person copies from the source's own settings page."""
    sandbox = services.registry.find("thrive").sandbox(SandboxOptions(seed="demo"))
    sandbox.start()
    yield dict(sandbox.describe().settings)
    sandbox.stop()


@pytest.fixture
def stage(stage, services):
    """A running sync with a synced and a failing invoice, seen by the same person."""
    user_id = members.create_user(services, email=EMAIL, password=PASSWORD, name="Ann Lee", is_operator=True)
    members.add_member(services, stage.organization_id, email=EMAIL, role=Role.OWNER)
    assert user_id
    first = stage.source.make(shipping_amount="12.00")
    stage.sync(first["id"])
    stage.sync(stage.source.make(number=first["number"])["id"])
    return stage


@pytest.mark.requirement("T-5", "C-23")
def test_from_signing_in_to_a_running_sync_in_a_few_clicks(visit, organization_id, copied, simulator):
    person = visit()

    person.sign_in()
    person.page.get_by_role("heading", name="Three steps to the first synced invoice").wait_for()
    person.is_sound()
    person.click("button", "Connect QuickBooks")
    person.page.wait_for_url(f"{simulator.base_url}/**")
    person.page.locator("[name=decision][value=approve]").click()
    person.clicks += 1
    person.follow("link", "Choose a source")
    person.is_sound()
    person.follow("link", "Look at it")
    person.is_sound()
    person.follow("button", "Install")
    person.page.locator("[name=base_url]").fill(copied["base_url"])
    person.page.locator("[name=api_key]").fill(copied["api_key"])
    person.is_sound()
    person.follow("button", "Try and save")
    person.follow("link", "Set the rules")
    person.is_sound()
    person.follow("button", "Review")
    person.is_sound()
    person.follow("button", "Start the sync")
    person.page.get_by_role("heading", name="Overview", exact=True).wait_for()

    assert person.page.get_by_text("is on.").is_visible()
    assert person.clicks <= MOST_CLICKS
    person.is_sound()


PATHS = (
    "/",
    "/records",
    "/records/1",
    "/records/1/preview",
    "/records/2",
    "/syncs",
    "/syncs/1",
    "/syncs/1/filters",
    "/syncs/1/fields",
    "/mappings/1",
    "/mappings/1/items",
    "/mappings/1/locations",
    "/mappings/1/taxes",
    "/quickbooks/1",
    "/quickbooks/1/disconnect",
    "/sources",
    "/sources/catalogue/thrive",
    "/sources/1",
    "/settings",
    "/settings/members",
    "/settings/widget-keys",
    "/settings/api-keys",
    "/settings/activity",
    "/settings/entitlements",
    "/doctor",
)


def test_every_page_is_sound_in_both_schemes_narrow_and_wide(visit, stage):
    person = visit()
    person.go("/sign-in")
    person.is_sound_in_every_look()
    person.sign_in()

    for path in PATHS:
        person.go(f"/o/{stage.organization_id}{path}")
        person.is_sound_in_every_look()


def test_whoever_wants_no_motion_sees_colours_change_at_once(visit, stage):
    person = visit()
    person.sign_in()
    person.go(f"/o/{stage.organization_id}/records")
    person.page.emulate_media(color_scheme="dark", reduced_motion="reduce")

    moving = person.page.evaluate(
        """() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(
            () => seen(document.getAnimations().map((each) => each.transitionProperty)))))"""
    )

    assert moving == []


@pytest.mark.requirement("H-41")
def test_a_filter_is_made_by_keyboard_and_its_effect_is_told_while_typing(visit, stage):
    person = visit()
    person.sign_in()
    person.go(f"/o/{stage.organization_id}/syncs/{stage.pairing_id}/filters")
    page = person.page

    page.get_by_role("button", name="Add a filter").press("Enter")
    page.get_by_label("Property").select_option(label="Customer: name")
    page.get_by_label("Criterion").locator("option", has_text="contains").first.wait_for(state="attached")
    page.get_by_label("Criterion").select_option("contains")
    page.get_by_label("Value").press_sequentially("Nobody")
    page.get_by_text("2 of the latest 2 invoices").wait_for()
    person.is_sound()
    page.get_by_role("button", name="Apply").press("Enter")
    page.get_by_role("button", name="Edit: Customer: name contains Nobody").wait_for()
    page.get_by_role("button", name="Done").press("Enter")

    page.get_by_text("The filters are changed.").wait_for()
    person.is_sound()


def test_a_row_unfolds_its_activity_in_place(visit, stage):
    person = visit()
    person.sign_in()
    person.go(f"/o/{stage.organization_id}/records?state=synced")

    person.page.locator(".unfold-button").first.click()

    person.page.get_by_text("Synced to QuickBooks.").wait_for()
    assert person.page.locator(".unfold-button").first.get_attribute("aria-expanded") == "true"
    person.is_sound()


def test_a_sync_is_followed_in_place_until_it_ends(visit, stage):
    person = visit()
    person.sign_in()
    invoice = stage.source.make()
    operation_id = stage.ask(invoice["id"])
    person.go(f"/o/{stage.organization_id}/records/{stage.record(invoice['id']).id}")
    person.page.get_by_text("You may leave this page").wait_for()

    stage.work()

    person.page.get_by_text("Synced to QuickBooks.").first.wait_for()
    assert stage.operation(operation_id).outcome == "synced"
    assert person.complaints == []


def test_everything_is_reached_by_keyboard(visit, stage):
    person = visit()
    person.sign_in()

    person.page.keyboard.press("Tab")
    first = person.page.evaluate("document.activeElement.textContent")
    person.page.keyboard.press("Enter")
    person.page.keyboard.press("Tab")

    assert first == "Skip to the content"
    assert person.page.evaluate("document.getElementById('content').contains(document.activeElement)")


def test_a_narrow_page_has_its_menu_in_a_drawer(visit, stage):
    person = visit("light", 360)
    person.sign_in()

    person.click("button", "Open the menu")
    person.page.locator("#drawer").get_by_role("link", name="Settings").click()

    person.page.get_by_role("heading", name="Settings").wait_for()


def test_the_bar_tells_when_nobody_works(visit, stage):
    person = visit()

    person.sign_in()

    person.page.get_by_text("Nobody is syncing").wait_for()


@pytest.mark.requirement("T-9")
def test_a_warning_is_set_aside_where_it_stands_and_shown_again(visit, stage):
    with stage.services.database.writing() as session:
        session.execute(delete(DocumentNumber))
    person = visit()
    person.sign_in()
    person.go(f"/o/{stage.organization_id}/quickbooks/{stage.connection_id}")
    aside = person.page.get_by_role("button", name="Set aside: ")
    assert aside.count() == 1
    person.is_sound()
    aside.click()
    person.page.get_by_text("1 warning is set aside.").wait_for()
    assert aside.count() == 0
    person.is_sound()
    person.click("button", "Show again")
    aside.wait_for()
