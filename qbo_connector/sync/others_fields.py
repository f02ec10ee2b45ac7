"""Custom fields that people filled in QuickBooks stay as they are when an update fills others."""

from typing import Any

from qbo_connector.errors import StaleSyncToken
from qbo_connector.mapping.custom_fields import fills_fields, with_others
from qbo_connector.mapping.encoding import decoded
from qbo_connector.plan.values import DOCUMENT, Plan, Verb
from qbo_connector.store import bindings, operations
from qbo_connector.store.bindings import Binding
from qbo_connector.store.operations import Operation
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import Situation
from qbo_connector.sync.standing_there import note_custom_fields


def joined_by_others(body: dict[str, Any], link: Binding) -> dict[str, Any]:
    """The body of an update to the linked document, with the custom fields that stand there and are not ours."""
    return with_others(body, decoded(link.custom_fields or b"[]"))


def ensure_others_known(services: Services, situation: Situation, operation: Operation, plan: Plan) -> None:
    """Read the document once if an update fills custom fields and no version of it was ever kept.

    Raises:
        StaleSyncToken: it has another version than the one the plan was made for.
        ConnectorError: it could not be read.
    """
    step = plan.document_step
    if step is None or step.verb is not Verb.UPDATE or not fills_fields(step.body):
        return
    with services.database.reading() as session:
        qbo_id = plan.known_ids[DOCUMENT]
        links = bindings.list_by_qbo(session, situation.connection.id, qbo_type="Invoice", qbo_id=qbo_id)
    link = next((one for one in links if one.custom_fields is None), None)
    if link is None:
        return
    entity = services.clients.of(situation.connection).read(link.qbo_type, link.qbo_id, lane=str(operation.lane))
    stands = entity.entity or {}
    if str(stands.get("SyncToken", "")) != link.sync_token:
        raise StaleSyncToken(f"{link.qbo_type} {link.qbo_id} has another version")
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        note_custom_fields(bindings.load(session, link.id), stands)
