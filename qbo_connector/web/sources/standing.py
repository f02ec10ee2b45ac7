"""How a source account stands: what is wrong with it, and the secret that its messages are signed with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import url_for

from qbo_connector.policy.catalogue import Role
from qbo_connector.policy.catalogue.fixes import Fix
from qbo_connector.sources.setting_field import HookSecret
from qbo_connector.store import findings, hook_refusals
from qbo_connector.store.states import FindingScope, SourceAccountState
from qbo_connector.sync.entries import entry_of
from qbo_connector.sync.hook_secrets import hook_secret_of
from qbo_connector.sync.views import FindingView, row_view
from qbo_connector.web.records.buttons import Button
from qbo_connector.web.sources.forms import HookSecretForm

if TYPE_CHECKING:
    from qbo_connector.store.sources import SourceAccount
    from qbo_connector.sync.services import Services

HERE = {"reconnect_source": "#settings", "rotate_hook_secret": "#hook-secret"}
"""Repairs that are made on the account's own page, further down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One finding about the account, with what an admin can do about it from its page."""

    view: FindingView
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HookDoor:
    """Where the source's messages go, and the secret that proves them."""

    form: HookSecretForm
    address: str
    label: str
    is_ours: bool
    """Whether we make the secret, so that it is entered at the source; otherwise it is copied from there."""
    is_set: bool
    former_until: datetime | None
    is_aside: bool
    """Whether somebody does not want to be told of refused messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the page shows beside the settings."""

    shown: tuple[Shown, ...] = ()
    door: HookDoor | None = None


def standing_of(services: "Services", account: "SourceAccount") -> Standing:
    """The open findings about an account as a whole, and its door for messages."""
    with services.database.reading() as session:
        rows = findings.list_open(session, FindingScope.SOURCE_ACCOUNT, account.id)
    places = {**HERE, "open_doctor": url_for("doctor.index")}
    urls = _pages_of(services, account)
    views = [row_view(services, row, Role.ADMIN, urls) for row in rows]
    return Standing(
        shown=tuple(Shown(view=view, buttons=_buttons(view, places)) for view in views),
        door=_door(services, account),
    )


def _buttons(view: FindingView, places: Mapping[str, str]) -> tuple[Button, ...]:
    """Those that lead somewhere, and the one that sets a warning aside; repairs of records have no place here."""
    reachable = [(fix, fix.url or places.get(fix.action, "")) for fix in view.fixes]
    return tuple(
        Button(action=fix.action, label=fix.button, allowed=fix.allowed, url=url)
        for fix, url in reachable
        if url or (fix.action == Fix.DISMISS and view.cls == "warning")
    )


def _pages_of(services: "Services", account: "SourceAccount") -> dict[Fix, str]:
    keys = entry_of(services, account.source_key).manifest.links.keys
    return {Fix.OPEN_IN_SOURCE: keys} if keys else {}


def _door(services: "Services", account: "SourceAccount") -> HookDoor | None:
    field = hook_secret_of(services, account.source_key)
    if field is None or account.state is SourceAccountState.UNINSTALLED:
        return None
    with services.database.reading() as session:
        refused = hook_refusals.find(session, account.id)
    believed = account.believed_until(services.clock())
    return HookDoor(
        form=HookSecretForm(formdata=None),
        address=f"{services.settings.base_url}/hooks/{account.source_key}/{account.id}",
        label=field.label,
        is_ours=field.hook_secret is HookSecret.OURS,
        is_set=bool(account.settings.get(field.name)),
        former_until=max(believed.values(), default=None),
        is_aside=bool(refused and refused.is_aside),
    )
