"""The buttons of a finding on its record's page: where each leads, or what it asks for before it acts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from qbo_connector.policy.catalogue import Fix
from qbo_connector.store import mirror
from qbo_connector.sync.fixes import ACTIONS
from qbo_connector.sync.fixing.looking_again import LISTS as READABLE
from qbo_connector.sync.merging import SEEN, WINNERS
from qbo_connector.sync.views import ComparedView, FindingView, FixView
from qbo_connector.web.formatting import sentence_case

if TYPE_CHECKING:
    from qbo_connector.sync.services import Services
    from qbo_connector.web.records.targets import Aim

MOST_CHOICES = 500
LISTS = {
    "qbo_customer_id": ("Customer in QuickBooks", "Customer"),
    "qbo_vendor_id": ("Vendor in QuickBooks", "Vendor"),
    "qbo_item_id": ("Item in QuickBooks", "Item"),
    "qbo_account_id": ("Account in QuickBooks", "Account"),
    "income_account": ("Income account", "Account"),
    "qbo_tax_code_id": ("Tax code in QuickBooks", "TaxCode"),
    "qbo_location_id": ("Location in QuickBooks", "Department"),
}
WORDS = {
    "display_name": "Name in QuickBooks",
    "email": "E-mail",
    "sku": "SKU",
    "reason": "Reason (optional)",
    "number": "Number",
    "date": "Date",
    "amount": "Amount",
    "qbo_id": "Id in QuickBooks",
    "qbo_type": "Kind in QuickBooks",
    "message": "Message",
    "name": "Name in QuickBooks",
    "value": "Value",
    "list": "List",
    "monthly_reads": "Reads a month",
    "source_field": "Field in the source",
    "target_field": "Field in QuickBooks",
    "remove": "What to do with the mapping",
    "subject": "Mapping",
}
CLOSED = {
    "kind": (("service", "Service"), ("non_inventory", "Non-inventory")),
    "side": (("quickbooks", "In QuickBooks"), ("source", "In the source")),
    "remember": (("document", "For this document"), ("always", "Always")),
    "confirmation": (("yes", "Yes, I am sure"),),
    "list": tuple((name, sentence_case(name)) for name in READABLE),
}
NONE_OFFERED = {"qbo_tax_code_id": ("none", "No tax"), "qbo_location_id": ("none", "No location")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One input. Without choices it is a text."""

    name: str
    label: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One button: a link, or a form with its questions. Who may not press it reads whom to ask."""

    action: str
    label: str
    allowed: bool
    url: str = ""
    questions: tuple[Question, ...] = ()
    sides: tuple[ComparedView, ...] = ()
    """Fields of which each has a side to be chosen."""
    answered: tuple[tuple[str, str], ...] = ()
    """What the finding answers by itself; it goes back as it came."""

    @property
    def leaves(self) -> bool:
        """Whether it opens another site."""
        return self.url.startswith("http")


def buttons_of(
    services: "Services", aim: "Aim", finding: FindingView | None, compare: tuple[ComparedView, ...] = ()
) -> tuple[Button, ...]:
    """What can be done about a finding from here; repairs that this installation cannot carry out are left out.

    `compare` are the fields in which both sides differ, for the button that chooses among them.
    """
    if finding is None:
        return ()
    places = _places(aim)
    return tuple(
        Button(
            action=fix.action,
            label=fix.button,
            allowed=fix.allowed,
            url=fix.url or _place(aim, fix, places),
            questions=_questions(services, aim, fix) if fix.allowed else (),
            sides=compare if fix.action == Fix.MERGE_FIELDS else (),
            answered=tuple((name, fix.preset[name]) for name in fix.settled),
        )
        for fix in finding.fixes
        if fix.url or fix.action in places or fix.action in ACTIONS
    )


def _places(aim: "Aim") -> Mapping[str, str]:
    """The pages that some repairs are made on."""
    company = url_for("quickbooks.company", connection_id=aim.connection_id)
    rules = url_for("pairings.edit", pairing_id=aim.record.pairing_id)
    return {
        "reconnect_quickbooks": company,
        "open_preflight": f"{company}#checks",
        "reconnect_source": url_for("sources.account", account_id=aim.target.source_account_id),
        "open_setup": rules,
        "set_rule": rules,
        "open_preview": url_for("records.preview", record_id=aim.record.id),
        "open_doctor": url_for("doctor.index"),
        "grant_entitlement": url_for("settings.entitlements"),
    }


def _place(aim: "Aim", fix: FixView, places: Mapping[str, str]) -> str:
    """The page of a repair; a mapping is mended here, unless it is a filter that speaks of the lost field.

    Sides are chosen where both versions are shown.
    """
    if fix.action == Fix.MERGE_FIELDS and SEEN not in fix.preset:
        return url_for("records.record", record_id=aim.record.id)
    if fix.action != Fix.MAP_FIELD:
        return places.get(fix.action, "")
    page = "pairings.filters" if fix.preset.get("subject") else "pairings.fields"
    return "" if fix.choices else url_for(page, pairing_id=aim.record.pairing_id)


def _questions(services: "Services", aim: "Aim", fix: FixView) -> tuple[Question, ...]:
    asked = (name for name in fix.inputs if name not in fix.settled and name != WINNERS)
    return tuple(_question(services, aim, fix, name) for name in asked)


def _question(services: "Services", aim: "Aim", fix: FixView, name: str) -> Question:
    value, label = fix.preset.get(name, ""), WORDS.get(name, sentence_case(name))
    if name in fix.choices:
        return Question(name=name, label=label, value=value, choices=fix.choices[name])
    if name in LISTS:
        label, entity = LISTS[name]
        return Question(name=name, label=label, value=value, choices=_from_mirror(services, aim, name, entity))
    return Question(name=name, label=label, value=value or _known(aim, name), choices=CLOSED.get(name, ()))


def _from_mirror(services: "Services", aim: "Aim", name: str, entity: str) -> tuple[tuple[str, str], ...]:
    with services.database.reading() as session:
        rows = mirror.list_entries(session, aim.connection_id, entity, limit=MOST_CHOICES)
    found = tuple((row.qbo_id, row.name) for row in rows)
    return (NONE_OFFERED[name], *found) if name in NONE_OFFERED else found


def _known(aim: "Aim", name: str) -> str:
    """What the record itself says, as a start."""
    known = {
        "display_name": aim.record.party_name,
        "email": aim.record.party_email,
        "number": aim.record.number,
    }
    return known.get(name, "")
