"""Findings in words, for pages that meet an error or a stored reason; every word is the catalogue's."""

from collections.abc import Mapping
from dataclasses import dataclass

from qbo_connector.errors import ConfigurationError, ConnectorError
from qbo_connector.policy.catalogue import Catalogue
from qbo_connector.web.looks import tone_of
from qbo_connector.web.wiring import services

FALLBACK = "internal.error"
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One reason, worded. ``tone`` is the colour of its class."""

    code: str
    sentence: str
    explanation: str
    remedy: str
    tone: str


def finding_of_error(error: ConnectorError, known: Mapping[str, str] = NOTHING) -> Said:
    """What an error means to a person; `known` is what the page can name and the error could not."""
    return say(error.reason, {**known, **error.params})


def say(code: str, params: Mapping[str, str] = NOTHING) -> Said:
    """A reason of a record, a connection or an error in words."""
    return say_from(services().catalogue, code, params)


def say_from(catalogue: Catalogue, code: str, params: Mapping[str, str] = NOTHING) -> Said:
    """The same, from this catalogue. A code that cannot be worded is our own mistake, and is said so."""
    try:
        filled = catalogue.fill(code, params)
    except ConfigurationError:
        filled = catalogue.fill(FALLBACK)
    return Said(
        code=code,
        sentence=filled.sentence,
        explanation=filled.explanation,
        remedy=filled.remedy,
        tone=tone_of(catalogue.entry(filled.code).cls),
    )
