"""Which questions a document raises: asked of the mirror before the plan is made."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from qbo_connector.canonical import Fee, FeeKind, Invoice, Item, ItemKind, Line, LineKind, Party
from qbo_connector.canonical.company import Company
from qbo_connector.canonical.keys import name_key
from qbo_connector.plan.questions import (
    ClassQuestion,
    ItemQuestion,
    LocationQuestion,
    Match,
    NumberQuestion,
    PartyQuestion,
    Questions,
)
from qbo_connector.policy.field_mappings import DefaultField
from qbo_connector.policy.policies import ItemMatch, ItemMissing, LocationTracking, NumberPolicy
from qbo_connector.policy.rules import Rules

SHIPPING = "Shipping"

WHOLE = 0
"""The place of what is said of a whole document; its lines begin at 1."""


def questions(document: Invoice, rules: Rules, company: Company) -> Questions:
    """Everything that must be known about QuickBooks before this document can be planned."""
    items = {question.symbol: question for question in _item_questions(document, rules, company)}
    return Questions(
        party=party_question(document.customer, rules),
        items=tuple(items.values()),
        location=location_question(document, rules, company),
        number=_number(document, rules),
        classes=class_questions(document, rules, company),
    )


def _item_questions(document: Invoice, rules: Rules, company: Company) -> Iterator[ItemQuestion]:
    for line in document.lines:
        if line.kind is LineKind.ITEM:
            yield line_question(line, rules)
    for fee in fees_as_lines(document, company):
        yield item_question(fee_item(fee), rules)
    if (stand_in := stand_in_question(rules)) is not None:
        yield stand_in


def party_question(party: Party, rules: Rules) -> PartyQuestion | None:
    """None where the document names nobody at all, and nobody was picked."""
    asked = _party_alone(party, rules)
    parent = " ".join(party.parent.split())
    if asked is None or not parent or name_key(parent) == name_key(asked.name):
        return asked
    above = PartyQuestion(
        kind=party.kind,
        identity=f"{rules.scope}:name:{name_key(parent)}",
        name=parent,
        email="",
        by=(Match.NAME,),
    )
    chosen_anew = bool(rules.answers.new_customer)
    return replace(asked, parent=above, full_name="" if chosen_anew else f"{parent}:{asked.name}")


def _party_alone(party: Party, rules: Rules) -> PartyQuestion | None:
    name = " ".join(str(party).split())
    if not name and not rules.chosen_customer:
        return None
    own = party.external_id or (f"name:{name_key(name)}" if name else "picked")
    keys = {Match.NAME: name, Match.EMAIL: party.email}
    new = rules.answers.new_customer
    by = _answerable(rules.policies.customer_match, (match for match, key in keys.items() if key))
    return PartyQuestion(
        kind=party.kind,
        identity=f"{rules.scope}:{own}",
        name=new or name,
        email=party.email,
        by=() if new else by,
        qbo_id=rules.chosen_customer,
    )


def line_question(line: Line, rules: Rules) -> ItemQuestion:
    """What is sold on this line. One that names no product matches nothing, unless a person links it."""
    if line.item is None:
        return ItemQuestion(identity=f"{rules.scope}:unnamed", name="", sku="", by=())
    return item_question(line.item, rules)


def item_question(item: Item, rules: Rules) -> ItemQuestion:
    """One question per sellable thing; a variant is a thing of its own (T-27)."""
    name = " ".join(item.full_name.split())
    own = item.external_id or f"name:{name_key(name)}"
    identity = f"{rules.scope}:{own}"
    if new := rules.answers.new_items.get(f"item:{identity}"):
        return ItemQuestion(identity=identity, name=new.name, sku=new.sku, by=())
    by = _answerable(rules.policies.item_match, (Match.NAME, Match.SKU) if item.sku else (Match.NAME,))
    return ItemQuestion(identity=identity, name=name, sku=item.sku, by=by, qbo_id=_mapped(item, rules))


def _mapped(item: Item, rules: Rules) -> str:
    """The item that the pairing's table names for this product or its service type (P-12)."""
    if ItemMatch.MAP not in rules.policies.item_match:
        return ""
    return rules.items.get(item.external_id) or rules.items.get(item.service_type, "")


def stand_in_question(rules: Rules) -> ItemQuestion | None:
    """The item that stands in for products without a match (H-13, P-12); None where there is none."""
    match rules.policies.item_missing:
        case ItemMissing.COLLECTING_ITEM:
            name = rules.policies.collecting_item
            return ItemQuestion(identity=f"collecting:{name_key(name)}", name=name, sku="", by=(Match.NAME,))
        case ItemMissing.DEFAULT_ITEM if rules.default_item:
            return ItemQuestion(identity="default", name="", sku="", by=(), qbo_id=rules.default_item)
        case _:
            return None


def location_question(document: Invoice, rules: Rules, company: Company) -> LocationQuestion | None:
    """None where locations are of no interest to this sync, or QuickBooks would drop them without a word."""
    tracking = rules.policies.location_tracking
    if document.location is None or tracking is LocationTracking.IGNORE or not company.track_locations:
        return None
    if DefaultField.LOCATION in rules.own.switched_off:
        return None
    own = document.location.external_id or f"name:{name_key(document.location.name)}"
    name = rules.answers.new_location or document.location.name
    return LocationQuestion(identity=f"{rules.scope}:{own}", name=" ".join(name.split()))


def class_questions(document: Invoice, rules: Rules, company: Company) -> tuple[ClassQuestion, ...]:
    """Each class that goes along, once."""
    asked: dict[str, ClassQuestion] = {}
    for name in classes_sent(document, rules, company).values():
        question = class_question(name, rules)
        asked.setdefault(question.symbol, question)
    return tuple(asked.values())


def class_question(name: str, rules: Rules) -> ClassQuestion:
    """Which class bears this name?"""
    return ClassQuestion(identity=f"{rules.scope}:name:{name_key(name)}", name=" ".join(name.split()))


def classes_sent(document: Invoice, rules: Rules, company: Company) -> dict[int, str]:
    """The class of each line by its place; of the whole document, where the company has only one for all of it.

    Nothing where QuickBooks would drop it without a word, a rule leaves it out, or the lines do not agree.
    """
    if not company.track_classes or DefaultField.CLASS in rules.own.switched_off:
        return {}
    if not company.classes_per_document:
        return {place: line.class_name for place, line in enumerate(document.lines, start=1) if line.class_name}
    names = classes_named(document)
    return {WHOLE: names[0]} if len(names) == 1 and names[0] else {}


def classes_named(document: Invoice) -> tuple[str, ...]:
    """What the lines that sell something say of their class, each answer once; one that names none says so too."""
    said: dict[str, str] = {}
    for line in document.lines:
        if line.kind is LineKind.ITEM:
            said.setdefault(name_key(line.class_name), " ".join(line.class_name.split()))
    return tuple(said.values())


def fees_as_lines(document: Invoice, company: Company) -> tuple[Fee, ...]:
    """Fees that need an item: all of them, except shipping where QuickBooks has a place of its own for it."""
    apart = ships_apart(document, company)
    return tuple(fee for fee in document.fees if not (apart and fee.kind is FeeKind.SHIPPING))


def ships_apart(document: Invoice, company: Company) -> bool:
    """Whether shipping stands in QuickBooks' own field: one amount, taxed or not, and no credit."""
    fees = [fee for fee in document.fees if fee.kind is FeeKind.SHIPPING]
    one_kind = len({fee.taxable for fee in fees}) == 1
    return company.allow_shipping and one_kind and all(fee.amount >= 0 for fee in fees)


def fee_item(fee: Fee) -> Item:
    """The item that stands for a fee in QuickBooks."""
    name = SHIPPING if fee.kind is FeeKind.SHIPPING else fee.name[:1].upper() + fee.name[1:]
    return Item(external_id=f"fee:{fee.kind}:{name_key(name)}", name=name, kind=ItemKind.SERVICE)


def _answerable(ways: Iterable[str], known: Iterable[Match]) -> tuple[Match, ...]:
    """The ways that the mirror can answer, in their order; links and tables are looked up before it is asked."""
    known = set(known)
    return tuple(Match(way) for way in ways if way in known)


def _number(document: Invoice, rules: Rules) -> NumberQuestion | None:
    if rules.policies.number_policy is NumberPolicy.QBO or not document.number:
        return None
    return NumberQuestion(entity="Invoice", number=document.number)
