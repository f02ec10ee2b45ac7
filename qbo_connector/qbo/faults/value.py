"""One error of one fault, as QuickBooks worded it."""

from dataclasses import dataclass, field

from qbo_connector.qbo.scrub import scrub


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """``code`` without leading zeros, as text; unknown parts are empty.

    ``message`` and ``detail`` are free of tokens but may name people, so they stay out of ``repr``;
    :attr:`scrubbed` is what may be shown under Details and logged.
    """

    code: str
    message: str = field(default="", repr=False)
    detail: str = field(default="", repr=False)
    element: str = ""
    type: str = ""

    @property
    def scrubbed(self) -> str:
        """Message and detail on one line, without secrets and people, at most 500 characters."""
        if not self.detail or self.detail == self.message:
            return scrub(self.message)
        return scrub(f"{self.message}: {self.detail}") if self.message else scrub(self.detail)
