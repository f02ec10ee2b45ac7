"""Days as people read them: one way, wherever a sentence, a page or a table names one."""

from datetime import date


def day_in_words(day: date) -> str:
    """``Oct 2, 2026``."""
    return f"{day:%b} {day.day}, {day:%Y}"
