"""What a finding knows already of what its buttons ask: filled in, or answered and not asked at all."""

from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from qbo_connector.canonical.keys import plain_name
from qbo_connector.policy.catalogue.fixes import Fix
from qbo_connector.store import bindings, mirror, numbers
from qbo_connector.store.findings import Finding as FindingRow
from qbo_connector.store.mirror import MirrorEntry
from qbo_connector.sync.answering import OF_KIND
from qbo_connector.sync.corrections import FIELDS
from qbo_connector.sync.situation import Situation
from qbo_connector.sync.views import Presets

MOST_TRIES = 20
OF_LISTS = {
    "tax.": "tax codes",
    "account.": "accounts",
    "location.": "locations",
    "class.": "classes",
    "customer.": "customers",
    "item.": "items",
}
"""By the beginning of a code or of what it is about, which list is read again; else what the settings say."""

CHECKS = {"preflight.country": "country", "preflight.numbering": "numbering"}
"""Checks that an operator may turn into a warning, by the code that they raise."""


def presets(session: Session, situation: Situation, row: FindingRow) -> Presets:
    """Answers by button and input."""
    given: dict[Fix, Mapping[str, str]] = {}
    for told in (_of_lists(session, situation, row), _of_record(session, situation, row), _of_code(row)):
        given.update(told)
    return {fix: {name: value for name, value in answers.items() if value} for fix, answers in given.items()}


def _of_lists(session: Session, situation: Situation, row: FindingRow) -> Iterator[tuple[Fix, Mapping[str, str]]]:
    entry = _entry(session, situation, row)
    if entry is not None:
        where = {"qbo_type": entry.type, "qbo_id": entry.qbo_id}
        yield Fix.REACTIVATE_ITEM, {**where, "qbo_item_id": entry.qbo_id}
        yield Fix.REACTIVATE_PARTY, where
        yield Fix.REACTIVATE_LIST_ENTRY, where
    item = row.params.get("item", "")
    yield Fix.LINK_CUSTOMER, {"subject": row.subject if row.subject.startswith("customer:") else ""}
    yield Fix.LINK_ITEM, {"subject": row.subject if row.subject.startswith("item:") else ""}
    yield Fix.CREATE_ITEM, {"subject": row.subject, "name": item, "kind": "non_inventory"}
    yield Fix.CREATE_LOCATION, {"name": row.params.get("location", "")}
    yield Fix.MAP_LOCATION, {"source_location": row.params.get("location", "")}


def _entry(session: Session, situation: Situation, row: FindingRow) -> MirrorEntry | None:
    """The entry of QuickBooks that the finding is about: by its id, by its link, or by its name."""
    kind, _, identity = row.subject.partition(":")
    entities = {**OF_KIND, "account": "Account"}
    connection_id = situation.connection.id
    if row.code.startswith("customer.") and row.subject.isdecimal():
        return mirror.find(session, connection_id, "Customer", row.subject)
    if kind not in entities:
        return None
    link = bindings.find_shared(session, connection_id, kind=kind, external_id=identity)
    if link:
        return mirror.find(session, connection_id, link.qbo_type, link.qbo_id)
    name = row.params.get("item") or row.params.get("reference", "").partition(" ")[2]
    if kind == "account":
        chosen = situation.rules.accounts.get(identity, "")
        return mirror.find(session, connection_id, "Account", chosen)
    found = mirror.find_by_name(session, connection_id, entities[kind], plain_name(name)) if name else ()
    return next((one for one in found if not one.active), None)


def _of_record(session: Session, situation: Situation, row: FindingRow) -> Iterator[tuple[Fix, Mapping[str, str]]]:
    record = situation.record
    person = {"display_name": record.party_name, "email": record.party_email}
    yield Fix.CREATE_CUSTOMER, person
    yield Fix.RENAME_CUSTOMER, {"display_name": _other_name(record.party_name, record.party_email)}
    yield Fix.UPDATE_CUSTOMER_EMAIL, {"email": record.party_email, "side": "quickbooks"}
    yield Fix.RENUMBER, {"number": _free_number(session, situation)}
    yield Fix.VOID_IN_QUICKBOOKS, {"qbo_type": record.qbo_type, "qbo_id": record.qbo_id}
    if row.code == "number.duplicate" and row.subject.isdecimal():
        yield Fix.LINK_EXISTING_INVOICE, {"qbo_type": "Invoice", "qbo_id": row.subject}


def _of_code(row: FindingRow) -> Iterator[tuple[Fix, Mapping[str, str]]]:
    params = row.params
    about = (row.code, row.subject.replace(":", ".", 1))
    lists = next(
        (words for start, words in OF_LISTS.items() if any(one.startswith(start) for one in about)), "preferences"
    )
    yield Fix.REFRESH_LISTS, {"list": lists}
    yield Fix.SET_ACCOUNT, {"account_role": params.get("account_role", "") or row.subject}
    if row.code == "tax.code_missing":
        yield Fix.PICK_TAX_CODE, {"source_tax": row.subject}
    yield Fix.OVERRIDE_PREFLIGHT, {"check": CHECKS.get(row.code, "")}
    yield Fix.REDATE, {"field": "document date"}
    yield Fix.RELEASE_LOCK, {"operation": str(row.operation_id or "")}
    if params.get("field") in FIELDS:
        yield Fix.CORRECT_FIELD, {"field": params["field"], "value": params.get("value", "")}


def _other_name(name: str, email: str) -> str:
    """A name of its own for a contact whose company has taken its name (H-66)."""
    return f"{name} ({email})" if name and email else name


def _free_number(session: Session, situation: Situation) -> str:
    """The record's number with the next suffix that nobody in QuickBooks bears, as far as is known."""
    number, connection_id = situation.record.number, situation.connection.id
    for count in range(2, MOST_TRIES):
        free = f"{number}-{count}"
        if not numbers.find_by_number(session, connection_id, free):
            return free
    return number
