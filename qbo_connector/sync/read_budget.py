"""How far the month's metered reads will last: Intuit counts them per app and blocks beyond the quota."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from sqlalchemy.orm import Session

from qbo_connector.store import usage
from qbo_connector.store.connections import Connection

TREND_DAYS = 7
"""The forecast goes on as in these last days: long enough for a weekend, short enough to notice a change."""

LOW, CRITICAL = 80, 95
"""Percent of the month's reads, used or foreseen, from which operators are told; and from which what can wait is
asked for less often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBudget:
    """Metered reads of this calendar month.

    Args:
        used: so far.
        budget: allowed.
        forecast: at the end of the month, if it goes on as in the last days.
        ends_on: the day on which the last read goes, if that is before the month's end.
    """

    used: int
    budget: int
    forecast: int
    ends_on: date | None = None

    @property
    def percent(self) -> int:
        """How much is used."""
        return 100 * self.used // self.budget if self.budget else 100

    @property
    def allows_one_more(self) -> bool:
        """Whether another read may leave."""
        return self.used < self.budget

    @property
    def is_low(self) -> bool:
        """Whether somebody should know."""
        return 100 * max(self.used, self.forecast) >= LOW * self.budget

    @property
    def is_scarce(self) -> bool:
        """Whether they will hardly last; what can wait is asked for less often then."""
        return 100 * max(self.used, self.forecast) >= CRITICAL * self.budget


def read_budget(session: Session, budget: int, now: datetime) -> ReadBudget:
    """Of the whole installation."""
    return _budget(session, budget, now.date(), connection_id=None)


def read_share(session: Session, connection: Connection, now: datetime) -> ReadBudget | None:
    """Of one connection; None if it has no share of its own."""
    if connection.read_share is None:
        return None
    return _budget(session, connection.read_share, now.date(), connection_id=connection.id)


def forecast(*, used: int, lately: int, today: date) -> int:
    """Reads at the end of the month; `lately` is what was used in the last seven days, today included."""
    days_left = monthrange(today.year, today.month)[1] - today.day
    return used + ceil(lately * days_left / TREND_DAYS)


def last_day(*, used: int, lately: int, budget: int, today: date) -> date | None:
    """The day on which the budget is used up, as things go; None if it lasts until the next month."""
    if used >= budget:
        return today
    if not lately:
        return None
    days = ceil((budget - used) * TREND_DAYS / lately)
    days_left = monthrange(today.year, today.month)[1] - today.day
    return today + timedelta(days=days) if days <= days_left else None


def _budget(session: Session, budget: int, today: date, *, connection_id: int | None) -> ReadBudget:
    used = usage.reads_between(session, today.replace(day=1), today, connection_id=connection_id)
    since = today - timedelta(days=TREND_DAYS - 1)
    lately = usage.reads_between(session, since, today, connection_id=connection_id)
    return ReadBudget(
        used=used,
        budget=budget,
        forecast=forecast(used=used, lately=lately, today=today),
        ends_on=last_day(used=used, lately=lately, budget=budget, today=today),
    )
