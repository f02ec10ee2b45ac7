"""The last look before anything leaves: in shadow mode nothing does, whoever wants to send it."""

from sqlalchemy.orm import Session

from qbo_connector.errors import RecordBusy
from qbo_connector.store import pairings
from qbo_connector.sync.situation import Situation


def refuse_in_shadow(session: Session, situation: Situation) -> None:
    """Let a step pass unless shadow mode is on by now; called in the transaction that notes it as sent.

    Raises:
        RecordBusy: somebody switched it on meanwhile. The operation comes again, and then only plans.
    """
    if pairings.is_in_shadow(session, situation.pairing.id):
        raise RecordBusy("shadow mode was switched on meanwhile", retry_after=0)
