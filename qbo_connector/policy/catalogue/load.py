"""Loads the catalogue from its data, once, and refuses data that contradict themselves."""

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from pydantic import ValidationError

from qbo_connector.errors import ConfigurationError
from qbo_connector.policy.catalogue.catalogue import Catalogue, ranks
from qbo_connector.policy.catalogue.checks import HOW_TO_REGENERATE, absent, repeated, unknown_gaps, unsound
from qbo_connector.policy.catalogue.files import finding_tables, fix_tables, placeholder_tables
from qbo_connector.policy.catalogue.fixes import Fix
from qbo_connector.policy.catalogue.reasons import Reason
from qbo_connector.policy.catalogue.rows import Entry, FixAction, Placeholder, Row
from qbo_connector.policy.catalogue.texts import Texts

SomeRow = TypeVar("SomeRow", bound=Row)


@cache
def load_catalogue() -> Catalogue:
    """The shipped catalogue. The first call reads it; every further call is free.

    Raises:
        ConfigurationError: the data are wrong; the message says where.
    """
    return read_catalogue()


def read_catalogue(folder: Traversable | None = None) -> Catalogue:
    """Read and check a catalogue from a folder, by default the shipped one.

    Raises:
        ConfigurationError: the data are wrong; the message says where.
    """
    placeholders = _rows(Placeholder, placeholder_tables(folder), by="name")
    actions = _rows(FixAction, fix_tables(folder), by="action")
    entries = _rows(Entry, finding_tables(folder), by="code")
    known_actions = {action.action: action for action in actions}
    _refuse(absent(Fix, known_actions))
    _refuse(absent(Reason, {entry.code for entry in entries}))
    texts = {entry.code: Texts.of(entry, known_actions) for entry in entries}
    catalogue = Catalogue(
        entries={entry.code: entry for entry in entries},
        actions=known_actions,
        placeholders={placeholder.name: placeholder for placeholder in placeholders},
        texts=texts,
        ranks=ranks(entries),
    )
    _refuse(unknown_gaps(catalogue))
    _refuse(unsound(catalogue))
    return catalogue


def _rows(model: type[SomeRow], tables: Sequence[dict[str, Any]], *, by: str) -> list[SomeRow]:
    _refuse(repeated([str(table.get(by)) for table in tables], what=by))
    return [_row(model, table, name=str(table.get(by))) for table in tables]


def _row(model: type[SomeRow], table: dict[str, Any], *, name: str) -> SomeRow:
    try:
        return model.model_validate(table)
    except ValidationError as err:
        first = err.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        wrong = f"“{first['input']}” is not known; {HOW_TO_REGENERATE} if it is new"
        problem = wrong if first["type"] == "enum" else first["msg"]
        raise ConfigurationError(f"Findings catalogue, {name}, {where}: {problem}.") from err


def _refuse(problems: Iterable[str]) -> None:
    if found := list(problems):
        raise ConfigurationError(f"The findings catalogue contradicts itself. {' '.join(found)}")
