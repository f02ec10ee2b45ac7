"""The secrets that sources sign their hooks with: believed in turn, renewed, and forgotten an hour later.

A new secret cannot reach both sides at once. So the one that it replaces is believed for an hour longer, whichever
side changes first, and no plugin needs to know: it is opened with the one secret and then with the other.
"""

import secrets
from contextlib import suppress
from datetime import timedelta

from qbo_connector.errors import HookSignatureBad
from qbo_connector.sources.setting_field import HookSecret, SettingField
from qbo_connector.sources.values import HookDelivery, HookRequest
from qbo_connector.store import sources
from qbo_connector.store.failures import NotThere
from qbo_connector.store.sources import SourceAccount
from qbo_connector.store.states import SourceAccountState
from qbo_connector.sync import hook_warning
from qbo_connector.sync.entries import entry_of
from qbo_connector.sync.history import tell
from qbo_connector.sync.services import Services
from qbo_connector.sync.source import open_plugin

BOTH_FOR = timedelta(hours=1)
RANDOM_BYTES = 32


class HookSecretRefused(ValueError):
    """A new hook secret that cannot be taken; the message is a sentence for people."""


def parse_hook(services: Services, account: SourceAccount, request: HookRequest) -> tuple[HookDelivery, ...]:
    """What a hook says, if it is signed with the account's hook secret or with one that was replaced lately.

    Raises:
        HookSignatureBad: it fits none of them, or none is set.
        DocumentInvalid: it is signed, and cannot be read.
        ConfigurationError: the plugin cannot be used.
    """
    field = entry_of(services, account.source_key).manifest.hook_secret
    if field is None:
        return open_plugin(services, account).parse_hook(request)
    for secret in (str(account.settings.get(field.name, "")), *account.believed_until(services.clock())):
        if secret.strip():
            with suppress(HookSignatureBad):
                return open_plugin(services, account, {field.name: secret}).parse_hook(request)
    raise HookSignatureBad("none of the account's secrets fits")


def hook_secret_of(services: Services, source_key: str) -> SettingField | None:
    """The setting that the source's hooks are signed with, if its manifest names it; None if it cannot be used."""
    entry = services.registry.find(source_key)
    return entry.manifest.hook_secret if entry else None


def renew(
    services: Services, organization_id: int, source_account_id: int, given: str = "", *, asked_by: str
) -> str | None:
    """Put a new hook secret beside the present one, which is believed for an hour longer.

    Args:
        given: the new secret; empty for a fresh one, where the source takes its secret from us.

    Returns:
        The secret if it was made here: it is to be entered at the source, and cannot be shown again.

    Raises:
        NotThere: the organization has no such account, or its source signs nothing with a secret.
        HookSecretRefused: none was given though the vendor makes it, or it cannot be one.
    """
    with services.database.reading() as session:
        account = sources.load_in(session, organization_id, source_account_id)
    field = hook_secret_of(services, account.source_key)
    if field is None or account.state is SourceAccountState.UNINSTALLED:
        raise NotThere("this account has no hook secret")
    made = None if given.strip() else _made(field)
    secret = made or _checked(field, given.strip())
    now = services.clock()
    with services.database.writing() as session:
        renewed = sources.renew_hook_secret(session, account.id, field.name, secret, now=now, until=now + BOTH_FOR)
        hook_warning.end(session, account.id, by=asked_by)
        if renewed:
            tell(session, organization_id, "source.hook_secret_renewed", asked_by, name=account.name)
    return made


def forget_former(services: Services) -> None:
    """Remove replaced secrets that are not believed any more from the store."""
    now = services.clock()
    with services.database.reading() as session:
        kept = sources.list_with_former_hook_secrets(session)
        ended = [one.id for one in kept if len(one.believed_until(now)) < len(one.former_hook_secrets or {})]
    for account_id in ended:
        with services.database.writing() as session:
            sources.forget_former_hook_secrets(session, account_id, now)


def _made(field: SettingField) -> str | None:
    return secrets.token_urlsafe(RANDOM_BYTES) if field.hook_secret is HookSecret.OURS else None


def _checked(field: SettingField, given: str) -> str:
    if not given:
        raise HookSecretRefused(f"{field.label} is needed: the source makes it, so copy the new one from there.")
    if complaint := field.complaint(given):
        raise HookSecretRefused(complaint)
    return given
