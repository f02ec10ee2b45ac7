"""Which of the fields that differ somebody changed, and which only follow from it.

Whoever corrects one quantity changes one thing, although the line, the discount, the tax and the total all move.
"""

import re
from collections.abc import Iterator, Sequence

from qbo_connector.canonical.difference import FieldChange, difference
from qbo_connector.canonical.invoice import Invoice

IN_LINE = re.compile(r"(lines\[[^\]]*\])\.(.+)")
FACTORS = ("quantity", "unit_price")
SUMS = frozenset({"total", "tax_total"})
"""Always worked out from the rest of the document."""


def edits(before: Invoice, after: Invoice) -> tuple[FieldChange, ...]:
    """The fields that somebody changed, in the order of the model; all that differ where none is a cause."""
    found = difference(before, _with_known_lines(before, after))
    own = tuple(_edited(found))
    return own or found


def _with_known_lines(before: Invoice, after: Invoice) -> Invoice:
    """Some sources number all lines anew when one is saved: the same product in its place is the same line."""
    ids, later = {line.external_id for line in before.lines}, {line.external_id for line in after.lines}
    lines = list(after.lines)
    for place, (old, new) in enumerate(zip(before.lines, after.lines, strict=False)):
        is_renumbered = old.external_id not in later and new.external_id not in ids
        if is_renumbered and old.item is not None and new.item is not None and old.item == new.item:
            lines[place] = new.but(external_id=old.external_id)
    return after.but(lines=tuple(lines))


def _edited(found: Sequence[FieldChange]) -> Iterator[FieldChange]:
    paths = {change.path for change in found}
    priced_anew = {match[1] for path in paths if (match := IN_LINE.fullmatch(path)) and match[2] in FACTORS}
    for change in found:
        line = IN_LINE.fullmatch(change.path)
        if not (_follows_in_line(line[1], line[2], paths, priced_anew) if line else _follows(change.path, paths)):
            yield change


def _follows_in_line(line: str, field: str, paths: set[str], priced_anew: set[str]) -> bool:
    if field == "amount":
        return line in priced_anew
    if field == "discount_amount":
        return line in priced_anew or f"{line}.discount" in paths or _differs(f"{line}.discount.", paths)
    return field == "tax.amount"


def _follows(path: str, paths: set[str]) -> bool:
    """The document's own sums, and its discount where the lines or the discount's own terms changed."""
    if path == "discount_amount":
        return "discount" in paths or _differs("discount.", paths) or _differs("lines[", paths)
    return path in SUMS


def _differs(start: str, paths: set[str]) -> bool:
    return any(path.startswith(start) for path in paths)
