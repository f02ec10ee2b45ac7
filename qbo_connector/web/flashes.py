"""What the next page says about what was just done."""

from flask import flash


def done(sentence: str) -> None:
    """It worked."""
    flash(sentence, "done")


def told(sentence: str) -> None:
    """Something worth knowing; nothing went wrong."""
    flash(sentence, "info")


def refused(sentence: str) -> None:
    """It did not work; the sentence says why and what to do."""
    flash(sentence, "error")
