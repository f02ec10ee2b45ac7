"""Can everybody use this page? Asked of axe, in the page and in each frame of it.

A frame of another site cannot be looked into from the page around it, so each is asked by itself.
"""

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SERIOUS = {"serious", "critical"}
OPTIONS = {"resultTypes": ["violations"], "iframes": False}
SHOWN = 300
AT_REST = """() => new Promise((rest) => requestAnimationFrame(() => requestAnimationFrame(rest)))
    .then(() => Promise.allSettled(document.getAnimations().map((each) => each.finished)))
    .then(() => undefined)"""


def wear(page: Page, *, scheme: Literal["light", "dark"], width: int, height: int) -> None:
    """Show an open page in another scheme and window, and wait until its colours have changed."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(AT_REST)


def serious_violations(page: Page) -> list[tuple[str, str]]:
    """What keeps somebody out: the rule, and the markup that breaks it."""
    return [
        (each["id"], each["nodes"][0]["html"][:SHOWN])
        for frame in page.frames
        for each in Axe().run(frame, options=OPTIONS).response["violations"]
        if each["impact"] in SERIOUS
    ]
