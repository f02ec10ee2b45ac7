"""Document dates, due dates, closed books."""

import calendar
from datetime import date, timedelta

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body, Record
from qbo_connector.simulator.faults import books_closed
from qbo_connector.simulator.writing.draft import Draft

_DEFAULT_TERM_DAYS = 30  # recorded: an invoice without terms is due in 30 days and shows no SalesTermRef


def date_document(draft: Draft) -> None:
    """Give the document its TxnDate (today at Intuit's servers, if none was sent).

    Raises:
        IntuitFault: 6210, the date lies in closed books.
    """
    draft.body.setdefault("TxnDate", draft.company.clock.today().isoformat())
    check_open_books(draft.company, str(draft.body["TxnDate"]))


def date_due(draft: Draft) -> None:
    """Work out when an invoice or a bill is due, unless it says so itself."""
    moved = draft.sent & {"TxnDate", "SalesTermRef"}
    if "DueDate" in draft.body and ("DueDate" in draft.sent or not moved):
        return
    start = date.fromisoformat(draft.body["TxnDate"])
    term = draft.referred("SalesTermRef", "Term")
    draft.body["DueDate"] = _due(start, term.body if term else {}).isoformat()


def guard_books(company: Company, record: Record) -> None:
    """Refuse to touch a document in closed books.

    Raises:
        IntuitFault: 6210.
    """
    check_open_books(company, str(record.body.get("TxnDate", "")))


def check_open_books(company: Company, txn_date: str) -> None:
    """Refuse a date on or before the closing date.

    Raises:
        IntuitFault: 6210.
    """
    closed = company.setting("AccountingInfoPrefs", "BookCloseDate")
    if closed and txn_date and txn_date <= str(closed):
        raise books_closed("6210")


def _due(start: date, term: Body) -> date:
    if "DayOfMonthDue" not in term:
        return start + timedelta(days=int(term.get("DueDays", _DEFAULT_TERM_DAYS)))
    day = int(term["DayOfMonthDue"])
    this_month = _day_of(start.year, start.month, day)
    notice = timedelta(days=int(term.get("DueNextMonthDays", 0)))
    if this_month - notice >= start:
        return this_month
    next_month = start.replace(day=1) + timedelta(days=31)
    return _day_of(next_month.year, next_month.month, day)


def _day_of(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
