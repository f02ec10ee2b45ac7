"""A process that dies at a chosen point: every commit and every request of ours is a numbered, named point.

The parts are second implementations with the same signatures; the product's own code runs between the points. A
point's name is where the product's code stood and what it was about to do: ``push._conclude commit``. The numbers
are counted anew in each run.
"""

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import CodeType
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

import qbo_connector
from qbo_connector.store.connections import Connection
from qbo_connector.store.database import Database
from qbo_connector.sync.services import Clients

PRODUCT = f"{Path(qbo_connector.__file__).parent}/"
RIM = (f"{PRODUCT}store/", f"{PRODUCT}sources/", f"{PRODUCT}qbo/")
"""Floors that commit and send for others: a point is named after whoever made them do so."""

MOST_TURNS = 3


class Stopped(BaseException):
    """The process died here. No handler of ours may catch it."""


class Moment(StrEnum):
    """What is about to happen, or has just happened, at a point."""

    BEGIN = "begin"
    """A writing transaction is about to begin: whoever pauses here holds nothing."""
    COMMIT = "commit"
    """Everything is written; if the process dies now, nothing of it is kept."""
    COMMITTED = "committed"
    SEND = "send"
    """A request is about to leave, to QuickBooks or to the source."""
    ANSWERED = "answered"
    """The answer is here, and nobody has noted so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The ``number``-th point of a run; ``place`` is the module and function that it belongs to.

    A function that is come through several times has as many points: ``turn`` counts them, up to three.
    """

    number: int
    place: str
    moment: Moment
    turn: int

    @property
    def name(self) -> str:
        """The same in every run that comes here the same way."""
        return f"{self.place} {self.moment} {self.turn}"


class Points:
    """Counts the points of one thread, the one that made it, and lets something happen at each.

    A begin has the number of the point before it: whoever dies there has done no more than there. ``stop_at`` is
    the number at which the process dies; 0 never dies. ``act`` is asked at every point and may raise `Stopped`
    itself.
    """

    def __init__(self, act: Callable[[Point], None] | None = None) -> None:
        self.passed = 0
        self.stop_at = 0
        self.act = act
        self._thread = threading.get_ident()
        self._turns: Counter[tuple[str, Moment]] = Counter()

    def start(self, *, stop_at: int = 0, act: Callable[[Point], None] | None = None) -> None:
        """Count anew."""
        self.passed, self.stop_at, self.act = 0, stop_at, act
        self._turns.clear()

    def pass_by(self, moment: Moment) -> None:
        if threading.get_ident() != self._thread:
            return
        if moment is not Moment.BEGIN:
            self.passed += 1
            if self.passed == self.stop_at:
                raise Stopped
        if self.act is not None:
            self.act(self._here(moment))

    def _here(self, moment: Moment) -> Point:
        place = _place()
        self._turns[place, moment] += 1
        turn = min(self._turns[place, moment], MOST_TURNS)
        return Point(number=self.passed, place=place, moment=moment, turn=turn)


class StoppingDatabase(Database):
    """Dies around a commit: before it, when nothing of it is kept, or after it, when all of it is."""

    def __init__(self, database: Database, points: Points) -> None:
        super().__init__(database.engine)
        self.points = points
        self._session: Session | None = None

    @contextmanager
    def writing(self) -> Iterator[Session]:
        self.points.pass_by(Moment.BEGIN)
        with super().writing() as session:
            yield session
            self._session = session
            self.points.pass_by(Moment.COMMIT)
        self.points.pass_by(Moment.COMMITTED)

    def cut(self) -> None:
        """Cut the connection of the transaction that is about to commit: the file is closed, the backend ended."""
        assert self._session is not None, "no transaction has come to its commit"
        raw: Any = self._session.connection().connection.dbapi_connection
        if self.engine.dialect.name == "sqlite":
            raw.close()
            return
        with self.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": raw.info.backend_pid})


class StoppingClients:
    """Dies before a request leaves, or after QuickBooks has answered it and nobody has noted so."""

    def __init__(self, clients: Clients, points: Points) -> None:
        self._clients = clients
        self._points = points

    def of(self, connection: Connection) -> Any:
        return Stopping(self._clients.of(connection), self._points)

    def close(self) -> None:
        self._clients.close()


class Stopping:
    """Anything that speaks to others: each of its verbs is two points."""

    def __init__(self, speaker: Any, points: Points) -> None:
        self._speaker = speaker
        self._points = points

    def __getattr__(self, name: str) -> Any:
        verb = getattr(self._speaker, name)
        return self._around(verb) if callable(verb) else verb

    def _around(self, verb: Callable[..., Any]) -> Callable[..., Any]:
        def spoken(*told: Any, **more: Any) -> Any:
            self._points.pass_by(Moment.SEND)
            answer = verb(*told, **more)
            self._points.pass_by(Moment.ANSWERED)
            return answer

        return spoken


def _place() -> str:
    """The nearest code of the product that decides: module and function."""
    frame = sys._getframe(3)
    while frame.f_back is not None and not _decides(frame.f_code):
        frame = frame.f_back
    module = frame.f_code.co_filename.rpartition("/")[2].removesuffix(".py")
    return f"{module}.{frame.f_code.co_qualname.replace('.<locals>.<lambda>', '')}"


def _decides(code: CodeType) -> bool:
    return code.co_filename.startswith(PRODUCT) and not code.co_filename.startswith(RIM)
