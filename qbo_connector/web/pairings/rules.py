"""What the pages show of a sync: its two sides, its questions by step, and its rules in sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from qbo_connector.policy.catalogue import Role as Reader
from qbo_connector.policy.policies import Policies, Trigger
from qbo_connector.policy.policy_choices import PolicyChoice
from qbo_connector.policy.policy_words import WizardStep, policy_words
from qbo_connector.store import connections, mirror, pairings, sources
from qbo_connector.store.states import ConnectionState, SourceAccountState
from qbo_connector.sync.entries import entry_of
from qbo_connector.sync.shadow_switch import count_waiting
from qbo_connector.web.access import Caller
from qbo_connector.web.pairings.forms import BooksLists

if TYPE_CHECKING:
    from qbo_connector.store.connections import Connection
    from qbo_connector.store.pairings import Pairing
    from qbo_connector.store.sources import SourceAccount
    from qbo_connector.sync.services import Services

LIST_LIMIT = 500
STEP_TITLES = {
    WizardStep.DIRECTION: "Direction",
    WizardStep.COMPANY: "Company and locations",
    WizardStep.NUMBERS: "Numbers",
    WizardStep.CUSTOMERS: "Customers",
    WizardStep.ITEMS: "Items",
    WizardStep.TAX: "Tax",
    WizardStep.DISCOUNTS: "Discounts and fees",
    WizardStep.PAYMENTS: "Payments",
    WizardStep.MEMO: "Memo and PDF",
    WizardStep.FILTERS: "Filters",
    WizardStep.MAPPINGS: "Field mappings",
    WizardStep.HISTORY: "History",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The two ends of a sync."""

    account: "SourceAccount"
    connection: "Connection"
    source_name: str
    policies: Policies
    advice: tuple[Any, ...]

    @property
    def company(self) -> str:
        """The company's name."""
        return self.connection.company_name or f"company {self.connection.realm_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One step of the wizard with its questions."""

    key: str
    title: str
    questions: tuple[PolicyChoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule in words."""

    label: str
    answer: str
    consequence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRow:
    """One sync in the list."""

    id: int
    name: str
    source_name: str
    account_name: str
    company: str
    state: str
    direction: str
    shadow: bool


def list_syncs(services: "Services", organization_id: int) -> tuple[SyncRow, ...]:
    """All syncs of an organization, by name."""
    with services.database.reading() as session:
        rows = pairings.list_in(session, organization_id)
        accounts = {row.id: row for row in sources.list_in(session, organization_id)}
        companies = {row.id: row for row in connections.list_in(session, organization_id)}
    return tuple(
        _row(row, _sides(services, accounts[row.source_account_id], companies[row.connection_id])) for row in rows
    )


def joinable(services: "Services", organization_id: int) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The accounts and companies that can be joined, each as id and name."""
    with services.database.reading() as session:
        accounts = sources.list_in(session, organization_id)
        companies = connections.list_in(session, organization_id)
    return (
        [(row.id, row.name) for row in accounts if row.state is not SourceAccountState.UNINSTALLED],
        [(row.id, row.company_name or row.realm_id) for row in companies if _is_live(row)],
    )


def sides_of(services: "Services", organization_id: int, account_id: int, connection_id: int) -> Sides:
    """Both ends.

    Raises:
        NotThere: one of them is not this organization's.
    """
    with services.database.reading() as session:
        account = sources.load_in(session, organization_id, account_id)
        connection = connections.load_in(session, organization_id, connection_id)
    return _sides(services, account, connection)


def books_lists(services: "Services", connection_id: int) -> BooksLists:
    """What the mirror knows of the company's accounts and items; empty until it has been read."""
    with services.database.reading() as session:
        accounts = mirror.list_entries(session, connection_id, "Account", limit=LIST_LIMIT)
        items = mirror.list_entries(session, connection_id, "Item", limit=LIST_LIMIT)
    return BooksLists(
        accounts=tuple((row.qbo_id, row.name) for row in accounts),
        items=tuple((row.qbo_id, row.name) for row in items),
    )


def shadow_of(services: "Services", sides: Sides, pairing: "Pairing | None") -> dict[str, Any]:
    """How many records were planned in shadow mode, and whether they can only be sent one by one (T-8)."""
    if pairing is None:
        return {"shadowed": 0, "on_demand": False}
    with services.database.reading() as session:
        count = count_waiting(session, pairing.id)
    policies = sides.policies.overlay(pairing.rules.get("choices", {}), Reader.OPERATOR)
    return {"shadowed": count, "on_demand": policies.trigger is Trigger.MANUAL_SINGLE}


def questions_for(sides: Sides, chosen: Mapping[str, Any], person: Caller) -> tuple[PolicyChoice, ...]:
    """What this person is asked, with the present answers."""
    policies = sides.policies.overlay(chosen, Reader.OPERATOR)
    return policies.choosable(reader_of(person), source=sides.source_name)


def sections_of(questions: Sequence[PolicyChoice]) -> tuple[Section, ...]:
    """The questions by step, in the wizard's order; steps without a question are left out."""
    order = list(WizardStep)
    ordered = sorted(questions, key=lambda question: order.index(question.step))
    return tuple(
        Section(key=str(step), title=STEP_TITLES[step], questions=tuple(group))
        for step, group in groupby(ordered, key=lambda question: question.step)
    )


def in_sentences(sides: Sides, chosen: Mapping[str, Any]) -> tuple[Rule, ...]:
    """All rules of a sync, the fixed ones too, for the review before it starts."""
    return tuple(_rules(sides.policies.overlay(chosen, Reader.OPERATOR), sides.source_name))


def reader_of(person: Caller) -> Reader:
    """This person's role as policies and findings know it."""
    if person.is_operator:
        return Reader.OPERATOR
    return Reader.ADMIN if person.may("admin") else Reader.END_USER


REVIEWED = ("direction", "trigger", "schedule", "eligible_statuses", "cutoff", "number_policy", "resync",
            "customer_match", "customer_missing", "item_match", "item_missing", "tax", "invoice_discount",
            "payments_out", "payments_in", "location_tracking", "void_propagates",
            "qbo_edit_of_source_doc")  # fmt: skip


def _rules(policies: Policies, source: str) -> Iterator[Rule]:
    words = policy_words()
    for key in REVIEWED:
        value = getattr(policies, key)
        texts = [words[key].of(str(part)) for part in (value if isinstance(value, tuple) else (value,))]
        yield Rule(
            label=words[key].label.format(source=source),
            answer=", ".join(text.label for text in texts).format(source=source),
            consequence=texts[0].consequence.format(source=source) if len(texts) == 1 else "",
        )


def _is_live(row: "Connection") -> bool:
    return row.state is not ConnectionState.DISCONNECTED


def _sides(services: "Services", account: "SourceAccount", connection: "Connection") -> Sides:
    manifest = entry_of(services, account.source_key).manifest
    return Sides(
        account=account,
        connection=connection,
        source_name=manifest.name,
        policies=manifest.policies,
        advice=manifest.advice,
    )


def _row(row: Any, sides: Sides) -> SyncRow:
    policies = sides.policies.overlay(row.rules.get("choices", {}), Reader.OPERATOR)
    return SyncRow(
        id=row.id,
        name=row.name,
        source_name=sides.source_name,
        account_name=sides.account.name,
        company=sides.company,
        state=str(row.state),
        direction=str(policies.direction),
        shadow=row.shadow,
    )
