"""A person says which entry of QuickBooks stands for something of the source, on whatever page or card."""

from sqlalchemy.orm import Session

from qbo_connector.store import mirror
from qbo_connector.store.connections import Connection
from qbo_connector.store.failures import NotThere
from qbo_connector.store.mirror import MirrorEntry
from qbo_connector.store.states import Origin
from qbo_connector.sync import causes
from qbo_connector.sync.applying import bind_list_entry
from qbo_connector.sync.reviving import wake


def link_entry(
    session: Session, connection: Connection, kind: str, identity: str, *, qbo_type: str, qbo_id: str
) -> MirrorEntry:
    """Link it for the whole company; what waits for the same customer, item or location goes on as well.

    Raises:
        NotThere: QuickBooks has no such entry.
    """
    entry = mirror.find(session, connection.id, qbo_type, qbo_id)
    if entry is None:
        raise NotThere(f"QuickBooks has no {qbo_type} {qbo_id}")
    bind_list_entry(
        session,
        connection,
        kind=kind,
        identity=identity,
        qbo_type=qbo_type,
        qbo_id=qbo_id,
        origin=Origin.LINKED,
    )
    wake(session, connection.organization_id, connection.id, {causes.link(connection.id, f"{kind}:{identity}")})
    return entry
