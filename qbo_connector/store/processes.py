"""Our own processes and their heartbeats: who listens, and whose leases can be given back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store import clock
from qbo_connector.store.dialects import rows_changed
from qbo_connector.store.row import Row
from qbo_connector.store.states import Lane, ProcessKind
from qbo_connector.store.types import Json, closed


class Process(Row):
    """One process. ``id`` is also what it signs its leases with; ``lanes`` is empty unless it is a worker."""

    __tablename__ = "processes"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[ProcessKind] = mapped_column(closed(ProcessKind, "kind"))
    lanes: Mapped[list[str]] = mapped_column(Json, default_factory=list, insert_default=list)
    host: Mapped[str] = mapped_column(default="")
    pid: Mapped[int] = mapped_column(default=0)
    beat_at: Mapped[datetime] = mapped_column(default_factory=clock.utc_now, insert_default=clock.utc_now)
    started_at: Mapped[datetime] = mapped_column(default_factory=clock.utc_now, insert_default=clock.utc_now)


def enter(session: Session, process: Process) -> None:
    """A process begins; one of the same id is replaced."""
    session.merge(process)
    session.flush()
    beat(session, process.id)


def beat(session: Session, process_id: str) -> bool:
    """It is alive; False if it was taken for dead and forgotten, and should enter again."""
    statement = update(Process).where(Process.id == process_id)
    return rows_changed(session, statement.values(beat_at=clock.now(session))) == 1


def leave(session: Session, process_id: str) -> None:
    """A process ends, or was found dead."""
    rows_changed(session, delete(Process).where(Process.id == process_id))


def list_alive(session: Session, *, within_s: float) -> Sequence[Process]:
    """Who gave a sign of life within some seconds."""
    query = select(Process).where(Process.beat_at > clock.after(session, -within_s))
    return session.scalars(query.order_by(Process.kind, Process.id)).all()


def list_silent(session: Session, *, after_s: float) -> Sequence[Process]:
    """Who gave no sign of life for some seconds."""
    query = select(Process).where(Process.beat_at <= clock.after(session, -after_s))
    return session.scalars(query.order_by(Process.id)).all()


def list_of_pid(session: Session, *, host: str, pid: int) -> Sequence[Process]:
    """Whoever entered from a host under a process id: to bury a child that died."""
    return session.scalars(select(Process).where(Process.host == host, Process.pid == pid)).all()


def served_lanes(session: Session, *, within_s: float) -> frozenset[Lane]:
    """The lanes that some living worker listens to."""
    return frozenset(Lane(lane) for process in list_alive(session, within_s=within_s) for lane in process.lanes)
