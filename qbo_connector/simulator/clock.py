"""The simulator's own time, which a test may move, and the way Intuit writes it.

Intuit stamps every answer with a Pacific offset, whatever zone the company lives in (reference §6.1).
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")


class Clock:
    """Real time plus an offset. Token life, limit windows and stamps follow it; the caller's clock does not."""

    def __init__(self) -> None:
        self._offset = timedelta(0)

    def now(self) -> datetime:
        """The present moment here, aware, in UTC."""
        return datetime.now(UTC) + self._offset

    def today(self) -> date:
        """The date at Intuit's servers, which documents without a TxnDate get."""
        return self.now().astimezone(PACIFIC).date()

    def move_to(self, moment: datetime) -> None:
        """Make `moment` the present; time goes on from there."""
        self._offset = moment - datetime.now(UTC)

    def advance(self, seconds: float) -> None:
        """Move on by `seconds`, which may be negative."""
        self._offset += timedelta(seconds=seconds)

    @property
    def offset_s(self) -> float:
        """How far this clock stands from the real one."""
        return self._offset.total_seconds()


def stamp(moment: datetime) -> str:
    """MetaData's form: whole seconds with the Pacific offset in force at that moment."""
    return moment.astimezone(PACIFIC).isoformat(timespec="seconds")


def stamp_millis(moment: datetime) -> str:
    """The form of the envelope's `time`."""
    return moment.astimezone(PACIFIC).isoformat(timespec="milliseconds")


def parse_moment(text: str) -> datetime:
    """Read a date or a timestamp as clients write them; without an offset it is taken as Pacific.

    Raises:
        ValueError: the text is neither.
    """
    moment = datetime.fromisoformat(text.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=PACIFIC)
