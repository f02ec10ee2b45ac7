"""What an entity of QuickBooks is: its fields' rules and the operations it has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from qbo_connector.simulator.entities.schema import Shape, shape_of


class Family(StrEnum):
    """Kinds that behave alike."""

    NAME = "name"  # customers, vendors, employees: one namespace
    LIST = "list"  # items, accounts, classes ...: soft-deleted, renamed when inactive
    TRANSACTION = "transaction"  # documents with a date; hard-deleted
    SETTING = "setting"  # company info, preferences, rates: never deleted


class Op(StrEnum):
    """Operations an entity may have."""

    CREATE = "create"
    READ = "read"
    UPDATE = "update"
    DELETE = "delete"
    QUERY = "query"
    SEND = "send"
    PDF = "pdf"
    CDC = "cdc"
    VOID = "void"  # POST ?operation=void
    VOID_INCLUDE = "void_include"  # POST ?operation=update&include=void


READABLE = frozenset({Op.READ, Op.QUERY})
LISTED = frozenset({Op.CREATE, Op.READ, Op.UPDATE, Op.QUERY, Op.CDC})
DOCUMENT = LISTED | {Op.DELETE}
SENDABLE = DOCUMENT | {Op.SEND, Op.PDF}

ALWAYS_READ_ONLY = frozenset({"domain", "status", "MetaData", "sparse"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityKind:
    """One entity.

    Attributes:
        name: as it stands in URLs (lower-cased), answers and queries.
        shape_name: the type of the XSD it is made of, where that is called otherwise.
        wire_name: the key of its answers, where that is called otherwise.
        id_space: records of one space share a sequence of ids.
        required: fields without which a create is refused.
        required_always: fields a sparse update must repeat too.
        limits: longest text per field; a dotted name goes into an object.
        read_only: fields QuickBooks sets by itself; sent ones are ignored.
        defaults: fields QuickBooks fills in when a create leaves them out.
        refs_queryable: references that may stand in a WHERE clause.
        not_queryable: further scalar fields that may not.
        list_name: how fault 2500 calls the list.
        title: how fault 6140 calls the document.
    """

    name: str
    family: Family
    operations: frozenset[Op]
    shape_name: str = ""
    wire_name: str = ""
    id_space: str = "txn"
    required: tuple[str, ...] = ()
    required_always: tuple[str, ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict)
    read_only: frozenset[str] = frozenset()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    refs_queryable: frozenset[str] = frozenset()
    not_queryable: frozenset[str] = frozenset()
    list_name: str = ""
    title: str = ""

    @property
    def shape(self) -> Shape:
        """Field shapes in wire order."""
        return shape_of(self.shape_name or self.name)

    @property
    def type_name(self) -> str:
        """The XSD's name for it."""
        return self.shape_name or self.name

    @property
    def answer_name(self) -> str:
        """The key under which it is answered."""
        return self.wire_name or self.name

    @property
    def is_transaction(self) -> bool:
        """Whether it is a document with a date rather than a list entry."""
        return self.family is Family.TRANSACTION

    @property
    def can_be_inactive(self) -> bool:
        """Whether it is deactivated rather than deleted."""
        return self.family in {Family.NAME, Family.LIST} and "Active" in self.shape
