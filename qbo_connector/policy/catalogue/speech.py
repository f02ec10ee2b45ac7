"""From the values of a finding to the words in its gaps."""

from collections.abc import Callable, Iterable, Mapping

from qbo_connector.policy.catalogue.rows import Placeholder, PlaceholderKind
from qbo_connector.policy.catalogue.template import Said, Template
from qbo_connector.policy.catalogue.wording import clean, few, joined, line_numbers, lines, parts_of, shorten

REASON = "reason"


def say_all(
    gaps: Iterable[str],
    params: Mapping[str, str],
    *,
    placeholders: Mapping[str, Placeholder],
    reasons: Mapping[str, Template],
) -> dict[str, Said]:
    """What is said in each gap of a finding's texts."""
    said = {gap: say_value(placeholders[gap], params.get(gap, "")) for gap in gaps}
    if clause := reasons.get(params.get(REASON, "")):
        words = {gap: say_value(placeholders[gap], params.get(gap, "")).text for gap in clause.gaps}
        said[REASON] = Said(clause.fill(words), elastic=False)
    return said


def say_value(placeholder: Placeholder, value: str) -> Said:
    """What one value says in its gap; its fallback if nothing of it can be shown."""
    said = _SAID_BY_KIND[placeholder.kind](placeholder, value)
    if not said.text:
        return Said(placeholder.fallback)
    if not said.elastic:
        return said
    return said._replace(text=shorten(said.text, placeholder.longest))


def _text(_: Placeholder, value: str) -> Said:
    return Said(clean(value))


def _count(_: Placeholder, value: str) -> Said:
    text = clean(value)
    digits = text.replace(",", "")
    return Said(text, int(digits) if digits.isdecimal() else None)


def _choice(placeholder: Placeholder, value: str) -> Said:
    """Words of our own by their key; the words themselves pass, anything else counts as missing."""
    key = clean(value)
    if key in placeholder.choices:
        return Said(placeholder.choices[key], elastic=False)
    return Said(key if key in placeholder.choices.values() else "", elastic=False)


def _lines(placeholder: Placeholder, value: str) -> Said:
    numbers = line_numbers(value)
    return Said(lines(numbers, placeholder.longest), len(numbers))


def _few(_: Placeholder, value: str) -> Said:
    parts = parts_of(value)
    return Said(few(parts), len(parts))


def _joined(_: Placeholder, value: str) -> Said:
    parts = parts_of(value)
    return Said(joined(parts), len(parts))


_SAID_BY_KIND: Mapping[PlaceholderKind, Callable[[Placeholder, str], Said]] = {
    PlaceholderKind.TEXT: _text,
    PlaceholderKind.COUNT: _count,
    PlaceholderKind.CHOICE: _choice,
    PlaceholderKind.LINES: _lines,
    PlaceholderKind.FEW: _few,
    PlaceholderKind.JOINED: _joined,
}
