"""Source accounts: tried before they are saved, installed and uninstalled per organization."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from qbo_connector.errors import ConnectorError
from qbo_connector.sources.capability import Capability
from qbo_connector.sources.values import AccountInfo
from qbo_connector.store import findings, hook_refusals, installs, operations, pairings, sources
from qbo_connector.store.sources import SourceAccount
from qbo_connector.store.states import FindingScope, SourceAccountState
from qbo_connector.sync.entries import entry_of
from qbo_connector.sync.history import OPERATOR, tell, tell_of_account
from qbo_connector.sync.services import Services
from qbo_connector.sync.source import open_plugin


def try_account(services: Services, source_key: str, values: Mapping[str, str]) -> AccountInfo:
    """Prove credentials before anything is saved.

    Raises:
        ConnectorError: they are refused, the source does not answer, or the plugin does not run.
    """
    entry = entry_of(services, source_key)
    with services.source_http() as http:
        return entry.open(values, http, now=services.clock).check()


def save_account(
    services: Services,
    organization_id: int,
    source_key: str,
    name: str,
    values: Mapping[str, str],
    *,
    account_id: int | None = None,
    asked_by: str = OPERATOR,
) -> int:
    """Save an account that was just tried; a paused one goes on.

    Raises:
        NotThere: the organization has no such account.
        ConnectorError: see `try_account`.
    """
    found = try_account(services, source_key, values)
    manifest = entry_of(services, source_key).manifest
    with services.database.writing() as session:
        installs.install(session, organization_id=organization_id, source_key=source_key, version=manifest.version)
        if account_id is None:
            account = sources.add(
                session, SourceAccount(organization_id=organization_id, source_key=source_key, name=name)
            )
        else:
            account = sources.load_in(session, organization_id, account_id)
        before = dict(account.settings) if account_id is not None else None
        account.name, account.label = name, found.name
        account.settings = dict(values)
        account.settings_version = manifest.version
        if before and (signed_with := manifest.hook_secret) and _differs(before, values, signed_with.name):
            account.former_hook_secrets = None
        sources.resume(session, account.id)
        hook_refusals.forget(session, account.id)
        findings.resolve_scope(session, FindingScope.SOURCE_ACCOUNT, account.id, by="saved")
        tell_of_account(session, account, manifest.settings, before=before, asked_by=asked_by)
        return account.id


def remove_account(services: Services, organization_id: int, account_id: int, *, asked_by: str = OPERATOR) -> None:
    """Stop an account for good: its syncs are off, its credentials forgotten; its history stays.

    Raises:
        NotThere: the organization has no such account.
    """
    with services.database.writing() as session:
        account = sources.load_in(session, organization_id, account_id)
        _stop(session, account)
        account.settings = {}
        tell(session, organization_id, "source.removed", asked_by, name=account.name)


def install(services: Services, organization_id: int, source_key: str, *, asked_by: str = OPERATOR) -> None:
    """Use a source in this organization.

    Raises:
        ConfigurationError: there is no such plugin.
    """
    manifest = entry_of(services, source_key).manifest
    with services.database.writing() as session:
        installs.install(session, organization_id=organization_id, source_key=source_key, version=manifest.version)
        tell(session, organization_id, "source.installed", asked_by, name=manifest.name)


def uninstall(services: Services, organization_id: int, source_key: str, *, asked_by: str = OPERATOR) -> None:
    """Stop using a source; its syncs are off, its history stays."""
    with services.database.writing() as session:
        for account in sources.list_in(session, organization_id):
            if account.source_key == source_key:
                _stop(session, account)
        installs.uninstall(session, organization_id=organization_id, source_key=source_key)
        entry = services.registry.find(source_key)
        name = entry.manifest.name if entry else source_key
        tell(session, organization_id, "source.uninstalled", asked_by, name=name)


def live_options(services: Services, account_id: int) -> dict[str, list[tuple[str, str]]]:
    """The live lists that an account's settings offer, by name; a list that cannot be read now is left out."""
    with services.database.reading() as session:
        account = sources.load(session, account_id)
    manifest = entry_of(services, account.source_key).manifest
    if not manifest.has(Capability.OPTIONS):
        return {}
    plugin = open_plugin(services, account)
    found: dict[str, list[tuple[str, str]]] = {}
    for name in {field.options for field in manifest.settings if field.options}:
        try:
            found[name] = [(option.value, option.label) for option in plugin.options(name)]
        except ConnectorError:
            continue
    return found


def _differs(before: Mapping[str, object], after: Mapping[str, object], name: str) -> bool:
    return before.get(name, "") != after.get(name, "")


def _stop(session: Session, account: SourceAccount) -> None:
    for pairing in pairings.list_of_source_account(session, account.id):
        pairings.switch_off(session, pairing.id)
        open_ones = operations.list_open_of_connection(session, pairing.connection_id)
        mine = [one.id for one in open_ones if one.pairing_id == pairing.id]
        operations.cancel(session, mine)
    hook_refusals.forget(session, account.id)
    findings.resolve_scope(session, FindingScope.SOURCE_ACCOUNT, account.id, by="removed")
    account.former_hook_secrets = None
    account.state = SourceAccountState.UNINSTALLED
