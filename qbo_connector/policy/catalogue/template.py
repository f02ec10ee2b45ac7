"""Texts with gaps, taken apart once, so that filling one is a join."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from string import Formatter
from typing import NamedTuple, Self

from qbo_connector.errors import ConfigurationError
from qbo_connector.policy.catalogue.wording import shorten

SENTENCE_LIMIT = 160
SHORTEST_VALUE = 16


class Said(NamedTuple):
    """What stands in one gap. Words of our own are not elastic: they are never cut."""

    text: str
    quantity: int | None = None
    elastic: bool = True

    def within(self, most: int) -> str:
        """The words, cut to `most` characters if they may be cut."""
        return shorten(self.text, most) if self.elastic else self.text


@dataclass(frozen=True, slots=True)
class Template:
    """`literals` stand around and between `gaps`; there is always one more of them."""

    literals: tuple[str, ...]
    gaps: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        """Take a text apart.

        Raises:
            ConfigurationError: a brace stands alone, or a gap is more than a name.
        """
        literals, gaps = [""], []
        for literal, gap in _pieces(text):
            literals[-1] += literal
            if gap is not None:
                gaps.append(gap)
                literals.append("")
        return cls(tuple(literals), tuple(gaps))

    def fill(self, words: Mapping[str, str]) -> str:
        """Put the words into the gaps, all of which must be there."""
        if not self.gaps:
            return self.literals[0]
        filled: Iterable[str] = (words[gap] for gap in self.gaps)
        return "".join(chain.from_iterable(zip_longest(self.literals, filled, fillvalue="")))

    def say(self, said: Mapping[str, Said]) -> str:
        """Fill with what is said in each gap, however long it becomes."""
        return self.fill({gap: said[gap].text for gap in self.gaps})

    def say_within(self, said: Mapping[str, Said], limit: int = SENTENCE_LIMIT) -> str:
        """Fill, cutting the longest values first, down to 16 characters each, until `limit` is kept."""
        text = self.say(said)
        most = max((len(said[gap].text) for gap in self.gaps), default=0)
        while len(text) > limit and most > SHORTEST_VALUE:
            most -= 1
            text = self.fill({gap: said[gap].within(most) for gap in self.gaps})
        return text


def _pieces(text: str) -> Iterable[tuple[str, str | None]]:
    try:
        pieces = list(Formatter().parse(text))
    except ValueError as err:
        raise ConfigurationError(f"The text “{text}” has a brace that stands alone.") from err
    for literal, gap, spec, conversion in pieces:
        if gap is not None and (spec or conversion or not gap.isidentifier()):
            raise ConfigurationError(f"The gap {{{gap}}} of “{text}” has to be a plain name.")
        yield literal, gap
