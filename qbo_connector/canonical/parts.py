"""Smaller parts of documents: status, origin, location, memos, payments."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from qbo_connector.canonical.money import Amount
from qbo_connector.canonical.value import Value


class Status(StrEnum):
    """Where a document stands in its life."""

    DRAFT = "draft"
    OPEN = "open"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    UNCOLLECTIBLE = "uncollectible"
    VOID = "void"
    DELETED = "deleted"


class Origin(StrEnum):
    """Where a record was born: in its source, in QuickBooks, or in a one-off import."""

    SOURCE = "source"
    QUICKBOOKS = "quickbooks"
    IMPORT = "import"


class Location(Value):
    """A place of business that a document belongs to."""

    external_id: str = ""
    name: str = Field(min_length=1, title="location")


class Subsidiary(Value):
    """A part of the source's organization that keeps books of its own (P-5)."""

    external_id: str = Field(min_length=1, title="subsidiary id")
    name: str = Field(default="", title="subsidiary")


class Memos(Value):
    """Everything a memo could be taken from; the pairing's rules choose (P-11)."""

    subject: str = ""
    note: str = ""
    po_number: str = Field(default="", title="PO number")
    terms: str = Field(default="", title="terms note")
    custom: tuple[tuple[str, str], ...] = ()


class Payment(Value):
    """Money received on a document in its source."""

    external_id: str
    paid_on: date
    amount: Amount = Field(gt=0, title="payment")
    reference: str = ""
    method: str = ""
