"""The shape every report has: columns, rows, summaries."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column; readers bind to title and type, never to the position."""

    title: str
    kind: str

    def on_wire(self) -> dict[str, Any]:
        """As it stands in the answer."""
        key = self.title.lower().replace(" ", "_") or "account"
        return {
            "ColTitle": self.title,
            "ColType": self.kind,
            "MetaData": [{"Name": "ColKey", "Value": key}],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Rows under a head, with their sum; a section may be a sum alone."""

    group: str
    head: str
    rows: tuple[tuple[str, ...], ...]
    summary: tuple[str, ...]

    def on_wire(self) -> dict[str, Any]:
        """As it stands in the answer."""
        blanks = [""] * (len(self.summary) - 1)
        head = {"Header": {"ColData": _cells((self.head, *blanks))}} if self.head else {}
        rows = [{"ColData": _cells(row), "type": "Data"} for row in self.rows]
        return {
            **head,
            **({"Rows": {"Row": rows}} if rows else {}),
            "Summary": {"ColData": _cells(self.summary)},
            "type": "Section",
            "group": self.group,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A report's body: plain rows or sections."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...] | Section, ...] = field(default=())

    def on_wire(self) -> dict[str, Any]:
        """The `Columns` and `Rows` keys."""
        rows = [
            row.on_wire() if isinstance(row, Section) else {"ColData": _cells(row), "type": "Data"}
            for row in self.rows
        ]
        return {
            "Columns": {"Column": [column.on_wire() for column in self.columns]},
            "Rows": {"Row": rows},
        }


def _cells(values: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"value": value} for value in values]
