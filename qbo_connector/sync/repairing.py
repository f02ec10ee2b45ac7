"""What a button has a worker do in QuickBooks, before the record is looked at again."""

from collections.abc import Callable, Mapping

from qbo_connector.errors import ConfigurationError
from qbo_connector.policy.catalogue.fixes import Fix
from qbo_connector.store import connections, operations
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import Outcome
from qbo_connector.sync.accepting import accept
from qbo_connector.sync.mirror_loading import load_list
from qbo_connector.sync.reactivating import reactivate
from qbo_connector.sync.services import Services


def repair(services: Services, operation: Operation) -> None:
    """Carry out one claimed repair.

    Raises:
        ConnectorError: as the client says.
    """
    action = Fix(operation.inputs["action"])
    if action not in BY_WORKER:
        raise ConfigurationError(f"no worker carries out {action}")
    BY_WORKER[action](services, operation)


def _refresh(services: Services, operation: Operation) -> None:
    """Read lists anew; whatever is different then wakes what waited for it."""
    with services.database.reading() as session:
        connection = connections.load(session, operation.connection_id)
    for entity in operation.inputs.get("lists", ()):
        load_list(services, connection, str(entity), operation)
    with services.database.writing() as session:
        operations.finish(session, operation, Outcome.SYNCED)


BY_WORKER: Mapping[Fix, Callable[[Services, Operation], None]] = {
    Fix.REACTIVATE_ITEM: reactivate,
    Fix.TAKE_THEIRS: accept,
    Fix.REFRESH_LISTS: _refresh,
}
