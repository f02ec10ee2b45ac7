"""What all documents of QuickBooks have in common, as the fields of a canonical document."""

from decimal import Decimal
from typing import Any

from qbo_connector.canonical.parts import Location, Origin, Status
from qbo_connector.mapping.answer import VOIDED
from qbo_connector.mapping.reading.books import Books
from qbo_connector.mapping.reading.fields import Fields


def heading(fields: Fields, books: Books) -> dict[str, Any]:
    """Id, number, date, money, place and stamps.

    Raises:
        DocumentInvalid: no id or date, or any of these unreadable.
    """
    for needed in ("Id", "TxnDate"):
        if not fields.has(needed):
            raise fields.refuse(needed)
    stamps = fields.part("MetaData")
    currency = fields.ref("CurrencyRef")[0] or books.company.home_currency
    foreign = currency != books.company.home_currency
    return {
        "external_id": fields.text("Id"),
        "number": fields.text("DocNumber"),
        "issue_date": fields.day("TxnDate"),
        "currency": currency,
        "exchange_rate": fields.measure("ExchangeRate") if foreign else None,
        "location": _location(fields),
        "total": fields.money("TotalAmt"),
        "origin": Origin.QUICKBOOKS,
        "created_at": stamps.moment("CreateTime"),
        "updated_at": stamps.moment("LastUpdatedTime"),
    }


def _location(fields: Fields) -> Location | None:
    identifier, name = fields.ref("DepartmentRef")
    return Location(external_id=identifier, name=name or identifier) if identifier else None


def is_voided(fields: Fields) -> bool:
    """A voided document stays, worth nothing, and its note begins with the word (reference §6.3)."""
    return not fields.money("TotalAmt") and fields.text("PrivateNote").casefold().startswith(VOIDED)


def paid_status(fields: Fields) -> Status:
    """Where an invoice or a bill stands, by what is left to pay."""
    total, balance = fields.money("TotalAmt"), left_of(fields, "Balance")
    if is_voided(fields):
        return Status.VOID
    if not balance:
        return Status.PAID
    return Status.PARTIALLY_PAID if balance < total else Status.OPEN


def left_of(fields: Fields, name: str) -> Decimal:
    """What is left of the total; an object that does not say so has all of it left."""
    return fields.money(name) if fields.has(name) else fields.money("TotalAmt")
