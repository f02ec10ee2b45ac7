"""What will stop a company before long, told while there is time: a link that ends, reads that will not last."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from qbo_connector.canonical.days import day_in_words
from qbo_connector.logs import Event
from qbo_connector.policy.catalogue import Reason
from qbo_connector.policy.saying import said
from qbo_connector.store import connections, findings, usage
from qbo_connector.store.connections import Connection
from qbo_connector.store.states import FindingClass, FindingScope
from qbo_connector.sync.read_budget import CRITICAL, ReadBudget, read_budget, read_share
from qbo_connector.sync.services import Services

logger = structlog.get_logger(__name__)

IDLE_NOTICE = timedelta(days=14)
FINAL_NOTICE = timedelta(days=60)
"""How long before its end a link is told to end: of disuse, or for good (Intuit warns 30 days ahead)."""

BY = "schedule"


def foresee(services: Services) -> None:
    """Look at every company that is worked with; a warning that no longer holds goes."""
    now = services.clock()
    with services.database.writing() as session:
        for row in connections.list_active(session):
            _settle(session, row, Reason.CONNECTION_EXPIRING, _ending(row, now))
            _settle(session, row, Reason.LIMIT_READ_BUDGET_LOW, _low(services, session, row, now))


def ends_on(connection: Connection, now: datetime) -> datetime | None:
    """When the link ends, if that is soon: unused for too long, or at its final date."""
    idle, final = connection.refresh_expires_at, connection.refresh_hard_expires_at
    near = [
        end
        for end, notice in ((idle, IDLE_NOTICE), (final, FINAL_NOTICE))
        if end is not None and end - now < notice
    ]
    return min(near, default=None)


def _ending(connection: Connection, now: datetime) -> dict[str, str] | None:
    end = ends_on(connection, now)
    return {"date": day_in_words(end)} if end else None


def _low(services: Services, session: Session, connection: Connection, now: datetime) -> dict[str, str] | None:
    """A company is told of its own share; of the common budget the one that uses most of it."""
    share = read_share(session, connection, now)
    if share is not None:
        return _level(share)
    today = now.date()
    if usage.busiest(session, today.replace(day=1), today) != connection.id:
        return None
    return _level(read_budget(session, services.settings.reads_per_month, now))


def _level(budget: ReadBudget) -> dict[str, str] | None:
    return {"percent": str(budget.percent)} if budget.is_low else None


def _settle(session: Session, connection: Connection, reason: Reason, told: Mapping[str, str] | None) -> None:
    """Raise, leave or close the warning; one that says the same is not raised again."""
    found = findings.list_open(session, FindingScope.CONNECTION, connection.id)
    standing = next((one for one in found if one.code == str(reason)), None)
    if told is None:
        if standing:
            findings.resolve(session, standing.id, by=BY)
        return
    if standing and _says(standing.params) == _says(told):
        return
    warning = said(reason, {"company": connection.company_name, **told})
    if reason is Reason.LIMIT_READ_BUDGET_LOW:
        logger.warning(Event.READ_BUDGET_LOW, connection_id=connection.id, **told)
    findings.raise_(
        session,
        scope=FindingScope.CONNECTION,
        code=str(reason),
        category=FindingClass.WARNING,
        organization_id=connection.organization_id,
        connection_id=connection.id,
        params=dict(warning.params),
    )


def _says(params: Mapping[str, str]) -> tuple[str, bool]:
    """The day; of the reads only whether they are nearly gone, since their figure changes every hour."""
    percent = params.get("percent", "")
    return params.get("date", ""), percent.isdecimal() and int(percent) >= CRITICAL
