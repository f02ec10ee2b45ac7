"""Values from outside, made fit to stand in a sentence of ours.

A value is data, whatever it says: it keeps no control character, no line break and nothing that turns the
direction of writing, and it never grows past its gap.
"""

import re
from collections.abc import Sequence
from itertools import chain

ELLIPSIS = "…"
LIST_SEPARATOR = "\n"
"""Between the parts of a list value: the one character that no cleaned value can hold."""

FEW = 3

# Controls that are not white space, soft and zero-width blanks, marks and embeddings of writing direction,
# half characters, noncharacters and tags. Joiners stay: emoji and several scripts are written with them.
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_NUMBER = re.compile(r"[0-9]+")
_LINES_IN_WORDS = re.compile(r"lines? [0-9]+(?:(?:, | and )[0-9]+)*")


def clean(value: str) -> str:
    """The value on one line, without anything that hides; empty if nothing of it can be seen."""
    if value.isascii() and value.isprintable() and "  " not in value:
        return value.strip()
    text = " ".join(_HIDDEN.sub("", value).split())
    return text if any(character.isprintable() for character in text) else ""


def shorten(text: str, longest: int) -> str:
    """The text in at most `longest` characters, with an ellipsis for its middle."""
    if len(text) <= longest:
        return text
    tail = (longest - 1) // 2
    head = longest - 1 - tail
    return f"{text[:head].rstrip()}{ELLIPSIS}{text[len(text) - tail :].lstrip()}"


def capitalised(text: str) -> str:
    """The text with a capital first letter, where that letter has a capital of its own length."""
    first = text[:1].upper()
    return f"{first}{text[1:]}" if len(first) == 1 else text


def parts_of(value: str) -> list[str]:
    """The cleaned parts of a list value, each once, in their order."""
    cleaned = (clean(part) for part in value.split(LIST_SEPARATOR))
    return list(dict.fromkeys(part for part in cleaned if part))


def whole(value: str) -> str:
    """A value in full, cleaned; a list value stays one."""
    return LIST_SEPARATOR.join(parts_of(value)) if LIST_SEPARATOR in value else clean(value)


def as_list(values: Sequence[str]) -> str:
    """Several values as one list value, for the placeholders of kind few, joined and lines."""
    return LIST_SEPARATOR.join(dict.fromkeys(filter(None, map(clean, values))))


def joined(parts: Sequence[str]) -> str:
    """``a, b and c``."""
    if len(parts) < 2:  # noqa: PLR2004 - one needs no "and"
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def few(parts: Sequence[str]) -> str:
    """``a, b, c and 4 more``."""
    more = len(parts) - FEW
    shown = ", ".join(parts[:FEW])
    return f"{shown} and {more} more" if more > 0 else shown


def line_numbers(value: str) -> list[str]:
    """The lines of a list value, once each, also where they are in words already: ``lines 2 and 5``."""
    parts = parts_of(value)
    numbers = (_NUMBER.findall(part) if _LINES_IN_WORDS.fullmatch(part) else [part] for part in parts)
    return list(dict.fromkeys(chain.from_iterable(numbers)))


def lines(numbers: Sequence[str], longest: int) -> str:
    """``line 2``, ``lines 2 and 5``, and ``27 lines`` where the numbers would not fit."""
    if not all(number.isdecimal() for number in numbers):
        return joined(numbers)
    if len(numbers) == 1:
        return f"line {numbers[0]}"
    words = f"lines {joined(sorted(numbers, key=int))}" if numbers else ""
    return words if len(words) <= longest else f"{len(numbers)} lines"
