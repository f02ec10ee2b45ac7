"""One thing the doctor looked at."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How it stands."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was found, in a sentence; for anything but good, ``remedy`` says what to do."""

    subject: str
    state: State
    sentence: str
    remedy: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing needs mending."""
        return self.state is State.GOOD


def good(subject: str, sentence: str) -> Check:
    """All is well."""
    return Check(subject=subject, state=State.GOOD, sentence=sentence)


def warning(subject: str, sentence: str, remedy: str) -> Check:
    """It works, but something will go wrong some day."""
    return Check(subject=subject, state=State.WARNING, sentence=sentence, remedy=remedy)


def bad(subject: str, sentence: str, remedy: str) -> Check:
    """Something does not work."""
    return Check(subject=subject, state=State.BAD, sentence=sentence, remedy=remedy)
