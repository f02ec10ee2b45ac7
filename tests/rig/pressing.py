"""Pressing inside a frame that grows with what it shows.

The page learns the card's height by a message, so for a moment after a panel has opened the frame is shorter than
what it holds. A press that comes within that moment can begin on a button and end beside it, which is no press;
nobody is that quick, but a program is.
"""

import time

from playwright.sync_api import FrameLocator, Locator

PATIENCE_S = 10.0
LOOK_MS = 20
SLACK_PX = 1.0


def press(card: FrameLocator, button: Locator) -> None:
    """Click ``button`` as soon as it is there and the frame around ``card`` is as high as what it holds."""
    button.wait_for()
    deadline = time.monotonic() + PATIENCE_S
    while not _has_grown(card):
        assert time.monotonic() < deadline, "the frame is not as high as what it holds"
        card.owner.page.wait_for_timeout(LOOK_MS)
    button.click()


def _has_grown(card: FrameLocator) -> bool:
    held = float(card.locator("html").evaluate("(html) => html.getBoundingClientRect().height"))
    given = float(card.owner.evaluate("(frame) => frame.clientHeight"))
    return abs(held - given) <= SLACK_PX
