"""A write on its way: what was sent, what it stands on, what it becomes."""

from dataclasses import dataclass, field
from typing import Any

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body, Record
from qbo_connector.simulator.entities.kinds import EntityKind


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteFlags:
    """What the query string asks for beside the body."""

    allow_duplicate_number: bool = False

    @classmethod
    def of(cls, query: dict[str, str]) -> "WriteFlags":
        """Read `include=allowduplicatedocnum` from a query string."""
        return cls(allow_duplicate_number="allowduplicatedocnum" in query.get("include", "").lower())


@dataclass(slots=True, kw_only=True)
class Draft:
    """Rules read and complete `body` in place; nothing is stored until all of them agreed.

    Attributes:
        body: the record as it will be, without Id, SyncToken and MetaData on a create.
        sent: top-level fields the client sent with a value.
        before: the record being updated, None on a create.
        facts: what goes into the record's facts.
    """

    company: Company
    kind: EntityKind
    body: Body
    sent: frozenset[str]
    before: Record | None = None
    flags: WriteFlags = field(default_factory=WriteFlags)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def creating(self) -> bool:
        """Whether this makes a new record."""
        return self.before is None

    @property
    def us(self) -> bool:
        """Whether the company is American, where tax works its own way."""
        return self.company.region.code == "US"

    def ref(self, name: str) -> str | None:
        """The id in a reference of the body."""
        reference = self.body.get(name)
        return str(reference["value"]) if reference else None

    def referred(self, name: str, entity: str) -> Record | None:
        """The record a reference of the body points at."""
        identifier = self.ref(name)
        return self.company.find(entity, identifier) if identifier else None
