"""What stands above the lines of payments, bills and credits alike: date, number, place, money, note."""

from typing import Any

from qbo_connector.canonical.booked import Booked
from qbo_connector.canonical.company import Company
from qbo_connector.mapping import limits
from qbo_connector.mapping.naming import Naming
from qbo_connector.mapping.symbols import ref


def heading(document: Booked, naming: Naming, company: Company) -> dict[str, Any]:
    """The heading of a document that has no memo for customers.

    Its one note is always sent, an empty one too, for the reason told in `mapping.invoice`. Location and currency
    go only to companies that keep them, since the others drop or refuse them.
    """
    note = limits.shortened(document.memos.note or document.memos.subject, limits.PRIVATE_NOTE)
    body: dict[str, Any] = {"TxnDate": document.issue_date.isoformat(), "PrivateNote": note}
    if document.number:
        body["DocNumber"] = document.number
    if document.location and company.track_locations:
        body["DepartmentRef"] = ref(naming.location(document.location))
    if company.multi_currency:
        body["CurrencyRef"] = {"value": document.currency}
        if document.exchange_rate and document.currency != company.home_currency:
            body["ExchangeRate"] = document.exchange_rate
    return body
