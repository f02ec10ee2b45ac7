"""The buttons of findings: each does one thing, is checked for its role, and has the record looked at again.

What writes to QuickBooks goes through an operation like any sync; the rest changes a link, a rule or an answer of
ours. Pressing twice is the same as pressing once.
"""

from collections.abc import Callable, Mapping
from typing import Any

from qbo_connector.errors import NeedsHuman
from qbo_connector.mapping.answer import document_answer
from qbo_connector.plan.asking import questions
from qbo_connector.policy.catalogue import Reason, Role, load_catalogue
from qbo_connector.policy.catalogue.fixes import Fix
from qbo_connector.policy.saying import said
from qbo_connector.store import activity, bindings, mirror, operations, pairings, records
from qbo_connector.store.activity import Activity
from qbo_connector.store.bindings import Binding
from qbo_connector.store.failures import NotThere
from qbo_connector.store.states import InQuickBooks, Intent, Lane, Origin
from qbo_connector.sync import asks
from qbo_connector.sync.applying import bind_list_entry
from qbo_connector.sync.asks import Refused
from qbo_connector.sync.look import situation_for
from qbo_connector.sync.mirror_writing import take_document
from qbo_connector.sync.pairings import set_rule
from qbo_connector.sync.press import Press
from qbo_connector.sync.resuming import ask_for_probe, release
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import ALLOW_DUPLICATE_NUMBER, INCLUDE_ANYWAY, Situation
from qbo_connector.sync.source import read_document
from qbo_connector.sync.targets import RecordTarget, ensure_record
from qbo_connector.sync.views import error_view, finding_view


def apply_fix(
    services: Services,
    target: RecordTarget,
    action: str,
    inputs: Mapping[str, Any] | None = None,
    *,
    asked_by: str,
    role: Role,
    idempotency_key: str | None = None,
) -> int | None:
    """Carry out one repair; returns the operation that looks at the record again, if one is needed.

    Raises:
        Refused: the role may not, an input is missing, or the repair does not fit.
        NotThere: there is no such button here.
    """
    try:
        fix = Fix(action)
        carry_out = ACTIONS[fix]
    except (ValueError, KeyError) as err:
        raise NotThere(f"there is no repair {action}") from err
    if not role.may_act_as(load_catalogue().actions[fix].least_role):
        known = {"company": "QuickBooks", "document": "this"}
        raise Refused(finding_view(said(Reason.CONNECTION_PERMISSION_DENIED, known), role))
    press = Press(
        services=services, target=target, inputs=inputs or {}, asked_by=asked_by, role=role, key=idempotency_key
    )
    return carry_out(press)


def _retry(press: Press) -> int | None:
    return press.sync()


def _restore_ours(press: Press) -> int | None:
    return press.sync(intent="update")


def _dismiss(press: Press) -> int | None:
    record_id = _record_id(press)
    asks.dismiss(press.services, press.target.organization_id, record_id, asked_by=press.asked_by)
    return None


def _undismiss(press: Press) -> int | None:
    asks.undismiss(press.services, press.target.organization_id, _record_id(press), asked_by=press.asked_by)
    return press.sync()


def _link_customer(press: Press) -> int | None:
    """Bind the source's customer to this QuickBooks customer."""
    situation, document = _situation(press)
    asked = questions(document, situation.rules, situation.company)
    if asked.party is None:
        raise NotThere("the document names no customer")
    _bind(press, situation, "customer", asked.party.identity, "Customer", press.text("qbo_customer_id"))
    return press.sync()


def _link_item(press: Press) -> int | None:
    """Bind the product that the finding is about to this item."""
    situation, document = _situation(press)
    wanted = press.inputs.get("subject") or ""
    asked = questions(document, situation.rules, situation.company).items
    chosen = [one for one in asked if one.symbol == wanted] or (list(asked) if len(asked) == 1 else [])
    if not chosen:
        chosen = [one for one in asked if _is_unsettled(press, situation, one.identity)][:1]
    for one in chosen:
        _bind(press, situation, "item", one.identity, "Item", press.text("qbo_item_id"))
    return press.sync()


def _is_unsettled(press: Press, situation: Situation, identity: str) -> bool:
    with press.services.database.reading() as session:
        link = bindings.find_shared(session, situation.connection.id, kind="item", external_id=identity)
        entry = mirror.find(session, situation.connection.id, "Item", link.qbo_id) if link else None
    return entry is None or not entry.active


def _map_location(press: Press) -> int | None:
    situation, document = _situation(press)
    asked = questions(document, situation.rules, situation.company).location
    if asked is None:
        raise NotThere("the document has no location")
    _bind(press, situation, "location", asked.identity, "Department", press.text("qbo_location_id"))
    return press.sync()


def _bind(press: Press, situation: Situation, kind: str, identity: str, qbo_type: str, qbo_id: str) -> None:
    with press.services.database.writing() as session:
        if mirror.find(session, situation.connection.id, qbo_type, qbo_id) is None:
            raise NotThere(f"QuickBooks has no {qbo_type} {qbo_id}")
        bind_list_entry(
            session,
            situation.connection,
            kind=kind,
            identity=identity,
            qbo_type=qbo_type,
            qbo_id=qbo_id,
            origin=Origin.LINKED,
        )


def _set_account(press: Press) -> int | None:
    with press.services.database.reading() as session:
        before = dict(pairings.load(session, press.target.pairing_id).rules.get("accounts", {}))
    chosen = {**before, press.text("account_role"): press.text("qbo_account_id")}
    set_rule(press.services, press.target.organization_id, press.target.pairing_id, "accounts", chosen)
    return press.sync()


def _set_default_item(press: Press) -> int | None:
    item = press.text("qbo_item_id")
    set_rule(press.services, press.target.organization_id, press.target.pairing_id, "default_item", item)
    return press.sync()


def _pick_tax_code(press: Press) -> int | None:
    """Remember the code of this tax; "no tax" is an answer as well."""
    with press.services.database.reading() as session:
        before = dict(pairings.load(session, press.target.pairing_id).rules.get("taxes", {}))
    chosen = {**before, str(press.inputs.get("source_tax") or ""): press.text("qbo_tax_code_id")}
    set_rule(press.services, press.target.organization_id, press.target.pairing_id, "taxes", chosen)
    return press.sync()


def _renumber(press: Press) -> int | None:
    """The source keeps its number; this one counts in QuickBooks."""
    _override(press, {"number": press.text("number")})
    return press.sync()


def _allow_duplicate_number(press: Press) -> int | None:
    _override(press, {ALLOW_DUPLICATE_NUMBER: True})
    return press.sync()


def _include_anyway(press: Press) -> int | None:
    _override(press, {INCLUDE_ANYWAY: True})
    return press.sync()


def _redate(press: Press) -> int | None:
    field = {"due date": "due_date"}.get(str(press.inputs.get("field") or ""), "issue_date")
    _override(press, {field: press.text("date")})
    return press.sync()


def _correct_field(press: Press) -> int | None:
    _override(press, {press.text("field"): press.text("value")})
    return press.sync()


def _override(press: Press, answers: dict[str, Any]) -> None:
    with press.services.database.writing() as session:
        record = ensure_record(session, press.target)
        records.override(session, record.id, answers)


def _recreate(press: Press) -> int | None:
    """End the link to what is gone; the next sync creates it anew under a new generation."""
    with press.services.database.writing() as session:
        for link in bindings.list_of_record(session, ensure_record(session, press.target).id):
            if link.in_quickbooks is not InQuickBooks.INTACT:
                bindings.end(session, link.id, reason="created anew")
    return press.sync()


def _unlink(press: Press) -> int | None:
    """End the links of the record; both sides and the history stay."""
    with press.services.database.writing() as session:
        record = ensure_record(session, press.target)
        for link in bindings.list_of_record(session, record.id):
            bindings.end(session, link.id, reason=f"separated by {press.asked_by}")
        _note(session, record, "record.unlinked", press)
    return None


def _link_existing_invoice(press: Press) -> int | None:
    """It is this one: bind it after looking at it (one read). An end user may only if customer and total agree."""
    situation, document = _situation(press)
    answer = press.services.clients.of(situation.connection).read(
        "Invoice", press.text("qbo_id"), lane=str(Lane.INTERACTIVE)
    )
    stands = document_answer(answer.entity or {})
    agrees = stands.total == document.total and stands.party_name.casefold() == str(document.customer).casefold()
    if not agrees and not press.role.may_act_as(Role.ADMIN):
        err = NeedsHuman("customer or total differ", reason=str(Reason.MATCH_AMBIGUOUS))
        raise Refused(
            error_view(err, press.role, {"count": "1", "name": stands.number, "document": document.title})
        )
    with press.services.database.writing() as session:
        record = ensure_record(session, press.target)
        bindings.add(session, _adopted(situation, record.id, stands.qbo_id, document.number))
        take_document(session, situation.connection, "Invoice", answer.entity or {})
        link = bindings.find_document(
            session,
            situation.pairing.id,
            kind=record.kind,
            external_id=record.external_id,
            link_key=document.number,
        )
        if link:
            link.sync_token, link.number, link.total = stands.sync_token, stands.number, stands.total
        _note(session, record, "record.linked", press)
    return press.sync()


def _adopted(situation: Situation, record_id: int, qbo_id: str, link_key: str) -> Binding:
    return Binding(
        organization_id=situation.record.organization_id,
        connection_id=situation.connection.id,
        pairing_id=situation.pairing.id,
        record_id=record_id,
        kind=situation.record.kind,
        external_id=situation.record.external_id,
        link_key=link_key if str(situation.rules.policies.link_key) == "number" else "",
        qbo_type="Invoice",
        qbo_id=qbo_id,
        origin=Origin.LINKED,
    )


def _reactivate(press: Press) -> int | None:
    """Ask for the entry to be made active in QuickBooks; the record is synced again behind it."""
    situation = situation_for(press.services, press.target)
    with press.services.database.writing() as session:
        record = ensure_record(session, press.target)
        operations.request(
            session,
            organization_id=press.target.organization_id,
            connection_id=situation.connection.id,
            pairing_id=situation.pairing.id,
            record_id=record.id,
            intent=Intent.FIX,
            lane=Lane.INTERACTIVE,
            asked_by=press.asked_by,
            inputs={"action": str(Fix.REACTIVATE_ITEM), "subject": str(press.inputs.get("subject") or "")},
            idempotency_key=f"{press.key}:fix" if press.key else None,
        )
    return press.sync()


def _undo(press: Press) -> int | None:
    """Take the last sync back; whether it is still possible is looked at again by the worker."""
    situation = situation_for(press.services, press.target)
    with press.services.database.writing() as session:
        operation = operations.request(
            session,
            organization_id=press.target.organization_id,
            connection_id=situation.connection.id,
            pairing_id=situation.pairing.id,
            record_id=ensure_record(session, press.target).id,
            intent=Intent.UNDO,
            lane=Lane.INTERACTIVE,
            asked_by=press.asked_by,
            idempotency_key=press.key,
        )
    press.services.bell.ring(Lane.INTERACTIVE)
    return operation.id


def _release_lock(press: Press) -> int | None:
    release(press.services, press.target.organization_id, _record_id(press), asked_by=press.asked_by)
    return press.sync()


def _resume_connection(press: Press) -> int | None:
    connection = situation_for(press.services, press.target).connection
    with press.services.database.writing() as session:
        ask_for_probe(session, connection, asked_by=press.asked_by, lane=Lane.INTERACTIVE)
    return press.sync()


def _request_access(press: Press) -> int | None:
    with press.services.database.writing() as session:
        _note(session, ensure_record(session, press.target), "access.requested", press)
    return None


def _record_id(press: Press) -> int:
    with press.services.database.writing() as session:
        return ensure_record(session, press.target).id


def _situation(press: Press) -> tuple[Situation, Any]:
    situation = situation_for(press.services, press.target)
    return situation, read_document(press.services, situation)


def _note(session: Any, record: Any, event: str, press: Press) -> None:
    activity.append(
        session,
        Activity(
            organization_id=record.organization_id,
            event=event,
            actor=press.asked_by,
            record_id=record.id,
            pairing_id=record.pairing_id,
            params={"message": str(press.inputs.get("message") or "")[:500]},
        ),
    )


ACTIONS: Mapping[Fix, Callable[[Press], int | None]] = {
    Fix.RETRY: _retry,
    Fix.CHECK_AGAIN: _retry,
    Fix.OPEN_PREVIEW: _retry,
    Fix.RESTORE_OURS: _restore_ours,
    Fix.DISMISS: _dismiss,
    Fix.UNDISMISS: _undismiss,
    Fix.LINK_CUSTOMER: _link_customer,
    Fix.LINK_ITEM: _link_item,
    Fix.MAP_LOCATION: _map_location,
    Fix.SET_ACCOUNT: _set_account,
    Fix.SET_DEFAULT_ITEM: _set_default_item,
    Fix.PICK_TAX_CODE: _pick_tax_code,
    Fix.RENUMBER: _renumber,
    Fix.ALLOW_DUPLICATE_NUMBER: _allow_duplicate_number,
    Fix.INCLUDE_ANYWAY: _include_anyway,
    Fix.REDATE: _redate,
    Fix.CORRECT_FIELD: _correct_field,
    Fix.RECREATE_IN_QUICKBOOKS: _recreate,
    Fix.UNLINK: _unlink,
    Fix.LINK_EXISTING_INVOICE: _link_existing_invoice,
    Fix.REACTIVATE_ITEM: _reactivate,
    Fix.REQUEST_ACCESS: _request_access,
    Fix.RELEASE_LOCK: _release_lock,
    Fix.RESUME_CONNECTION: _resume_connection,
    Fix.UNDO: _undo,
}
"""What can be carried out here; buttons that are links lead elsewhere, and others are not shown."""
