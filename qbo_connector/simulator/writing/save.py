"""Creating, updating, deleting: the way every entity goes."""

from typing import Any

from qbo_connector.simulator.company.company import Company, in_wire_order
from qbo_connector.simulator.company.records import Body, Record
from qbo_connector.simulator.entities.coerce import Coerced, coerce
from qbo_connector.simulator.entities.kinds import ALWAYS_READ_ONLY, EntityKind, Op
from qbo_connector.simulator.entities.registry import kind as kind_of
from qbo_connector.simulator.faults import (
    deleted_by_another,
    not_found,
    required,
    stale,
    subscription_ended,
    unsupported,
)
from qbo_connector.simulator.transactions.credits import credits_for
from qbo_connector.simulator.writing import inactive, references
from qbo_connector.simulator.writing.draft import Draft, WriteFlags
from qbo_connector.simulator.writing.rules import follow_up, guard_change, guard_removal, rules_of

_SYSTEM = frozenset({"Id", "SyncToken", "MetaData", "domain", "sparse"})
_ONLY_ON_CREATE = frozenset({"Balance", "BalanceWithJobs", "OpenBalanceDate"})
_UNCLEARABLE = _SYSTEM | {"DisplayName", "Name", "TxnDate", "CustomerRef", "VendorRef", "Line"}


def create(
    company: Company, kind: EntityKind, payload: Any, flags: WriteFlags, *, identifier: str | None = None
) -> Record:
    """Make a new record; only a seed gives it an `identifier` of its own.

    Raises:
        IntuitFault: any rule refused it; nothing was stored.
    """
    _allow(kind, Op.CREATE)
    check_subscription(company)
    body = _own_fields(kind, coerce(kind, payload))
    _check_required(kind.required, body)
    draft = Draft(company=company, kind=kind, body=body, sent=frozenset(body), flags=flags)
    _apply_rules(draft)
    draft.body = {**kind.defaults, **draft.body}
    given = {"Id": identifier} if identifier else {}
    record = company.insert(kind, {**draft.body, **given}, facts=draft.facts)
    follow_up(company, record, {})
    if kind.name == "Invoice" and (credit := credits_for(company, record)) is not None:
        create(company, kind_of("Payment"), credit, WriteFlags())
    return record


def update(company: Company, kind: EntityKind, payload: Any, flags: WriteFlags) -> Record:
    """Change a record, sparsely or fully. A change that changes nothing leaves its SyncToken alone.

    Raises:
        IntuitFault: 610, 5010, or any rule refused it.
    """
    _allow(kind, Op.UPDATE)
    check_subscription(company)
    coerced = coerce(kind, payload)
    record = current(company, kind, payload)
    check_token(company, record, payload)
    guard_change(company, record)
    sparse = coerced.body.get("sparse") is True
    _check_required(kind.required_always if sparse else _update_required(kind), coerced.body)
    body = _merged(record, coerced, sparse=sparse)
    sent = frozenset(_own_fields(kind, coerced))
    draft = Draft(company=company, kind=kind, body=body, sent=sent, before=record, flags=flags)
    draft.facts = dict(record.facts)
    inactive.rename(draft)
    _apply_rules(draft)
    return _store(draft, record)


def remove(company: Company, kind: EntityKind, payload: Any) -> Body:
    """Delete a transaction for good; returns what QuickBooks answers.

    Raises:
        IntuitFault: 610, 5010, or something hangs on it.
    """
    _allow(kind, Op.DELETE)
    check_subscription(company)
    record = current(company, kind, payload)
    if kind.name != "Attachable" or "SyncToken" in payload:
        check_token(company, record, payload)
    guard_removal(company, record)
    before = record.body
    record.body = {**before, "Line": [], "TotalAmt": 0, "deleted": True}
    follow_up(company, record, before)
    record.body = before
    company.remove(record)
    return {"domain": "QBO", "status": "Deleted", "Id": record.id}


def current(company: Company, kind: EntityKind, payload: Any) -> Record:
    """The record a payload means.

    Raises:
        IntuitFault: 2020 without an Id, 610 for one that does not exist.
    """
    identifier = payload.get("Id") if isinstance(payload, dict) else None
    if identifier in {None, ""}:
        raise required("Id")
    record = company.find(kind.name, str(identifier))
    if record is not None:
        return record
    gone = any(stone.entity == kind.name and stone.id == str(identifier) for stone in company.tombstones)
    raise deleted_by_another() if gone else not_found()


def check_token(company: Company, record: Record, payload: Any) -> None:
    """Refuse a payload that was built on an older version.

    Raises:
        IntuitFault: 2020 or 5010.
    """
    token = payload.get("SyncToken")
    if token is None or token == "":
        raise required("SyncToken")
    if str(token) != record.body["SyncToken"]:
        raise stale(company.user)


def check_subscription(company: Company) -> None:
    """Refuse writes to a company that no longer pays.

    Raises:
        IntuitFault: 6190.
    """
    if company.subscription_ended:
        raise subscription_ended()


def _allow(kind: EntityKind, operation: Op) -> None:
    if operation not in kind.operations:
        raise unsupported(operation.value)


def _own_fields(kind: EntityKind, coerced: Coerced) -> Body:
    hidden = kind.read_only | ALWAYS_READ_ONLY | _SYSTEM
    return {name: value for name, value in coerced.body.items() if name not in hidden}


def _check_required(names: tuple[str, ...], body: Body) -> None:
    for name in names:
        if name not in body or body[name] == []:
            raise required(name)


def _update_required(kind: EntityKind) -> tuple[str, ...]:
    """A full update needs what a create needs, except that a sales receipt may lose its customer."""
    return tuple(name for name in kind.required if name != "TotalAmt")


def _merged(record: Record, coerced: Coerced, *, sparse: bool) -> Body:
    sent = {name: v for name, v in _own_fields(record.kind, coerced).items() if name not in _ONLY_ON_CREATE}
    if sparse:
        cleared = coerced.cleared - _UNCLEARABLE
        return {**{name: value for name, value in record.body.items() if name not in cleared}, **sent}
    hidden = record.kind.read_only | ALWAYS_READ_ONLY | _SYSTEM | _ONLY_ON_CREATE
    system = {name: value for name, value in record.body.items() if name in hidden}
    return {**record.kind.defaults, **_settled(record), **sent, **system}


def _settled(record: Record) -> Body:
    """What a full update cannot take away by leaving it out (the number stays, recorded on the wire)."""
    kept = (
        "DocNumber",
        "TxnDate",
        "CustomField",
        "Active",
        "Type",
        "AccountType",
        "AccountSubType",
        "CurrencyRef",
        "DefaultTaxCodeRef",
    )
    return {name: record.body[name] for name in kept if name in record.body}


def _apply_rules(draft: Draft) -> None:
    references.resolve(draft)
    for rule in rules_of(draft.kind):
        rule(draft)


def _store(draft: Draft, record: Record) -> Record:
    ordered = in_wire_order(draft.kind, draft.body)
    if _content(ordered) == _content(record.body):
        return record
    before = record.body
    record.facts = draft.facts
    draft.company.replace(record, ordered)
    follow_up(draft.company, record, before)
    inactive.carry_new_name(draft.company, record, before)
    return record


def _content(body: Body) -> Body:
    return {name: value for name, value in body.items() if name not in {"MetaData", "SyncToken", "sparse"}}
