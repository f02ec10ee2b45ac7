"""The organization's QuickBooks companies and pairings."""

from spectree import Response

from qbo_connector.store import connections, pairings
from qbo_connector.store.states import ConnectionState
from qbo_connector.sync.asks import refuse_on_demand
from qbo_connector.web import access
from qbo_connector.web.api.admission import caller
from qbo_connector.web.api.asking import asking
from qbo_connector.web.api.document import specification
from qbo_connector.web.api.door import blueprint
from qbo_connector.web.api.progress import ID
from qbo_connector.web.api.records import REFUSALS
from qbo_connector.web.api.values import Connection, ConnectionList, Nothing, Pairing, PairingList, Started
from qbo_connector.web.problems import Problem
from qbo_connector.web.wiring import services


@blueprint.get("/connections")
@access.api("read")
@specification.validate(
    resp=Response(HTTP_200=ConnectionList, **REFUSALS), tags=["syncs"], operation_id="listConnections"
)
def list_connections() -> ConnectionList:
    """The QuickBooks companies that are connected."""
    with services().database.reading() as session:
        rows = connections.list_in(session, caller().organization_id)
    living = [row for row in rows if row.state is not ConnectionState.DISCONNECTED]
    return ConnectionList(
        connections=tuple(
            Connection(
                id=row.id,
                company=row.company_name,
                country=row.country,
                home_currency=row.home_currency,
                state=str(row.state),
                paused_reason=row.paused_reason,
            )
            for row in living
        )
    )


@blueprint.get("/pairings")
@access.api("read")
@specification.validate(
    resp=Response(HTTP_200=PairingList, **REFUSALS), tags=["syncs"], operation_id="listPairings"
)
def list_pairings() -> PairingList:
    """The syncs of the organization."""
    with services().database.reading() as session:
        rows = pairings.list_in(session, caller().organization_id)
    return PairingList(
        pairings=tuple(
            Pairing(
                id=row.id,
                name=row.name,
                source_account=row.source_account_id,
                connection=row.connection_id,
                part=row.part,
                state=str(row.state),
            )
            for row in rows
        )
    )


@blueprint.post(f"/pairings/{ID.format('pairing_id')}/sync-now")
@access.api("sync")
@specification.validate(resp=Response(HTTP_202=Started, **REFUSALS), tags=["syncs"], operation_id="syncNow")
def sync_now(pairing_id: int, json: Nothing) -> tuple[Started, int]:
    """Sync everything that changed. A source that syncs one record at a time, on demand, refuses (T-8)."""
    del json
    asking(lambda: refuse_on_demand(services(), caller().organization_id, pairing_id))
    raise Problem(422, "sync_now.unavailable", detail="This source has nothing that could be synced all at once.")
