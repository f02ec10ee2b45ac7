"""The texts of one finding, taken apart once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from qbo_connector.policy.catalogue.fixes import Fix
from qbo_connector.policy.catalogue.rows import Entry, FixAction
from qbo_connector.policy.catalogue.template import Said, Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Templates of one entry.

    `gaps` are those of its sentence (the same in every form), explanation and remedy. `reasons` finds a clause
    by its key and by its own words.
    """

    sentence: Template
    sentence_one: Template
    sentence_many: Template
    plural_by: str
    explanation: Template
    remedy: Template
    reasons: Mapping[str, Template]
    buttons: Mapping[Fix, Template]
    gaps: tuple[str, ...]

    @classmethod
    def of(cls, entry: Entry, actions: Mapping[Fix, FixAction]) -> Self:
        """Take apart all texts of an entry.

        Raises:
            ConfigurationError: a text has a gap that is no plain name.
        """
        sentence = Template.of(entry.sentence)
        explanation, remedy = Template.of(entry.explanation), Template.of(entry.remedy)
        words = {
            fix: entry.buttons[fix].label if fix in entry.buttons else actions[fix].button for fix in entry.fixes
        }
        return cls(
            sentence=sentence,
            sentence_one=Template.of(entry.sentence_one or entry.sentence),
            sentence_many=Template.of(entry.sentence_many or entry.sentence),
            plural_by=entry.plural_by,
            explanation=explanation,
            remedy=remedy,
            reasons=_clauses(entry),
            buttons={fix: Template.of(label) for fix, label in words.items()},
            gaps=tuple(dict.fromkeys(sentence.gaps + explanation.gaps + remedy.gaps)),
        )

    def sentence_for(self, said: Mapping[str, Said]) -> Template:
        """The sentence in the form that its quantity asks for."""
        quantity = said[self.plural_by].quantity if self.plural_by else None
        if quantity is None:
            return self.sentence
        return self.sentence_one if quantity == 1 else self.sentence_many


def _clauses(entry: Entry) -> dict[str, Template]:
    by_key = {key: Template.of(clause) for key, clause in entry.reasons.items()}
    return {**{entry.reasons[key]: clause for key, clause in by_key.items()}, **by_key}
