"""Everything that stands around one record: who, from where, to where, under which rules. Read in one go."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from qbo_connector.canonical.company import Company
from qbo_connector.policy.catalogue import Role
from qbo_connector.policy.own_rules import own_rules
from qbo_connector.policy.policies import LinkKey
from qbo_connector.policy.rules import Rules
from qbo_connector.policy.standing import Standing
from qbo_connector.sources.values import Ref
from qbo_connector.store import entitlements, pairings, records
from qbo_connector.store.connections import Connection
from qbo_connector.store.pairings import Pairing
from qbo_connector.store.records import Record
from qbo_connector.store.sources import SourceAccount
from qbo_connector.store.states import ConnectionState, PairingState, RecordState
from qbo_connector.sync.answers import with_answers
from qbo_connector.sync.company import find_company
from qbo_connector.sync.entries import entry_of
from qbo_connector.sync.services import Services

DISMISSED = "dismissed"
"""Where a pairing's rules keep the warnings that were set aside."""

INCLUDE_ANYWAY = "include_anyway"
ALLOW_DUPLICATE_NUMBER = "allow_duplicate_number"
"""An admin's word about one record, kept among its overrides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A record with its surroundings, as they were at one moment. Rows are detached: for reading only."""

    record: Record
    pairing: Pairing
    connection: Connection
    account: SourceAccount
    rules: Rules
    standing: Standing

    @property
    def ref(self) -> Ref:
        """The record as its plugin knows it."""
        return Ref(kind=self.record.kind, external_id=self.record.external_id)

    @property
    def copies(self) -> bool:
        """Whether a record may have several documents, told apart by ordinal (P-20)."""
        return self.rules.policies.link_key is LinkKey.COPY

    @property
    def allows_duplicate_number(self) -> bool:
        """Whether an admin allowed this record a number that another document bears."""
        return bool((self.record.overrides or {}).get(ALLOW_DUPLICATE_NUMBER))

    @property
    def in_shadow(self) -> bool:
        """Whether nothing may be sent: the sync, or its whole company, plans and records only."""
        return self.pairing.shadow or self.connection.shadow

    @property
    def company(self) -> Company:
        """The QuickBooks company; empty until its settings have been read."""
        return self.standing.company or Company(name=self.connection.company_name)


def situation_of(services: Services, session: Session, record: Record) -> Situation:
    """Read the surroundings of a record.

    Raises:
        NotThere: the pairing, connection or source account is gone.
    """
    joined = pairings.load_with_ends(session, record.pairing_id)
    pairing, connection, account = joined.pairing, joined.connection, joined.account
    return Situation(
        record=record,
        pairing=pairing,
        connection=connection,
        account=account,
        rules=with_answers(rules_of(services, pairing, account), record.overrides),
        standing=standing_of(session, pairing, connection, account, record),
    )


def load_situation(services: Services, session: Session, record_id: int) -> Situation:
    """The same, by the record's id."""
    return situation_of(services, session, records.load(session, record_id))


def reloaded(services: Services, situation: Situation) -> Situation:
    """The surroundings as they are by now; what a person chose for this one document stays chosen."""
    with services.database.reading() as session:
        fresh = load_situation(services, session, situation.record.id)
    chosen = situation.rules
    rules = replace(fresh.rules, chosen_tax=chosen.chosen_tax, chosen_customer=chosen.chosen_customer)
    return replace(fresh, rules=rules)


def rules_of(services: Services, pairing: Pairing, account: SourceAccount) -> Rules:
    """The source's policies, overlaid by what was chosen for this pairing.

    Raises:
        ConfigurationError: the plugin is not installed, or a stored choice is no longer allowed.
    """
    manifest = entry_of(services, account.source_key).manifest
    chosen: dict[str, Any] = pairing.rules
    policies = manifest.policies.overlay(chosen.get("choices", {}), Role.OPERATOR)
    return Rules(
        policies=policies,
        source_name=manifest.name,
        scope=str(account.id),
        accounts=chosen.get("accounts", {}),
        default_item=chosen.get("default_item", ""),
        items=chosen.get("items", {}),
        taxes=chosen.get("taxes", {}),
        memo_field=chosen.get("memo_field", ""),
        subsidiary=pairing.part or chosen.get("subsidiary", ""),
        dismissed=frozenset(chosen.get(DISMISSED, ())),
        own=own_rules(chosen, manifest.all_properties(), policies),
    )


def standing_of(
    session: Session, pairing: Pairing, connection: Connection, account: SourceAccount, record: Record | None
) -> Standing:
    """Connection, entitlements and switches as they stand now."""
    granted = entitlements.list_current(session, pairing.organization_id, account.source_key)
    dismissed = record is not None and record.state is RecordState.DISMISSED
    by = record.reason_params if record is not None and dismissed else {}
    return Standing(
        connected=connection.state is not ConnectionState.DISCONNECTED,
        connection_state=str(connection.state),
        company=find_company(session, connection),
        entitlements=frozenset(entry.entitlement for entry in granted),
        pairing_on=pairing.state is PairingState.ON,
        started_at=pairing.started_at,
        include_anyway=record is not None and bool((record.overrides or {}).get(INCLUDE_ANYWAY)),
        dismissed_by=by.get("user", "somebody") if dismissed else "",
        dismissed_on=by.get("date", ""),
        overridden=frozenset(pairing.rules.get("overridden", ())),
    )
