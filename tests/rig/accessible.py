"""Can everybody use this page? Asked of axe, in the page and in each frame of it.

A frame of another site cannot be looked into from the page around it, so each is asked by itself.
"""

from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

SERIOUS = {"serious", "critical"}
OPTIONS = {"resultTypes": ["violations"], "iframes": False}
RUN = "(options) => axe.run(document, options)"
SHOWN = 300
# A colour that changes slowly makes those who inherit it begin anew, so the end is when nothing moves any more.
AT_REST = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const ends = (each) => each.effect.getComputedTiming().endTime !== Infinity;
    for (let turn = 0; turn < 50; turn += 1) {
        await frame().then(frame);
        const moving = document.getAnimations().filter(ends);
        if (moving.length === 0) return;
        await Promise.allSettled(moving.map((each) => each.finished));
    }
    throw new Error("the page does not come to rest");
}"""


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
        for each in _violations(frame)
        if each["impact"] in SERIOUS
    ]


def _violations(frame: Frame) -> list[dict[str, Any]]:
    """Axe stays in a document that was looked at before: half a megabyte of script is brought once."""
    if not frame.evaluate("typeof window.axe === 'object'"):
        frame.evaluate(Axe().axe_script)
    found: list[dict[str, Any]] = frame.evaluate(RUN, OPTIONS)["violations"]
    return found
