"""A worker that can die, lose its database or be overtaken at any point, in the process of the test."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from qbo_connector.jobs.drain import carry_out, claim
from qbo_connector.qbo.environment import environment
from qbo_connector.qbo.transport import Pool
from qbo_connector.store import operations
from qbo_connector.store.clock import utc_now
from qbo_connector.store.leases import ResourceLease
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import Lane, OperationState, StepState
from qbo_connector.store.steps import Step
from qbo_connector.sync.client_pool import ClientPool
from qbo_connector.sync.services import Services
from tests.rig.stopping import Point, Points, Stopped, Stopping, StoppingClients, StoppingDatabase
from tests.rig.troubles import SILENCE_S

MOST_OPERATIONS = 50
"""More than this in one turn is a worker that goes round in circles."""

TURNS_TO_REST = 12
MOMENT = timedelta(seconds=1)


class Mortal:
    """The worker of an installation. What it does is the product's own doing; when it ends is the test's."""

    def __init__(self, services: Services, *, owner: str = "mortal", lanes: Sequence[Lane] = tuple(Lane)) -> None:
        self._lanes = lanes
        self.outlived = False
        """Whether the last run that should have died at a number ended before it."""
        self._healthy = services.database
        self.points = Points()
        self.database = StoppingDatabase(services.database, self.points)
        self._pool = ClientPool(
            database=self.database,
            environment=environment(services.settings.environment),
            oauth=services.oauth,
            limits=None,
            clock=services.clock,
            reads_per_month=services.settings.reads_per_month,
            pool=lambda: Pool(read_s=SILENCE_S),
        )
        self.services = replace(
            services,
            database=self.database,
            clients=StoppingClients(self._pool, self.points),
            source_http=lambda: Stopping(services.source_http(), self.points),
            owner=owner,
        )

    def live(self, *, stop_at: int = 0, act: Callable[[Point], None] | None = None) -> bool:
        """Work on everything that is due in its lanes; False if it died of it."""
        self.points.start(stop_at=stop_at, act=act)
        try:
            self._work()
            lived = True
        except Stopped:
            lived = False
        finally:
            self.points.start()
        self.outlived = lived if stop_at else self.outlived
        return lived

    def rest(self, *, turns: int = TURNS_TO_REST) -> None:
        """Be buried, and go on in health, until nothing is open any more.

        Raises:
            AssertionError: something is open still after so many turns.
        """
        self.bury()
        for _ in range(turns):
            self.hurry()
            self.live()
            if not self.has_work():
                return
        raise AssertionError("it does not come to rest")

    def has_work(self) -> bool:
        """Whether anything is open in its lanes."""
        query = select(Operation.id).where(Operation.state != OperationState.DONE, Operation.lane.in_(self._lanes))
        with self._healthy.reading() as session:
            return session.scalar(query.limit(1)) is not None

    def bury(self) -> None:
        """Do as the parent of a dead worker does: what it held is free at once."""
        with self._healthy.writing() as session:
            operations.release_owner(session, self.services.owner)

    def outlive_leases(self) -> None:
        """Let every lease run out, as when the machine died with its worker."""
        with self._healthy.writing() as session:
            end_leases(session)

    def hurry(self, *, hours: int = 0) -> None:
        """Let the time pass that deferred operations wait, and so many hours since whatever is without answer."""
        with self._healthy.writing() as session:
            make_due(session)
            age_steps(session, timedelta(hours=hours))

    def close(self) -> None:
        self._pool.close()

    def _work(self) -> None:
        for lane in self._lanes:
            for _ in range(MOST_OPERATIONS):
                operation = claim(self.services, lane)
                if operation is None:
                    break
                carry_out(self.services, operation)
            else:
                raise AssertionError(f"more than {MOST_OPERATIONS} operations in one turn of lane {lane}")


def age_steps(session: Session, by: timedelta) -> None:
    """What left and was not answered left that much earlier."""
    for step in session.scalars(select(Step).where(Step.state == StepState.SENT)) if by else ():
        step.sent_at = step.sent_at and step.sent_at - by


def end_leases(session: Session) -> None:
    """Every lease has run out by now."""
    past = utc_now() - MOMENT
    session.execute(update(Operation).where(Operation.lease_until.is_not(None)).values(lease_until=past))
    session.execute(update(ResourceLease).values(until=past))


def make_due(session: Session, *, later_than: timedelta = -MOMENT) -> None:
    """Everything that waits for its time is due by now, or only what would wait longer than this."""
    past = utc_now() - MOMENT
    waiting = update(Operation).where(
        Operation.state != OperationState.DONE, Operation.due_at > utc_now() + later_than
    )
    session.execute(waiting.values(due_at=past))
