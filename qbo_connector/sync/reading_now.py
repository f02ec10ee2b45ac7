"""Reading a few lists because a person waits for them, as the one reader of the company all the same."""

import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from qbo_connector.errors import ConnectorError, RecordBusy
from qbo_connector.store import operations
from qbo_connector.store.connections import Connection
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import Intent, Lane, Outcome
from qbo_connector.sync.client_pool import on_behalf_of
from qbo_connector.sync.lease import kept_alive
from qbo_connector.sync.mirror_loading import load_list
from qbo_connector.sync.reader import sole_reader
from qbo_connector.sync.services import Services

PATIENCE_S = 5.0
PAUSE_S = 0.1


def read_for_somebody(
    services: Services, connection: Connection, names: Iterable[str], *, patience_s: float = PATIENCE_S
) -> None:
    """Read these lists anew, now; one metered read for each page of them.

    It is an operation like any other, claimed as it is opened: should this process die, a worker ends it.

    Raises:
        RecordBusy: somebody else has been reading the company for some seconds now.
        ConnectorError: QuickBooks could not be read.
    """
    give_up = time.monotonic() + patience_s
    with _operation(services, connection) as operation, _turn(services, connection, operation, give_up=give_up):
        for name in names:
            load_list(services, connection, name, operation)


@contextmanager
def _operation(services: Services, connection: Connection) -> Iterator[Operation]:
    with services.database.writing() as session:
        opened = operations.request(
            session,
            organization_id=connection.organization_id,
            connection_id=connection.id,
            intent=Intent.CHANGES,
            lane=Lane.INTERACTIVE,
            asked_by="page",
        )
        operation = operations.claim_own(session, opened, owner=services.owner, lease_s=services.settings.lease_s)
    with kept_alive(services, operation), on_behalf_of(operation.id):
        try:
            yield operation
        except ConnectorError as err:
            _end(services, operation, Outcome.FAILED, error={"reason": err.reason})
            raise
    _end(services, operation, Outcome.SYNCED)


def _end(services: Services, operation: Operation, outcome: Outcome, error: dict[str, str] | None = None) -> None:
    with services.database.writing() as session:
        operations.finish(session, operation, outcome, error=error)


@contextmanager
def _turn(services: Services, connection: Connection, operation: Operation, *, give_up: float) -> Iterator[None]:
    """Wait a moment for whoever is reading: most readings take less than a second."""
    with ExitStack() as turn:
        while not _taken(turn, sole_reader(services, connection, operation), give_up):
            time.sleep(PAUSE_S)
        yield


def _taken(turn: ExitStack, reader: AbstractContextManager[None], give_up: float) -> bool:
    try:
        turn.enter_context(reader)
    except RecordBusy:
        if time.monotonic() > give_up:
            raise
        return False
    return True
