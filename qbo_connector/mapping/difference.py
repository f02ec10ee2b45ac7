"""One field of an invoice in which a body of ours and the document in QuickBooks differ."""

from dataclasses import dataclass

SHOWN = 200
"""How much of a long text is shown of each side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field that is not in QuickBooks as it shall be; each side as text."""

    key: str
    label: str
    ours: str
    theirs: str
    keeps: str | None = None
    """What stands there, exactly, where it can be kept."""
