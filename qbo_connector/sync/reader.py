"""One reader per company: whoever fills the mirror holds a lease, so that nothing is paid for twice."""

from collections.abc import Iterator
from contextlib import contextmanager

from qbo_connector.errors import RecordBusy
from qbo_connector.store import leases
from qbo_connector.store.connections import Connection
from qbo_connector.store.operations import Operation
from qbo_connector.sync.services import Services

READER = "mirror:read"
BUSY_FOR_S = 1.0


@contextmanager
def sole_reader(services: Services, connection: Connection, operation: Operation) -> Iterator[None]:
    """Be the one who reads the company into the mirror.

    Whatever else the operation holds is given back at the end as well: who plans on takes it anew.

    Raises:
        RecordBusy: another worker is reading.
    """
    with services.database.writing() as session:
        taken = leases.take_all(
            session,
            connection.id,
            [READER],
            operation_id=operation.id,
            fence=operation.fence,
            lease_s=services.settings.lease_s,
        )
    if not taken:
        raise RecordBusy("the company is being read by another worker", retry_after=BUSY_FOR_S)
    try:
        yield
    finally:
        with services.database.writing() as session:
            leases.release(session, connection.id, operation_id=operation.id, fence=operation.fence)
