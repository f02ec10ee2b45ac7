"""With which values a code may be raised. It is asked where a finding is made, so that no page has to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qbo_connector.policy.catalogue.rows import Placeholder, PlaceholderKind
from qbo_connector.policy.catalogue.speech import REASON, say_value
from qbo_connector.policy.catalogue.template import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """What one code asks of its values."""

    gaps: tuple[str, ...]
    placeholders: Mapping[str, Placeholder]
    reasons: Mapping[str, Template]
    reason_required: bool

    def broken_by(self, params: Mapping[str, str]) -> Iterator[str]:
        """What is wrong with these values, in words for developers."""
        for name, value in params.items():
            if name not in self.placeholders:
                yield f"there is no placeholder {{{name}}}"
            elif not self._is_possible(name, value):
                yield f"“{value}” is none of the choices of {{{name}}}"
        for gap in self._needed(params):
            if not params.get(gap):
                yield f"{{{gap}}} is missing"
            elif not self._can_be_shown(gap, params[gap]):
                yield f"nothing of {{{gap}}} can be shown"

    def _is_possible(self, name: str, value: str) -> bool:
        placeholder = self.placeholders[name]
        if name == REASON:
            return not value or value in self.reasons
        if placeholder.kind is PlaceholderKind.CHOICE and value:
            return value in placeholder.choices or value in placeholder.choices.values()
        return True

    def _needed(self, params: Mapping[str, str]) -> Iterator[str]:
        clause = self.reasons.get(params.get(REASON, ""))
        for gap in (*self.gaps, *(clause.gaps if clause else ())):
            if self.placeholders[gap].always_known or (gap == REASON and self.reason_required):
                yield gap

    def _can_be_shown(self, gap: str, value: str) -> bool:
        return gap == REASON or bool(say_value(self.placeholders[gap], value).text)
