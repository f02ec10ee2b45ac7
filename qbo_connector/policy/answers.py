"""What people answered about one document only: given once, kept with the record, part of every later plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """How an item that QuickBooks lacks is to be created."""

    name: str
    sku: str = ""
    is_service: bool = False
    income_account: str = ""
    """QuickBooks account; empty for the one that the pairing's rules name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a person kept in QuickBooks instead of what the source said; it counts while the source says so."""

    value: str
    instead_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Answers of people. All of them are empty where nobody was asked."""

    new_customer: str = ""
    """Name under which the document's customer is created, although the rules would not create it, or not so."""
    new_items: Mapping[str, NewItem] = field(default_factory=dict)
    """Items to create, by the symbol that the plan gives them."""
    new_location: str = ""
    """Name under which the document's location is created."""
    void_copy: bool = False
    """Whether the copy of a withdrawn document may be voided, although voids do not travel by themselves."""
    kept: Mapping[str, Kept] = field(default_factory=dict)
    """Texts that stand in QuickBooks and stay there, by the key of their field (H-34)."""
