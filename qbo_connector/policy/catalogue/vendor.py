"""A vendor's own fixed texts beside ours: what people know from its help pages and search for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from qbo_connector.errors import ConfigurationError
from qbo_connector.policy.catalogue.reasons import Reason
from qbo_connector.policy.catalogue.wording import clean

LONGEST_MESSAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorMessages:
    """Declared by a plugin, word for word. Shown under Details, handed back to the source, found by search."""

    by_code: Mapping[Reason, str] = field(default_factory=dict)

    @classmethod
    def from_manifest(cls, table: Mapping[str, object]) -> Self:
        """Read a table of code → text.

        Raises:
            ConfigurationError: a code is unknown, or a text is empty, too long, hides something or has gaps.
        """
        return cls(by_code={_code(code): _message(code, text) for code, text in table.items()})

    def of(self, code: Reason) -> str:
        """The vendor's text for a code; empty if it has none."""
        return self.by_code.get(code, "")

    def codes_with(self, words: str) -> frozenset[Reason]:
        """The codes whose text holds these words, whatever their case."""
        wanted = clean(words).casefold()
        return frozenset(code for code, text in self.by_code.items() if wanted and wanted in text.casefold())


def _code(code: str) -> Reason:
    try:
        return Reason(code)
    except ValueError as err:
        raise ConfigurationError(
            f"vendor_message names “{code}”, which is no code of the findings catalogue."
        ) from err


def _message(code: str, text: object) -> str:
    if not isinstance(text, str) or not clean(text):
        raise ConfigurationError(f"The vendor_message of {code} has to be a text.")
    if len(text) > LONGEST_MESSAGE:
        raise ConfigurationError(f"The vendor_message of {code} is longer than {LONGEST_MESSAGE} characters.")
    if text != clean(text) or "{" in text:
        raise ConfigurationError(f"The vendor_message of {code} has to be one plain line without gaps.")
    return text
