"""Pairings, what an admin calls a sync: made, changed, switched on and off."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from qbo_connector.policy.catalogue import Role
from qbo_connector.policy.policy_refusal import PolicyRefused
from qbo_connector.store import connections, pairings, sources
from qbo_connector.store.pairings import Pairing
from qbo_connector.store.sources import SourceAccount
from qbo_connector.store.states import ConnectionState
from qbo_connector.sync import causes
from qbo_connector.sync.entries import entry_of
from qbo_connector.sync.history import OPERATOR, tell_of_rules, tell_of_sync
from qbo_connector.sync.reviving import wake
from qbo_connector.sync.services import Services


class RulesChanged(Exception):
    """Somebody else changed the rules meanwhile; look again."""


def create(
    services: Services,
    organization_id: int,
    source_account_id: int,
    connection_id: int,
    *,
    name: str,
    choices: Mapping[str, Any] | None = None,
    accounts: Mapping[str, str] | None = None,
    default_item: str = "",
    part: str = "",
) -> int:
    """Join a source account to a company; it is off until it is switched on.

    Raises:
        NotThere: the account or the connection is not the organization's.
        PolicyRefused: a choice is not allowed, or contradicts another; or this part of the account goes to
            another company already (the policy `connection_scope`).
    """
    with services.database.writing() as session:
        account = sources.load_in(session, organization_id, source_account_id)
        connections.load_in(session, organization_id, connection_id)
        _refuse_a_second_company(session, account, connection_id, part)
        policies = entry_of(services, account.source_key).manifest.policies
        policies.overlay(choices or {}, Role.OPERATOR)
        pairing = pairings.add(
            session,
            Pairing(
                organization_id=organization_id,
                source_account_id=source_account_id,
                connection_id=connection_id,
                name=name,
                part=part,
                rules=_rules(choices, accounts, default_item, {}),
            ),
        )
        return pairing.id


def _refuse_a_second_company(session: Session, account: SourceAccount, connection_id: int, part: str) -> None:
    """A document in two sets of books would be income twice; a company that was disconnected is out of the way."""
    for pairing in pairings.list_in(session, account.organization_id):
        other = connections.load(session, pairing.connection_id)
        is_same = (pairing.source_account_id, pairing.part) == (account.id, part)
        if not is_same or other.id == connection_id or other.state is ConnectionState.DISCONNECTED:
            continue
        what = f"{part} of {account.name}" if part else account.name
        raise PolicyRefused(
            f"{what} is joined to {other.company_name} already, and goes to one QuickBooks company only. "
            f"Disconnect {other.company_name} first.",
            keys=("connection_scope",),
        )


def change(
    services: Services,
    pairing_id: int,
    *,
    name: str,
    choices: Mapping[str, Any],
    accounts: Mapping[str, str],
    default_item: str = "",
    expected_version: int,
    asked_by: str = OPERATOR,
) -> None:
    """Change the rules, if nobody changed them in between.

    Raises:
        RulesChanged: somebody did.
        PolicyRefused: a choice is not allowed, or contradicts another.
    """
    with services.database.writing() as session:
        pairing = pairings.load(session, pairing_id)
        account = sources.load(session, pairing.source_account_id)
        entry_of(services, account.source_key).manifest.policies.overlay(choices, Role.OPERATOR)
        before = dict(pairing.rules)
        rules = _rules(choices, accounts, default_item, before)
        if not pairings.change_rules(session, pairing_id, rules, expected_version=expected_version):
            raise RulesChanged
        session.refresh(pairing)
        pairing.name = name
        _changed(session, pairing, before, asked_by)


def turn_on(services: Services, pairing_id: int, *, asked_by: str = OPERATOR) -> None:
    """Let its records sync; the first time is remembered for cut-offs.

    Raises:
        NotThere: there is none of this id.
    """
    with services.database.writing() as session:
        pairing = pairings.load(session, pairing_id)
        event = "sync.turned_on" if pairing.started_at else "sync.started"
        pairings.switch_on(session, pairing_id)
        tell_of_sync(session, pairing, event, asked_by)
        _wake(session, pairing)


def turn_off(services: Services, pairing_id: int, *, asked_by: str = OPERATOR) -> None:
    """Stop it; rules, start date and history stay (H-43).

    Raises:
        NotThere: there is none of this id.
    """
    with services.database.writing() as session:
        pairings.switch_off(session, pairing_id)
        tell_of_sync(session, pairings.load(session, pairing_id), "sync.turned_off", asked_by)


def set_rule(
    services: Services, organization_id: int, pairing_id: int, rule: str, value: Any, *, asked_by: str = OPERATOR
) -> None:
    """Change one entry of the rules: an account, a tax code, a dismissed warning.

    Raises:
        NotThere: the organization has none of this id.
    """
    with services.database.writing() as session:
        pairing = pairings.load_in(session, organization_id, pairing_id)
        before = dict(pairing.rules)
        rules = {**before, rule: value}
        if not pairings.change_rules(session, pairing_id, rules, expected_version=pairing.rules_version):
            raise RulesChanged
        session.refresh(pairing)
        _changed(session, pairing, before, asked_by)


def set_rules(
    services: Services,
    organization_id: int,
    pairing_id: int,
    changes: Mapping[str, Any],
    *,
    expected_version: int,
    asked_by: str = OPERATOR,
) -> None:
    """Change several entries of the rules at once, if nobody changed them since this version.

    Raises:
        NotThere: the organization has none of this id.
        RulesChanged: somebody did.
    """
    with services.database.writing() as session:
        pairing = pairings.load_in(session, organization_id, pairing_id)
        before = dict(pairing.rules)
        rules = {**before, **changes}
        if not pairings.change_rules(session, pairing_id, rules, expected_version=expected_version):
            raise RulesChanged
        session.refresh(pairing)
        _changed(session, pairing, before, asked_by)


def _changed(session: Session, pairing: Pairing, before: Mapping[str, Any], asked_by: str) -> None:
    tell_of_rules(session, pairing, before, asked_by)
    _wake(session, pairing)


def _wake(session: Session, pairing: Pairing) -> None:
    """What waits for another rule is looked at again."""
    wake(session, pairing.organization_id, pairing.connection_id, {causes.rules(pairing.id)})


def _rules(
    choices: Mapping[str, Any] | None,
    accounts: Mapping[str, str] | None,
    default_item: str,
    before: Mapping[str, Any],
) -> dict[str, Any]:
    return {
        **before,
        "choices": dict(choices or {}),
        "accounts": dict(accounts or {}),
        "default_item": default_item,
    }
