"""Judgements about documents: which version counts, whether it is created again, voided, or given up."""

from qbo_connector.policy.catalogue.fixes import Fix
from qbo_connector.store import bindings, operations, series, steps
from qbo_connector.store.failures import NotThere
from qbo_connector.store.states import InQuickBooks, Intent
from qbo_connector.sync import asks
from qbo_connector.sync.answers import VOID_COPY
from qbo_connector.sync.press import Press
from qbo_connector.sync.resuming import release


def restore_ours(press: Press) -> int | None:
    """Send the source's version over the change in QuickBooks."""
    return press.sync(intent="update")


def take_theirs(press: Press) -> int | None:
    """Accept the version of QuickBooks as the agreed one; a worker reads it first."""
    return press.have_done(Intent.FIX, action=str(Fix.TAKE_THEIRS))


def recreate(press: Press) -> int | None:
    """End the link to what is gone; the next sync creates it anew under a new generation."""
    with press.services.database.writing() as session:
        for link in bindings.list_of_record(session, press.record(session).id):
            if link.in_quickbooks is not InQuickBooks.INTACT:
                bindings.end(session, link.id, reason="created anew")
    return press.sync()


def void_in_quickbooks(press: Press) -> int | None:
    """Void the copy of a document that its source has withdrawn."""
    return press.answer({VOID_COPY: True})


def post_again(press: Press) -> int | None:
    """Close what was sent without an answer as "did not arrive", and send anew under new requestids.

    Raises:
        NotThere: a worker is finding it out just now.
    """
    press.confirmed()
    with press.services.database.writing() as session:
        record = press.record(session)
        if any(one.lease_owner for one in operations.list_open_of_record(session, record.id)):
            raise NotThere("the record is being worked on")
        for step in steps.unsettled(session, record.id):
            steps.mark_abandoned(session, step)
            series.advance(session, step.connection_id, step.binding_key)
        press.note(session, "record.sent_again")
    return press.sync()


def undo(press: Press) -> int | None:
    """Take the last sync back; whether it is still possible is looked at again by the worker."""
    return press.have_done(Intent.UNDO)


def dismiss(press: Press) -> int | None:
    """Set the record aside."""
    asks.dismiss(press.services, press.target.organization_id, _id(press), asked_by=press.asked_by)
    return None


def undismiss(press: Press) -> int | None:
    """Take the record back in."""
    asks.undismiss(press.services, press.target.organization_id, _id(press), asked_by=press.asked_by)
    return press.sync()


def release_lock(press: Press) -> int | None:
    """Take the work away from whoever holds it, and do it anew."""
    release(press.services, press.target.organization_id, _id(press), asked_by=press.asked_by)
    return press.sync()


def request_access(press: Press) -> int | None:
    """Tell the operator, by the history."""
    with press.services.database.writing() as session:
        press.note(session, "access.requested", message=press.optional("message")[:500])
    return None


def _id(press: Press) -> int:
    with press.services.database.writing() as session:
        return press.record(session).id
