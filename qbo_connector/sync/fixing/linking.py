"""Saying which entry or document of QuickBooks is meant. Nothing is written there."""

from qbo_connector.errors import NeedsHuman
from qbo_connector.mapping.answer import document_answer
from qbo_connector.plan.asking import questions
from qbo_connector.policy.catalogue import Reason, Role
from qbo_connector.store import bindings, mirror
from qbo_connector.store.bindings import Binding
from qbo_connector.store.failures import NotThere
from qbo_connector.store.states import Lane, Origin
from qbo_connector.sync.asks import Refused
from qbo_connector.sync.linking import link_entry
from qbo_connector.sync.mirror_writing import take_document
from qbo_connector.sync.press import Press
from qbo_connector.sync.situation import Situation
from qbo_connector.sync.standing_there import note_custom_fields
from qbo_connector.sync.views import error_view

INVOICE = "Invoice"


def link_customer(press: Press) -> int | None:
    """Bind the source's customer, or the one above it that the finding is about, to this QuickBooks customer."""
    situation, document = press.read()
    asked = questions(document, situation.rules, situation.company)
    if asked.party is None:
        raise NotThere("the document names no customer")
    subject = press.optional("subject")
    meant = next((one for one in asked.parties if one.symbol == subject), asked.party)
    _bind(press, situation, "customer", meant.identity, "Customer", press.text("qbo_customer_id"))
    return press.sync()


def link_item(press: Press) -> int | None:
    """Bind the product that the finding is about to this item."""
    situation, document = press.read()
    wanted = set(press.optional("subject").split(","))
    asked = questions(document, situation.rules, situation.company).items
    chosen = [one for one in asked if one.symbol in wanted] or (list(asked) if len(asked) == 1 else [])
    if not chosen:
        chosen = [one for one in asked if _is_unsettled(press, situation, one.identity)][:1]
    for one in chosen:
        _bind(press, situation, "item", one.identity, "Item", press.text("qbo_item_id"))
    return press.sync()


def map_location(press: Press) -> int | None:
    """Bind the source's location to this one."""
    situation, document = press.read()
    asked = questions(document, situation.rules, situation.company).location
    if asked is None:
        raise NotThere("the document has no location")
    _bind(press, situation, "location", asked.identity, "Department", press.text("qbo_location_id"))
    return press.sync()


def link_existing_invoice(press: Press) -> int | None:
    """It is this one: bind it after looking at it (one read). An end user may only if customer and total agree."""
    situation, document = press.read()
    answer = press.services.clients.of(situation.connection).read(
        INVOICE, press.text("qbo_id"), lane=str(Lane.INTERACTIVE)
    )
    stands = document_answer(answer.entity or {})
    agrees = stands.total == document.total and stands.party_name.casefold() == str(document.customer).casefold()
    if not agrees and not press.role.may_act_as(Role.ADMIN):
        err = NeedsHuman("customer or total differ", reason=str(Reason.MATCH_AMBIGUOUS))
        known = {"count": "1", "name": stands.number, "document": document.title}
        raise Refused(error_view(err, press.role, known))
    with press.services.database.writing() as session:
        if bindings.list_by_qbo(session, situation.connection.id, qbo_type=INVOICE, qbo_id=stands.qbo_id):
            raise NotThere(f"invoice {stands.qbo_id} belongs to another record")
        link = bindings.add(session, _adopted(situation, press.record(session).id, stands.qbo_id, document.number))
        link.sync_token, link.number, link.total = stands.sync_token, stands.number, stands.total
        note_custom_fields(link, answer.entity or {})
        take_document(session, situation.connection, INVOICE, answer.entity or {})
        press.note(session, "record.linked")
    return press.sync()


def unlink(press: Press) -> int | None:
    """End the links of the record; both sides and the history stay."""
    with press.services.database.writing() as session:
        for link in bindings.list_of_record(session, press.record(session).id):
            bindings.end(session, link.id, reason=f"separated by {press.asked_by}")
        press.note(session, "record.unlinked")
    return None


def _is_unsettled(press: Press, situation: Situation, identity: str) -> bool:
    with press.services.database.reading() as session:
        link = bindings.find_shared(session, situation.connection.id, kind="item", external_id=identity)
        entry = mirror.find(session, situation.connection.id, "Item", link.qbo_id) if link else None
    return entry is None or not entry.active


def _bind(press: Press, situation: Situation, kind: str, identity: str, qbo_type: str, qbo_id: str) -> None:
    """Link it for the whole company: what waits for the same customer or item goes on as well."""
    with press.services.database.writing() as session:
        link_entry(session, situation.connection, kind, identity, qbo_type=qbo_type, qbo_id=qbo_id)


def _adopted(situation: Situation, record_id: int, qbo_id: str, link_key: str) -> Binding:
    return Binding(
        organization_id=situation.record.organization_id,
        connection_id=situation.connection.id,
        pairing_id=situation.pairing.id,
        record_id=record_id,
        kind=situation.record.kind,
        external_id=situation.record.external_id,
        link_key=link_key if str(situation.rules.policies.link_key) == "number" else "",
        qbo_type=INVOICE,
        qbo_id=qbo_id,
        origin=Origin.LINKED,
    )
