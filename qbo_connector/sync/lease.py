"""The right to work on one operation: its fence, kept alive in the background while HTTP takes its time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from qbo_connector.store import operations
from qbo_connector.store.failures import LeaseLost
from qbo_connector.store.operations import Operation
from qbo_connector.sync.services import Services


@contextmanager
def kept_alive(services: Services, operation: Operation) -> Iterator[None]:
    """Renew the lease every heartbeat until the block ends.

    Nothing here stops the work when the lease is lost: the fence does, at the next effect.
    """
    done = threading.Event()
    beat = threading.Thread(
        target=_beat, args=(services, operation, done), name=f"lease-{operation.id}", daemon=True
    )
    beat.start()
    try:
        yield
    finally:
        done.set()
        beat.join()


def _beat(services: Services, operation: Operation, done: threading.Event) -> None:
    while not done.wait(services.settings.heartbeat_s):
        try:
            with services.database.writing() as session:
                renewed = operations.renew(
                    session, operation.id, operation.fence, services.owner, services.settings.lease_s
                )
        except (DBAPIError, LeaseLost):
            continue
        if not renewed:
            return
