"""What the pages show of source plugins: everything of it is known without importing their code."""

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from qbo_connector.store import entitlements, findings, installs, sources
from qbo_connector.store.states import FindingScope
from qbo_connector.web.findings import say_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qbo_connector.store.findings import Finding
    from qbo_connector.store.sources import SourceAccount
    from qbo_connector.sync.services import Services

CAPABILITY_WORDS = {
    "read": "Reads invoices",
    "changed_since": "Finds changes by itself",
    "hooks": "Is told of changes at once",
    "write_back": "Shows the result in the source",
    "create": "Creates records in the source",
    "update": "Updates records in the source",
    "remove": "Removes records from the source",
    "options": "Offers live lists",
    "embed": "Has a Sync button on the invoice",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """All sources of an installation, as one organization sees them."""

    plugins: tuple["Plugin", ...]
    problems: tuple[str, ...]
    accounts: tuple["Account", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """One source that can be installed."""

    key: str
    name: str
    summary: str
    version: str
    author: str
    license: str
    category: str
    origin: str
    is_installed: bool
    abilities: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One source account."""

    id: int
    name: str
    label: str
    source_key: str
    source_name: str
    state: str
    paused_reason: str
    told: tuple[str, ...] = ()
    """What stands open about it, in sentences; for the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginPage:
    """One source with its field table (T-1), its price and what this organization was granted (T-2, T-4)."""

    plugin: Plugin
    manifest: Any
    granted: tuple[Any, ...]
    accounts: tuple[Account, ...]


def shelf_of(services: "Services", organization_id: int) -> Shelf:
    """The catalogue with the accounts of an organization."""
    with services.database.reading() as session:
        here = {row.source_key for row in installs.list_installed(session, organization_id)}
        accounts = sources.list_in(session, organization_id)
        open_ones = findings.list_open_wide(session, organization_id)
    registry = services.registry
    told = _told_of_accounts(services, open_ones)
    return Shelf(
        plugins=tuple(_plugin(entry, is_installed=entry.key in here) for entry in registry.entries),
        problems=tuple(problem.sentence for problem in registry.problems),
        accounts=tuple(replace(account_of(services, row), told=tuple(told[row.id])) for row in accounts),
    )


def plugin_page(services: "Services", organization_id: int, source_key: str) -> PluginPage | None:
    """One source; None if the installation has none of this key."""
    entry = services.registry.find(source_key)
    if entry is None:
        return None
    with services.database.reading() as session:
        here = {row.source_key for row in installs.list_installed(session, organization_id)}
        granted = entitlements.list_current(session, organization_id, source_key)
        accounts = [row for row in sources.list_in(session, organization_id) if row.source_key == source_key]
    return PluginPage(
        plugin=_plugin(entry, is_installed=source_key in here),
        manifest=entry.manifest,
        granted=tuple(granted),
        accounts=tuple(account_of(services, row) for row in accounts),
    )


def account_of(services: "Services", row: "SourceAccount") -> Account:
    """A source account as lists show it; its settings stay behind."""
    entry = services.registry.find(row.source_key)
    return Account(
        id=row.id,
        name=row.name,
        label=row.label,
        source_key=row.source_key,
        source_name=entry.manifest.name if entry else row.source_key,
        state=str(row.state),
        paused_reason=row.paused_reason,
    )


def _told_of_accounts(services: "Services", open_ones: "Sequence[Finding]") -> defaultdict[int, list[str]]:
    told: defaultdict[int, list[str]] = defaultdict(list)
    for row in open_ones:
        if row.scope is FindingScope.SOURCE_ACCOUNT and row.source_account_id is not None:
            told[row.source_account_id].append(say_from(services.catalogue, row.code, row.params).sentence)
    return told


def _plugin(entry: Any, *, is_installed: bool) -> Plugin:
    manifest = entry.manifest
    abilities = [words for ability, words in CAPABILITY_WORDS.items() if ability in manifest.capabilities]
    return Plugin(
        key=manifest.key,
        name=manifest.name,
        summary=manifest.summary,
        version=manifest.version,
        author=manifest.author,
        license=manifest.license,
        category=manifest.category,
        origin=str(entry.origin),
        is_installed=is_installed,
        abilities=tuple(abilities),
    )
