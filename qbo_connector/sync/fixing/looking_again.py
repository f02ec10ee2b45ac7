"""Buttons that have something looked at again: the record, the company's lists and settings, the connection."""

from qbo_connector.policy.catalogue import load_catalogue
from qbo_connector.policy.catalogue.fixes import Fix
from qbo_connector.policy.catalogue.kinds import Cause
from qbo_connector.store import findings
from qbo_connector.store.failures import NotThere
from qbo_connector.store.states import FindingScope, Intent, Lane
from qbo_connector.sync.company import SETTINGS
from qbo_connector.sync.press import Press
from qbo_connector.sync.reading_now import read_for_somebody
from qbo_connector.sync.resuming import ask_for_probe

LISTS = {
    "customers": ("Customer",),
    "vendors": ("Vendor",),
    "items": ("Item",),
    "accounts": ("Account",),
    "tax codes": ("TaxCode", "TaxRate"),
    "locations": ("Department",),
    "classes": ("Class",),
    "preferences": SETTINGS,
}
"""What a person calls them, and what is read: one metered read per thousand entries of each."""


def retry(press: Press) -> int | None:
    """Sync now."""
    return press.sync()


def check_again(press: Press) -> int | None:
    """Look again; what hangs on the company's settings is read anew first, for three metered reads.

    Raises:
        ConnectorError: QuickBooks could not be read.
    """
    if _hangs_on_settings(press):
        connection = press.situation().connection
        read_for_somebody(press.services, connection, (*SETTINGS, "TaxCode"))
    return press.sync()


def refresh_lists(press: Press) -> int | None:
    """Have a worker read a list of QuickBooks anew.

    Raises:
        NotThere: there is no such list.
    """
    wanted = press.text("list")
    if wanted not in LISTS:
        raise NotThere(f"there is no list of {wanted}")
    press.have_done(Intent.FIX, action=str(Fix.REFRESH_LISTS), lists=list(LISTS[wanted]))
    return press.sync()


def reactivate(press: Press) -> int | None:
    """Have an entry made active in QuickBooks; the record is synced again behind it."""
    qbo_id = press.optional("qbo_id") or press.optional("qbo_item_id")
    qbo_type = press.optional("qbo_type") or "Item"
    press.have_done(Intent.FIX, action=str(Fix.REACTIVATE_ITEM), qbo_type=qbo_type, qbo_id=qbo_id)
    return press.sync()


def resume_connection(press: Press) -> int | None:
    """One probe; the pause is lifted if it passes."""
    connection = press.situation().connection
    with press.services.database.writing() as session:
        ask_for_probe(session, connection, asked_by=press.asked_by, lane=Lane.INTERACTIVE)
    return press.sync()


def _hangs_on_settings(press: Press) -> bool:
    """Whether a finding of the record or of its pairing waits for the company's settings; or none is stored."""
    with press.services.database.reading() as session:
        found = [*findings.list_open(session, FindingScope.PAIRING, press.target.pairing_id)]
        if press.target.record_id:
            found += findings.list_of_record(session, press.target.record_id)
    entries = [load_catalogue().entry(row.code) for row in found]
    watching = any(Cause.COMPANY_SETTINGS in entry.causes or entry.code.startswith("tax.") for entry in entries)
    return watching or not found
