"""People at a browser: somebody who works in the source, and somebody who looks after the sync."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import Browser, FrameLocator, Locator, Page, Response, expect, sync_playwright

from qbo_connector.cli.demo.running import SignIn
from tests.rig.accessible import serious_violations
from tests.rig.browser import ARGUMENTS
from tests.rig.pressing import press

PATIENCE_MS = 30_000
SETTLED_MS = 150
SomePerson = TypeVar("SomePerson", bound="Person")
NOTE_WORDS = """(node) => {
    window.words = [];
    new MutationObserver(() => window.words.push(node.textContent))
        .observe(node, { childList: true, characterData: true, subtree: true });
}"""


@dataclass(kw_only=True)
class Person:
    """One person at one browser. What the browser complains about is kept."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("console", lambda line: self._complain(line.text) if line.type == "error" else None)
        self.page.on("pageerror", lambda error: self._complain(str(error)))
        self.page.on("response", self._keep)

    def go(self, path: str) -> None:
        """Open an address of this person's system."""
        answer = self.page.goto(f"{self.base}{path}")
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"

    def press(self, name: str) -> None:
        """Press the button of this name."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def follow(self, name: str) -> None:
        """Click the link of this name, and wait for the page behind it."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name, exact=True).first.click()

    def is_content(self) -> None:
        """The browser has no complaint, nothing sticks out at the side, and assistive technology can read it."""
        assert not self.complaints, f"{self.page.url}: {self.complaints}"
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), self.page.url
        serious = serious_violations(self.page)
        assert not serious, f"{self.page.url}: {serious}"

    def _complain(self, text: str) -> None:
        self.complaints.append(text)

    def _keep(self, answer: Response) -> None:
        self.answers.append(answer)


@dataclass(kw_only=True)
class Card:
    """The widget on an invoice's page."""

    page: Page

    @property
    def inside(self) -> FrameLocator:
        """What stands inside the frame."""
        return self.page.frame_locator("qbo-sync iframe")

    @property
    def title(self) -> Locator:
        """The card's one line."""
        return self.inside.get_by_role("heading", level=1)

    @property
    def finding(self) -> Locator:
        """The sentence that says what is wrong."""
        return self.inside.get_by_role("heading", level=2)

    def says(self, words: str) -> None:
        """Wait until the card's line holds these words."""
        expect(self.title).to_contain_text(words, timeout=PATIENCE_MS)

    def shows(self, words: str) -> None:
        """Wait until these words can be read anywhere on the card."""
        expect(self.inside.get_by_text(words).first).to_be_visible(timeout=PATIENCE_MS)

    def press(self, name: str) -> None:
        """Press the card's button of this name; the last one where a panel repeats it."""
        press(self.inside, self.inside.get_by_role("button", name=name, exact=True).last)

    def note_words(self) -> None:
        """From now on keep what stands under the title."""
        self.inside.locator("[data-part=sub]").evaluate(NOTE_WORDS)

    def words(self) -> list[str]:
        """What stood there since."""
        found: list[str] = self.inside.locator("html").evaluate("() => window.words")
        return found

    def open_in_quickbooks(self) -> Page:
        """Click the link; the page behind it."""
        with self.page.context.expect_page() as opened:
            self.inside.get_by_role("link", name="Open in QuickBooks").first.click()
        opened.value.wait_for_load_state()
        return opened.value


class Clerk(Person):
    """Somebody who writes invoices in the source's own pages."""

    def add_customer(self, name: str, email: str) -> None:
        """Write down a new customer."""
        self.go("/customers")
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("E-mail").fill(email)
        self.press("Add customer")

    def write_invoice(
        self, number: str, *, customer: str, lines: Sequence[Mapping[str, str]], **more: str
    ) -> None:
        """Write a new invoice; a line has ``product``, ``quantity`` and maybe ``kind`` and ``discount``."""
        self.go("/")
        self.follow("New invoice")
        self.page.get_by_label("Invoice No.").fill(number)
        self.page.get_by_label("Customer").select_option(label=customer)
        for row, line in zip(self.page.locator("#lines tr").all(), lines, strict=False):
            row.get_by_label("Product").select_option(label=line["product"])
            row.get_by_label("Quantity").fill(line["quantity"])
            row.get_by_label("Kind of discount").select_option(label=line.get("kind", "%"))
            row.get_by_label("Discount", exact=True).fill(line.get("discount", ""))
        for label, value in more.items():
            self.page.locator(f"[name={label}]").fill(value)

    def edit(self, **fields: str) -> None:
        """Change fields of the invoice on this page."""
        self.open_gear()
        self.follow("Edit invoice")
        for name, value in fields.items():
            self.page.locator(f"[name={name}]").first.fill(value)
        self.press("Save")

    def open_gear(self) -> list[str]:
        """Open the menu inside the invoice; what it offers."""
        self.page.get_by_label("More actions").click()
        return self.page.locator("#gear .pop > *").all_inner_texts()

    def open_widget(self) -> Card:
        """Gear menu, *Sync to QuickBooks*."""
        assert "Sync to QuickBooks" in self.open_gear()
        self.press("Sync to QuickBooks")
        card = Card(page=self.page)
        card.inside.locator("main[aria-busy=false]").wait_for()
        return card

    def total(self) -> str:
        """What the invoice's page says the total is."""
        return self.page.locator(".sums .total td").inner_text()


class Keeper(Person):
    """Somebody who looks after the sync in the product's own pages."""

    def sign_in(self, account: SignIn) -> None:
        """As everybody does."""
        self.go("/sign-in")
        self.page.get_by_label("E-mail").fill(account.email)
        self.page.get_by_label("Password").fill(account.password)
        self.press("Sign in")
        self.page.wait_for_url("**/o/**")

    def find_record(self, number: str) -> None:
        """Search among the records and open it."""
        self.follow("Records")
        self.page.get_by_label("Search").fill(number)
        self.press("Find")
        self.follow(number)

    def is_told(self, words: str) -> None:
        """Wait until the page says so."""
        expect(self.page.locator("main").get_by_text(words).first).to_be_visible(timeout=PATIENCE_MS)


@dataclass(kw_only=True)
class Crowd:
    """People come in one after the other, each with a browser context of their own."""

    browser: Browser
    pictures: Path | None
    """Where pictures are kept; none are taken without."""

    def enter(self, kind: type[SomePerson], base: str, **looks: Any) -> SomePerson:
        """A person of this kind; ``looks`` are Playwright's: colour scheme, viewport."""
        context = self.browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **looks})
        return kind(page=context.new_page(), base=base)

    def picture(self, person: Person, name: str) -> None:
        """Keep what this person sees, where pictures are wanted."""
        if self.pictures is None:
            return
        # Not with `full_page`: Chromium then paints frames of other sites at the wrong place.
        person.page.wait_for_load_state()
        before = person.page.viewport_size
        assert before is not None
        height = person.page.evaluate("document.documentElement.scrollHeight")
        person.page.set_viewport_size({**before, "height": height})
        person.page.wait_for_timeout(SETTLED_MS)
        person.page.screenshot(path=self.pictures / f"{name}.png", animations="disabled")
        person.page.set_viewport_size(before)

    @contextmanager
    def elsewhere(self, chromium: str) -> Iterator["Crowd"]:
        """The same in another browser."""
        browser = self.browser.browser_type.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield replace(self, browser=browser)
        browser.close()

    def leave(self) -> None:
        """Everybody goes."""
        for context in self.browser.contexts:
            context.close()


@contextmanager
def crowd(chromium: str, pictures: Path | None) -> Iterator[Crowd]:
    """A browser for people to come to."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield Crowd(browser=browser, pictures=pictures)
        browser.close()
