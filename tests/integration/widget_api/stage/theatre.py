"""The stage with an audience: Chromium looking at a page that embeds the card."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    FrameLocator,
    Locator,
    Page,
    Request,
    sync_playwright,
)

from tests.integration.widget_api.stage.script import Script
from tests.integration.widget_api.stage.servers import PAGE_HOST, WIDGET_HOST, page_app, widget_app
from tests.integration.widget_api.stage.service import Stage, token
from tests.rig.browser import ARGUMENTS
from tests.rig.pressing import press
from tests.rig.web import serving

HEIGHT = 1100
MARGIN = 24
PICTURES = os.environ.get("PICTURES")


@dataclass(kw_only=True)
class Seat:
    """One person in front of one page."""

    page: Page
    said: list[str] = field(default_factory=list)
    requested: list[Request] = field(default_factory=list)

    @property
    def card(self) -> FrameLocator:
        """What stands inside the frame."""
        return self.page.frame_locator("qbo-sync iframe")

    @property
    def title(self) -> Locator:
        return self.card.get_by_role("heading", level=1)

    def press(self, name: str) -> None:
        press(self.card, self.card.get_by_role("button", name=name, exact=True))

    def keep_message(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.said.append(message.text)

    def keep_error(self, error: Error) -> None:
        self.said.append(str(error))

    def keep_request(self, request: Request) -> None:
        self.requested.append(request)

    def wear(self, *, theme: str, width: int) -> None:
        """Change the card's look while it is open, as a page may."""
        self.page.evaluate(
            """([theme, width]) => {
                document.getElementById("slot").style.width = `${width}px`;
                document.querySelector("qbo-sync").setAttribute("theme", theme);
            }""",
            [theme, width],
        )
        self.card.locator(f"html[data-theme={theme}]").wait_for()

    def heard(self) -> list[tuple[str, dict[str, Any]]]:
        """The events the page has got so far, in order."""
        return [(name, detail) for name, detail in self.page.evaluate("window.heard")]

    def wait_until_heard(self, name: str) -> dict[str, Any]:
        self.page.wait_for_function("(name) => window.heard.some(([heard]) => heard === name)", arg=name)
        return next(detail for heard, detail in self.heard() if heard == name)

    def head_height(self) -> float:
        """How high the card's fixed part is, in pixels."""
        return float(self.card.locator(".head").evaluate("(node) => node.getBoundingClientRect().height"))

    def frame_height(self) -> float:
        box = self.page.locator("qbo-sync iframe").bounding_box()
        assert box is not None
        return box["height"]


@dataclass(kw_only=True)
class Theatre:
    """Stage, page and browser, for as many performances as a test module has."""

    stage: Stage
    widget: str
    address: str
    origins: list[str]
    browser: Browser
    _usual: Page | None = field(default=None, init=False)

    @contextmanager
    def show(
        self,
        script: Script,
        *,
        width: int = 640,
        height: int = HEIGHT,
        wait: bool = True,
        alone: bool = False,
        **options: Any,
    ) -> Iterator[Seat]:
        """Play a script to one person. ``options`` go to the page's address; ``scheme`` is the system's theme.

        People come one after the other into one window, as a window of its own costs half a second; ``alone`` says
        that nobody was there before, and that what is done to the window goes with it.
        """
        self._prepare(script)
        page = self._window() if alone else self._usual or self._window()
        self._usual = self._usual if alone else page
        page.set_viewport_size({"width": width + MARGIN, "height": height})
        page.emulate_media(color_scheme=options.pop("scheme", "light"))
        with _sitting(page) as seat:
            address = options.pop("at", self.address)
            page.goto(f"{address}/?{urlencode({'token': token(), 'width': width} | options)}")
            if wait:
                seat.card.locator("main[aria-busy=false]").wait_for()
            yield seat
        if alone:
            page.context.close()

    def _window(self) -> Page:
        return self.browser.new_context(timezone_id="UTC").new_page()

    def _prepare(self, script: Script) -> None:
        self.stage.begin(script)
        self.origins[:] = [self.address]


@contextmanager
def _sitting(page: Page) -> Iterator[Seat]:
    seat = Seat(page=page)
    page.on("console", seat.keep_message)
    page.on("pageerror", seat.keep_error)
    page.on("request", seat.keep_request)
    try:
        yield seat
    finally:
        page.remove_listener("console", seat.keep_message)
        page.remove_listener("pageerror", seat.keep_error)
        page.remove_listener("request", seat.keep_request)
        page.goto("about:blank")


@contextmanager
def theatre(chromium: str) -> Iterator[Theatre]:
    """Both sites and the browser, on free ports."""
    stage, origins = Stage(script=Script(record={})), []
    with ExitStack() as stack:
        widget = stack.enter_context(serving(widget_app(stage, origins), host=WIDGET_HOST))
        address = stack.enter_context(serving(page_app(widget), host=PAGE_HOST))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        stack.callback(browser.close)
        yield Theatre(stage=stage, widget=widget, address=address, origins=origins, browser=browser)


def keep_picture(seat: Seat, name: str) -> None:
    """Keep how the page stands in the folder ``PICTURES``, if that is set; animations are at their end."""
    if PICTURES:
        seat.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True, animations="disabled")
