"""Pressing inside a frame that grows with what it shows.

The page learns the card's height by a message, so for a moment after a panel has opened the frame is shorter than
what it holds. A press that comes within that moment can begin on a button and end beside it, or fall on the page
behind; nobody is that quick, but a program is. So a press waits until the frame has grown, and one that the
browser brought elsewhere is made again, as a person would. What the card itself does with a press is never made
good: a button that is taken away under the finger fails the test.
"""

import time

from playwright.sync_api import FrameLocator, Locator

PATIENCE_S = 10.0
LOOK_MS = 20
SLACK_PX = 1.0
PRESSES = 3
ARRIVAL_S = 1.0

LISTEN = """(button) => {
    const felt = (window.felt = { button, began: false, ended: false });
    button.addEventListener("pointerdown", () => (felt.began = true), { capture: true, once: true });
    button.addEventListener("click", () => (felt.ended = true), { capture: true, once: true });
}"""
FELT = "() => ({ began: felt.began, ended: felt.ended, stays: felt.button.isConnected })"


def press(card: FrameLocator, button: Locator) -> None:
    """Click ``button`` as soon as it is there and the frame around ``card`` is as high as what it holds."""
    for _ in range(PRESSES):
        button.wait_for()
        _wait_until_grown(card)
        button.evaluate(LISTEN)
        button.click()
        if _was_felt(card):
            return
    raise AssertionError(f"{PRESSES} presses did not arrive at their button")


def _was_felt(card: FrameLocator) -> bool:
    deadline = time.monotonic() + ARRIVAL_S
    while True:
        felt = card.locator("html").evaluate(FELT)
        if felt["ended"] or time.monotonic() > deadline:
            break
        card.owner.page.wait_for_timeout(LOOK_MS)
    assert felt["ended"] or felt["stays"] or not felt["began"], (
        "the card took its button away while it was pressed"
    )
    return bool(felt["ended"])


def _wait_until_grown(card: FrameLocator) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not _has_grown(card):
        assert time.monotonic() < deadline, "the frame is not as high as what it holds"
        card.owner.page.wait_for_timeout(LOOK_MS)


def _has_grown(card: FrameLocator) -> bool:
    """Both sides say so: the page has given the frame its height, and the frame has got it."""
    held, got = card.locator("html").evaluate(
        "(html) => [html.getBoundingClientRect().height, window.innerHeight]"
    )
    given = card.owner.evaluate("(frame) => frame.clientHeight")
    return abs(held - got) <= SLACK_PX and abs(held - given) <= SLACK_PX
