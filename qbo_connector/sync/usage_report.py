"""What an organization's companies were asked this month, what it was for, and how long the reads will last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from qbo_connector.store import connections, exchanges, usage
from qbo_connector.store.connections import Connection
from qbo_connector.store.states import ConnectionState, Intent
from qbo_connector.store.usage import UsageDay
from qbo_connector.sync.read_budget import TREND_DAYS, ReadBudget, read_budget, read_share
from qbo_connector.sync.services import Services

DAYS_SHOWN = 30

PURPOSES = {
    Intent.LOAD_MIRROR: "Reading a company for the first time",
    Intent.CHANGES: "Hearing what changed in QuickBooks",
    Intent.PROBE: "Asking whether a paused company works again",
    Intent.UNDO: "Undoing",
    "": "Pages and sign-ins",
}
SENDING = "Sending documents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of one company, in UTC."""

    day: date
    requests: int = 0
    reads: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyUsage:
    """One company this month. ``share`` is its own part of the reads; None if it draws on the common budget."""

    id: int
    name: str
    reads: int
    writes: int
    requests: int
    share: ReadBudget | None
    days: tuple[Day, ...]

    @property
    def most(self) -> int:
        """Requests on the busiest of the days shown."""
        return max((day.requests for day in self.days), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What reads of the last days were for."""

    words: str
    reads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageReport:
    """What the page shows. ``budget`` is the whole installation's, since Intuit counts per app."""

    budget: ReadBudget
    companies: tuple[CompanyUsage, ...]
    purposes: tuple[Purpose, ...]
    trend_days: int = TREND_DAYS

    @property
    def writes(self) -> int:
        """Of all companies of the organization."""
        return sum(one.writes for one in self.companies)

    @property
    def reads(self) -> int:
        """Of all companies of the organization."""
        return sum(one.reads for one in self.companies)


def usage_report(services: Services, organization_id: int) -> UsageReport:
    """Of every company that is connected."""
    now = services.clock()
    with services.database.reading() as session:
        live = [
            row
            for row in connections.list_in(session, organization_id)
            if row.state is not ConnectionState.DISCONNECTED
        ]
        since = now - timedelta(days=TREND_DAYS)
        return UsageReport(
            budget=read_budget(session, services.settings.reads_per_month, now),
            companies=tuple(_company(services, session, row) for row in live),
            purposes=_purposes(exchanges.count_reads_by_intent(session, [row.id for row in live], since)),
        )


def _company(services: Services, session: Session, row: Connection) -> CompanyUsage:
    now = services.clock()
    today = now.date()
    first_shown = today - timedelta(days=DAYS_SHOWN - 1)
    known = usage.list_days(session, row.id, min(first_shown, today.replace(day=1)), today)
    month = [day for day in known if day.day >= today.replace(day=1)]
    return CompanyUsage(
        id=row.id,
        name=row.company_name or f"Company {row.realm_id}",
        reads=sum(day.reads for day in month),
        writes=sum(day.writes for day in month),
        requests=sum(day.requests for day in month),
        share=read_share(session, row, now),
        days=_every_day(known, first_shown),
    )


def _every_day(known: Sequence[UsageDay], first: date) -> tuple[Day, ...]:
    """Days on which nothing was asked as well."""
    by_day = {one.day: Day(day=one.day, requests=one.requests, reads=one.reads) for one in known}
    days = [first + timedelta(days=place) for place in range(DAYS_SHOWN)]
    return tuple(by_day.get(day, Day(day=day)) for day in days)


def _purposes(by_intent: dict[str, int]) -> tuple[Purpose, ...]:
    """The largest first; every intent that sends something is one purpose."""
    summed: dict[str, int] = {}
    for intent, reads in by_intent.items():
        words = PURPOSES.get(intent, SENDING)
        summed[words] = summed.get(words, 0) + reads
    ordered = sorted(summed.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Purpose(words=words, reads=reads) for words, reads in ordered)
