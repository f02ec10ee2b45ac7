"""Taking up again what had stopped: a company that was paused, work that hangs on a worker."""

from sqlalchemy.orm import Session

from qbo_connector.errors import ConnectorError
from qbo_connector.store import activity, connections, findings, operations, records
from qbo_connector.store.activity import Activity
from qbo_connector.store.connections import Connection
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import FindingScope, Intent, Lane, Outcome
from qbo_connector.sync.company import find_company
from qbo_connector.sync.mirror_writing import take_entries
from qbo_connector.sync.services import Services


def ask_for_probe(session: Session, connection: Connection, *, asked_by: str, lane: Lane) -> int:
    """Have it found out whether a paused company can be worked with again; returns the operation."""
    open_ones = operations.list_open_of_connection(session, connection.id)
    under_way = next((one for one in open_ones if one.intent is Intent.PROBE), None)
    wish = under_way or operations.request(
        session,
        organization_id=connection.organization_id,
        connection_id=connection.id,
        intent=Intent.PROBE,
        lane=lane,
        asked_by=asked_by,
    )
    return wish.id


def probe(services: Services, operation: Operation) -> None:
    """One metered read; if nothing in it says otherwise, the company's work goes on in the order it came.

    QuickBooks still shows the books of a subscription that has ended, and says so among them. Where it says
    nothing of the subscription, the first write finds out.
    """
    with services.database.reading() as session:
        connection = connections.load(session, operation.connection_id)
    try:
        answer = services.clients.of(connection).company_info(lane=str(operation.lane))
    except ConnectorError as err:
        with services.database.writing() as session:
            operations.finish(session, operation, Outcome.FAILED, error={"reason": err.reason})
        return
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        take_entries(session, connection, "CompanyInfo", [answer.entity or {}])
        company = find_company(session, connection)
        if company and company.subscription_ended:
            operations.finish(session, operation, Outcome.HELD, error={"reason": connection.paused_reason})
            return
        connections.resume(session, connection.id)
        findings.resolve_scope(session, FindingScope.CONNECTION, connection.id, by=f"operation:{operation.id}")
        operations.finish(session, operation, Outcome.SYNCED)
    for lane in Lane:
        services.bell.ring(lane)


def release(services: Services, organization_id: int, record_id: int, *, asked_by: str) -> bool:
    """Take a record's open work away from whoever holds it, so that another worker takes it up (T-22).

    What the former holder may have sent is looked after first, and nothing it does from now on counts. False if
    there is no such work.

    Raises:
        NotThere: the organization has no such record.
    """
    with services.database.writing() as session:
        record = records.load_in(session, organization_id, record_id)
        held = [one for one in operations.list_open_of_record(session, record.id) if one.lease_owner]
        for one in held:
            operations.break_lease(session, organization_id, one.id)
            activity.append(
                session,
                Activity(
                    organization_id=organization_id,
                    event="record.released",
                    actor=asked_by,
                    record_id=record.id,
                    pairing_id=record.pairing_id,
                    operation_id=one.id,
                ),
            )
    return bool(held)
