"""One stored record and the traces deleted ones leave."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from qbo_connector.simulator.entities.kinds import EntityKind

Body = dict[str, Any]
Key = tuple[str, str]  # entity name, id
TAX_CODE_BY_DEFAULT = "tax_code_by_default"  # the fact that nobody chose a customer's tax code


@dataclass(slots=True, eq=False, kw_only=True)
class Record:
    """A record as QuickBooks would answer it.

    Attributes:
        id: the Id, a string as on the wire.
        body: in wire form and wire order, without anything computed at reading time.
        updated: when it last changed, to the microsecond (the wire shows whole seconds).
        sequence: the order of changes in this company, to tell equal moments apart.
        facts: what QuickBooks knows but does not show, such as the next line's id.
    """

    kind: EntityKind
    id: str
    body: Body
    updated: datetime
    sequence: int
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """Entity and id."""
        return (self.kind.name, self.id)

    @property
    def active(self) -> bool:
        """Whether a query shows it without being asked for inactive ones."""
        return self.body.get("Active", True) is not False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """A deleted transaction; change data capture still tells of it."""

    entity: str
    id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something a webhook tells: `operation` is Create, Update, Delete, Void, Merge or Emailed."""

    realm_id: str
    entity: str
    id: str
    operation: str
    at: datetime
    deleted_id: str | None = None
    own: bool = True  # made through the API rather than by a person in QuickBooks
