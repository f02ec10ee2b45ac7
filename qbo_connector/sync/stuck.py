"""Noticing work that hangs (T-22): said on the record, with the operator's button to release it."""

from datetime import timedelta

from qbo_connector.canonical.days import day_in_words
from qbo_connector.policy.catalogue import Reason
from qbo_connector.policy.saying import said
from qbo_connector.store import findings, operations
from qbo_connector.store.states import FindingScope
from qbo_connector.sync.outcomes import raise_findings
from qbo_connector.sync.recording import known_about
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import load_situation

DEATHS = 3
"""After so many attempts without an end by their holders, it is no accident any more."""

LONGEST = timedelta(hours=1)


def notice_stuck(services: Services) -> None:
    """Raise the finding for all that hang and are not known to.

    The work itself goes on being claimed anew: what its holders may have sent is looked up first.
    """
    with services.database.reading() as session:
        hanging = operations.list_stuck(session, deaths=DEATHS, longest=LONGEST)
    for operation in hanging:
        with services.database.writing() as session:
            situation = load_situation(services, session, operation.record_id or 0)
            open_ones = findings.list_open(session, FindingScope.RECORD, situation.record.id)
            if any(row.code == Reason.INTERNAL_STUCK for row in open_ones):
                continue
            since = day_in_words((operation.started_at or operation.asked_at).date())
            finding = said(Reason.INTERNAL_STUCK, known_about(situation), date=since)
            raise_findings(session, situation, operation, [finding])
