"""What findings wait for, by name: the same name where a finding is stored and where something changes.

A name is as narrow as its event allows: an item that is made active again wakes the records that sell it, not all.
"""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from qbo_connector.canonical import Invoice
from qbo_connector.canonical.keys import email_key, name_key, number_key
from qbo_connector.errors import DocumentInvalid
from qbo_connector.plan.asking import questions
from qbo_connector.plan.questions import (
    ByName,
    ClassQuestion,
    ItemQuestion,
    ListQuestion,
    LocationQuestion,
    PartyQuestion,
)
from qbo_connector.policy.catalogue import Finding
from qbo_connector.policy.catalogue.kinds import Cause
from qbo_connector.store import bindings
from qbo_connector.sync.corrections import with_overrides
from qbo_connector.sync.situation import Situation

GROUPS = {"Customer": "party", "Vendor": "party", "Employee": "party"}
"""Customers, vendors and employees share one space of names, so a change of any of them may free one."""

SHORT_LISTS = ("Account", "TaxCode", "Department", "Class", "Term", "PaymentMethod")
"""Lists in which any change is worth another look: they change rarely, and findings seldom name the entry."""

MATCHED = frozenset({Cause.MIRROR_PARTIES, Cause.MIRROR_ENTRY})
LINKED = frozenset({Cause.MANUAL_LINKS, Cause.MAPPINGS})
Question = ListQuestion


def rules(pairing_id: int) -> str:
    """The rules, switches and mappings of a pairing."""
    return f"rules:{pairing_id}"


def settings(connection_id: int) -> str:
    """The company's own settings: closed books, switched-on features, currencies."""
    return f"settings:{connection_id}"


def sign_in(connection_id: int) -> str:
    """A new sign-in at QuickBooks."""
    return f"sign_in:{connection_id}"


def source_record(record_id: int) -> str:
    """What the source says of a record."""
    return f"source:{record_id}"


def entitlement(organization_id: int, source_key: str) -> str:
    """What an organization was granted for a source."""
    return f"entitlement:{organization_id}:{source_key}"


def link(connection_id: int, symbol: str) -> str:
    """Which entry of QuickBooks stands for a party, item or location of the source."""
    return f"link:{connection_id}:{symbol}"


def entry(connection_id: int, entity: str, by: str, value: str) -> str:
    """An entry of a list, by its name, e-mail, SKU or id."""
    return f"entry:{connection_id}:{GROUPS.get(entity, entity)}:{by}:{value}"


def any_entry(connection_id: int, entity: str) -> str:
    """Anything in a short list."""
    return f"list:{connection_id}:{entity}"


def number(connection_id: int, value: str) -> str:
    """Who bears a document number."""
    return f"number:{connection_id}:{number_key(value)}"


def document(connection_id: int, qbo_type: str, qbo_id: str) -> str:
    """A document as it stands in QuickBooks."""
    return f"document:{connection_id}:{qbo_type}:{qbo_id}"


def watched(session: Session, situation: Situation, finding: Finding) -> frozenset[str]:
    """Everything whose change may end this finding."""
    return frozenset(key for cause in finding.entry.causes for key in _keys(session, situation, finding, cause))


def _keys(session: Session, situation: Situation, finding: Finding, cause: Cause) -> Iterator[str]:
    connection_id = situation.connection.id
    match cause:
        case Cause.PAIRING_RULES:
            yield rules(situation.pairing.id)
        case Cause.COMPANY_SETTINGS:
            yield settings(connection_id)
        case Cause.SOURCE_RECORD | Cause.SOURCE_CONTACT if situation.record.id:
            yield source_record(situation.record.id)
        case Cause.SIGN_IN:
            yield sign_in(connection_id)
        case Cause.ENTITLEMENT:
            yield entitlement(situation.record.organization_id, situation.account.source_key)
        case Cause.MIRROR_DOCUMENT:
            yield number(connection_id, _number(situation))
            yield document(connection_id, situation.record.qbo_type, situation.record.qbo_id)
        case _ if cause in MATCHED | LINKED:
            yield from _of_lists(session, situation, finding, cause)


def _number(situation: Situation) -> str:
    return str((situation.record.overrides or {}).get("number") or situation.record.number)


def _of_lists(session: Session, situation: Situation, finding: Finding, cause: Cause) -> Iterator[str]:
    connection_id = situation.connection.id
    for question in _asked(situation, finding):
        if cause in LINKED:
            yield link(connection_id, question.symbol)
        elif isinstance(question, PartyQuestion) or cause is Cause.MIRROR_ENTRY:
            yield from _of_question(connection_id, question)
            yield from _of_link(session, connection_id, question)
    if cause is Cause.MIRROR_ENTRY:
        yield from (any_entry(connection_id, entity) for entity in SHORT_LISTS)


def _asked(situation: Situation, finding: Finding) -> list[Question]:
    """The parties, items and locations of the document; only those that the finding names, where it does."""
    if not situation.record.document:
        return []
    try:
        read = Invoice.model_validate_json(situation.record.document)
        asked = list(questions(with_overrides(read, situation.record.overrides), situation.rules,
                               situation.company).of_lists())  # fmt: skip
    except DocumentInvalid:
        return []
    subjects = set(finding.subject.split(","))
    return [one for one in asked if one.symbol in subjects] or asked


def _of_question(connection_id: int, question: Question) -> Iterator[str]:
    match question:
        case PartyQuestion():
            yield entry(connection_id, "Customer", "name", name_key(question.name))
            if question.email:
                yield entry(connection_id, "Customer", "email", email_key(question.email))
        case ItemQuestion():
            yield entry(connection_id, "Item", "name", name_key(question.name))
            if question.sku:
                yield entry(connection_id, "Item", "sku", name_key(question.sku))
        case LocationQuestion():
            yield entry(connection_id, "Department", "name", name_key(question.name))
        case ClassQuestion():
            yield entry(connection_id, "Class", "name", name_key(question.name))
    if not isinstance(question, ByName) and question.qbo_id:
        entity = "Item" if isinstance(question, ItemQuestion) else "Customer"
        yield entry(connection_id, entity, "id", question.qbo_id)


def _of_link(session: Session, connection_id: int, question: Question) -> Iterator[str]:
    """The entry that stands for it by now, which may bear another name."""
    kind = question.symbol.partition(":")[0]
    found = bindings.find_shared(session, connection_id, kind=kind, external_id=question.identity)
    if found:
        yield entry(connection_id, found.qbo_type, "id", found.qbo_id)
