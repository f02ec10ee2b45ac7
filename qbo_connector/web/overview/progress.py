"""What the indicator in the bar shows."""

from typing import TYPE_CHECKING

from qbo_connector.store import operations, processes
from qbo_connector.store.states import Lane, OperationState

if TYPE_CHECKING:
    from qbo_connector.sync.services import Services

SILENT_AFTER_LEASES = 2


def progress_of(services: "Services", organization_id: int) -> dict[str, int | bool]:
    """``open`` operations that are due or running, ``waiting`` ones, and whether somebody is ``listening``."""
    with services.database.reading() as session:
        counted = operations.count_open(session, organization_id)
        lanes = processes.served_lanes(session, within_s=services.settings.lease_s * SILENT_AFTER_LEASES)
    waiting = sum(count for (_, state), count in counted.items() if state is OperationState.WAITING)
    return {
        "open": sum(counted.values()) - waiting,
        "waiting": waiting,
        "listening": Lane.INTERACTIVE in lanes,
    }
