"""What people changed about organizations, accounts, syncs and members, told in the history: who, and what.

Values of rules are told; of credentials only that a field was changed, never what it holds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from qbo_connector.sources.setting_field import SettingField
from qbo_connector.store import activity
from qbo_connector.store.activity import Activity
from qbo_connector.store.pairings import Pairing
from qbo_connector.store.sources import SourceAccount

OPERATOR = "operator"
"""Who is named where a command, not a person signed in, made the change."""

MOST_TOLD = 8
LONGEST = 60
NOTHING = "nothing"
ROW = ("source", "target", "property", "operator", "values")
"""One row of the mappings, and of the filters, in the order in which people read it."""


def tell(session: Session, organization_id: int, event: str, asked_by: str, **params: str) -> None:
    """Write one line of the organization's history."""
    entry = Activity(organization_id=organization_id, event=event, actor=asked_by, params=params)
    activity.append(session, entry)


def tell_of_sync(session: Session, pairing: Pairing, event: str, asked_by: str, **params: str) -> None:
    """The same about one sync."""
    entry = Activity(
        organization_id=pairing.organization_id,
        event=event,
        actor=asked_by,
        pairing_id=pairing.id,
        connection_id=pairing.connection_id,
        params={"name": pairing.name, **params},
    )
    activity.append(session, entry)


def tell_of_rules(session: Session, pairing: Pairing, before: Mapping[str, Any], asked_by: str) -> None:
    """Which rules are others now, and what they were; nothing where they are the same."""
    changed = list(_differences(before, pairing.rules))
    if changed:
        tell_of_sync(session, pairing, "rules.changed", asked_by, fields=_listed(changed))


def tell_of_account(
    session: Session,
    account: SourceAccount,
    fields: Sequence[SettingField],
    *,
    before: Mapping[str, Any] | None,
    asked_by: str,
) -> None:
    """That an account was connected, or which of its settings were changed: by label, never by value."""
    if before is None:
        tell(session, account.organization_id, "source.connected", asked_by, name=account.name)
        return
    changed = [one.label for one in fields if before.get(one.name) != account.settings.get(one.name)]
    told = _listed(changed) or "nothing but its sign-in was tried again"
    tell(session, account.organization_id, "source.changed", asked_by, name=account.name, fields=told)


def _differences(before: Mapping[str, Any], after: Mapping[str, Any], within: str = "") -> Iterator[str]:
    for name in [*before, *(name for name in after if name not in before)]:
        old, new = before.get(name), after.get(name)
        words = f"{within} {name}".strip().replace("_", " ").removeprefix("choices ")
        if isinstance(old or new, Mapping) and isinstance(old or {}, Mapping) and isinstance(new or {}, Mapping):
            yield from _differences(old or {}, new or {}, words if name != "choices" else "")
        elif old != new:
            yield f"{words} from {_said(old)} to {_said(new)}"


def _said(value: Any) -> str:
    if isinstance(value, list | tuple):
        text = ", ".join(map(_said, value))
    elif isinstance(value, Mapping):
        parts = [_said(value[name]) for name in ROW if value.get(name)]
        text = (" → " if "target" in value else " ").join(parts)
    else:
        text = str(value if value is not None else "").replace("_", " ")
    return (text if len(text) <= LONGEST else f"{text[:LONGEST]}…") or NOTHING


def _listed(told: Iterable[str]) -> str:
    found = list(told)
    more = [f"{len(found) - MOST_TOLD} more"] if len(found) > MOST_TOLD else []
    return "; ".join([*found[:MOST_TOLD], *more])
