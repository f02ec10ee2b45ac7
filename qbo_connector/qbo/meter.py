"""What reads cost: Intuit meters successful reads per app and blocks past the month's quota."""

from typing import Protocol


class ReadMeter(Protocol):
    """Knows what is left of the metered reads; whoever keeps the evidence of each request counts them.

    The quota is one for the whole installation, because Intuit counts per app and not per company, with a
    share per connection (App Partner Program, CorePlus calls, since 3 Nov 2025).
    """

    def allow_read(self, connection_id: str) -> bool:
        """Whether one more metered read may leave for this connection."""
        ...
