"""What stops everything at once in this installation, as it stands at this moment: said above every page."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.orm import Session

from qbo_connector.canonical.days import day_in_words
from qbo_connector.config import Settings
from qbo_connector.policy.catalogue import Finding, Reason
from qbo_connector.policy.saying import said
from qbo_connector.store import clock, findings, operations, processes
from qbo_connector.store.states import FindingScope, Lane, OperationState, ProcessKind
from qbo_connector.sync.read_budget import read_budget
from qbo_connector.sync.services import Services

NOBODY_WORKS_S = 60.0
NOBODY_SCHEDULES_S = 300.0


def alarms(session: Session, settings: Settings) -> Iterator[Finding]:
    """No worker although something is due, or no scheduler. Both end by themselves as soon as one is there."""
    due_since = operations.oldest_due(session)
    waited = clock.utc_now() - due_since if due_since else timedelta()
    served = processes.served_lanes(session, within_s=max(NOBODY_WORKS_S, settings.heartbeat_s * 4))
    if waited > timedelta(seconds=NOBODY_WORKS_S) and set(served) != set(Lane):
        counted = operations.count_open(session)
        waiting = sum(number for (_, state), number in counted.items() if state is not OperationState.RUNNING)
        yield said(Reason.INSTALLATION_NO_WORKER, {}, count=str(waiting))
    alive = processes.list_alive(session, within_s=NOBODY_SCHEDULES_S)
    began = [one.started_at for one in alive]
    if began and not any(one.kind is ProcessKind.SCHEDULER for one in alive):
        up_for = clock.utc_now() - min(began)
        if up_for > timedelta(seconds=NOBODY_SCHEDULES_S):
            since = clock.utc_now() - timedelta(seconds=NOBODY_SCHEDULES_S)
            yield said(Reason.INSTALLATION_SCHEDULER_OFF, {}, date=day_in_words(since.date()))


def end_spent_budget(services: Services) -> None:
    """A new month, or a higher budget: reads go on, and the sentence that says otherwise goes."""
    with services.database.writing() as session:
        if read_budget(session, services.settings.reads_per_month, services.clock()).allows_one_more:
            spent = [str(Reason.LIMIT_READ_BUDGET_SPENT)]
            findings.resolve_scope(session, FindingScope.INSTALLATION, by="schedule", codes=spent)
