"""Corrections of one record, for QuickBooks only: a number, a date, a text."""

from qbo_connector.policy.catalogue.fixes import Fix
from qbo_connector.store.failures import NotThere
from qbo_connector.sync.corrections import FIELDS
from qbo_connector.sync.press import Press
from qbo_connector.sync.situation import ALLOW_DUPLICATE_NUMBER, INCLUDE_ANYWAY

DATES = {"due date": "due_date", "document date": "issue_date", "invoice date": "issue_date"}


def renumber(press: Press) -> int | None:
    """The source keeps its number; this one counts in QuickBooks."""
    return press.answer({"number": press.text("number")})


def allow_duplicate_number(press: Press) -> int | None:
    """Send this one record with a number that another document bears."""
    return press.answer({ALLOW_DUPLICATE_NUMBER: True})


def include_anyway(press: Press) -> int | None:
    """Let this one record in, past the start date and filters without a lock."""
    return press.answer({INCLUDE_ANYWAY: True})


def redate(press: Press) -> int | None:
    """Another date for QuickBooks until the source changes its own; the document's, unless another is named.

    Raises:
        ConnectorError: the source cannot be read.
    """
    return press.correct(DATES.get(press.optional("field"), "issue_date"), press.text("date"))


def correct_field(press: Press) -> int | None:
    """Another text for QuickBooks until the source changes its own; never an amount, a number or a party.

    Raises:
        NotThere: this field cannot be corrected here.
        ConnectorError: the source cannot be read.
    """
    field = press.text("field")
    if field not in FIELDS:
        raise NotThere(f"{Fix.CORRECT_FIELD} knows no {field}")
    return press.correct(field, press.text("value"))
