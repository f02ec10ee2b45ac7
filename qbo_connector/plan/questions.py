"""What one plan must know before it can think: asked of the mirror, answered by values, never looked up inside."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from qbo_connector.canonical.keys import email_key, name_key, number_key
from qbo_connector.canonical.party import PartyKind


class Match(StrEnum):
    """By what a party or item is looked for in the mirror."""

    NAME = "name"
    EMAIL = "email"
    SKU = "sku"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyQuestion:
    """Which customer or vendor is this? `identity` is the party's own key in its source."""

    kind: PartyKind
    identity: str
    name: str
    email: str
    by: tuple[Match, ...]
    qbo_id: str = ""
    """Picked by a person: then this very entry is asked about."""
    parent: "PartyQuestion | None" = None
    """The customer that it is a part of; needed only where it is created."""
    full_name: str = ""
    """`Parent:Child`, looked for before anything else; empty where it has no parent."""

    @property
    def symbol(self) -> str:
        """How steps name it before it has an id."""
        return f"{self.kind}:{self.identity}"

    @property
    def resources(self) -> frozenset[str]:
        """Everything that two operations must not create side by side."""
        keys = {self.symbol, f"{self.kind}:name:{name_key(self.name)}"}
        if self.email and Match.EMAIL in self.by:
            keys.add(f"{self.kind}:email:{email_key(self.email)}")
        return frozenset(keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemQuestion:
    """Which item is this?"""

    identity: str
    name: str
    sku: str
    by: tuple[Match, ...]
    qbo_id: str = ""
    """Set by a rule: then this very entry is asked about."""

    @property
    def symbol(self) -> str:
        """How steps name it before it has an id."""
        return f"item:{self.identity}"

    @property
    def resources(self) -> frozenset[str]:
        """Everything that two operations must not create side by side."""
        keys = {self.symbol, f"item:name:{name_key(self.name)}"}
        if self.sku and Match.SKU in self.by:
            keys.add(f"item:sku:{name_key(self.sku)}")
        return frozenset(keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByName:
    """A question about what has a name and nothing else to be found by."""

    identity: str
    name: str

    KIND: ClassVar[str]

    @property
    def symbol(self) -> str:
        """How steps name it before it has an id."""
        return f"{self.KIND}:{self.identity}"

    @property
    def resources(self) -> frozenset[str]:
        """Everything that two operations must not create side by side."""
        return frozenset({self.symbol, f"{self.KIND}:name:{name_key(self.name)}"})


class LocationQuestion(ByName):
    """Which location is this? Matched by name (T-30), unless a person linked it."""

    __slots__ = ()
    KIND = "location"


class ClassQuestion(ByName):
    """Which class is this? Sources know it by name alone; one of a lower level may be named in full, `A:B`."""

    __slots__ = ()
    KIND = "class"


ListQuestion = PartyQuestion | ItemQuestion | LocationQuestion | ClassQuestion
"""A question about an entry of one of QuickBooks' lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberQuestion:
    """Who has this document number?"""

    entity: str
    number: str

    @property
    def key(self) -> str:
        """The number as it is compared."""
        return number_key(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """All questions of one document."""

    party: PartyQuestion | None
    items: tuple[ItemQuestion, ...]
    location: LocationQuestion | None
    number: NumberQuestion | None
    classes: tuple[ClassQuestion, ...] = ()

    @property
    def parties(self) -> tuple[PartyQuestion, ...]:
        """The customer, behind the one that it is a part of."""
        return tuple(one for one in (self.party and self.party.parent, self.party) if one)

    def of_lists(self) -> Iterator[ListQuestion]:
        """The questions whose answer may have to be created."""
        yield from self.parties
        yield from self.items
        if self.location:
            yield self.location
        yield from self.classes
