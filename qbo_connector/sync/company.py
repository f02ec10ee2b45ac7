"""The company's settings as the mirror holds them."""

from functools import cache

from sqlalchemy import Select, bindparam, exists, select
from sqlalchemy.orm import Session

from qbo_connector.canonical.company import Company
from qbo_connector.mapping.company import company_from
from qbo_connector.mapping.listing import LISTS
from qbo_connector.store import mirror
from qbo_connector.store.connections import Connection
from qbo_connector.store.mirror import MirrorEntry
from qbo_connector.store.numbers import DocumentNumber

SETTINGS = ("CompanyInfo", "Preferences")
CURRENCIES = "CompanyCurrency"
TAX_CODES = "TaxCode"
TAX_RATES = "TaxRate"
PSEUDO_CODES = frozenset({"TAX", "NON"})


def find_company(session: Session, connection: Connection) -> Company | None:
    """The company's facts; None while its settings have never been read."""
    lists = mirror.list_several(session, connection.id, (*SETTINGS, TAX_CODES, CURRENCIES))
    if not all(lists[name] for name in SETTINGS):
        return None
    info, preferences = (lists[name][0].data for name in SETTINGS)
    return company_from(
        info,
        preferences,
        has_invoice=_has_invoice(session, connection.id),
        has_tax_code=any(code.active and code.qbo_id not in PSEUDO_CODES for code in lists[TAX_CODES]),
        currencies=frozenset(_code(entry) for entry in lists[CURRENCIES] if entry.active),
    )


def _code(entry: MirrorEntry) -> str:
    return str(entry.data.get("Code") or entry.qbo_id)


def lists_of(company: Company | None) -> tuple[str, ...]:
    """The lists that plans may ask about: currencies and tax rates only of a company that works with them.

    In the US a tax rate says nothing, since there QuickBooks works out the tax.
    """
    if company is None:
        return LISTS
    currencies = (CURRENCIES,) if company.multi_currency else ()
    rates = (TAX_RATES,) if company.sales_tax and not company.in_us else ()
    return (*LISTS, *currencies, *rates)


def _has_invoice(session: Session, connection_id: int) -> bool:
    return bool(session.scalar(_any_invoice(), {"connection": connection_id}))


@cache
def _any_invoice() -> Select[bool]:
    mine = DocumentNumber.connection_id == bindparam("connection")
    return select(exists().where(mine, DocumentNumber.type == "Invoice"))
