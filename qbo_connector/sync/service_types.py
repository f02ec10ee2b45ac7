"""Which item of QuickBooks stands for which service type of a source, and for lines that fit none (P-12)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from qbo_connector.errors import ConnectorError
from qbo_connector.policy.policies import ItemMatch, ItemMissing
from qbo_connector.sources.capability import Capability
from qbo_connector.store import mirror
from qbo_connector.sync.entries import entry_of
from qbo_connector.sync.ground import Ground, ground_of
from qbo_connector.sync.history import OPERATOR
from qbo_connector.sync.known_documents import known_documents
from qbo_connector.sync.pairings import set_rules
from qbo_connector.sync.services import Services
from qbo_connector.sync.source import open_plugin

LIVE_LIST = "service_types"
"""Name of the live list that a plugin with service types offers (`SourcePlugin.options`)."""

MOST_ITEMS = 500
ITEM = "Item"


class ItemRefused(Exception):
    """An item that QuickBooks does not have, or not any more; the message is a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTypeRow:
    """One service type or product of the source, with the item that was chosen for it."""

    key: str
    words: str
    qbo_id: str
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTypeTable:
    """What the items tab shows of it; without rows where this sync does not work by such a table."""

    asked: bool
    rows: tuple[ServiceTypeRow, ...]
    items: tuple[tuple[str, str], ...]
    default_item: str
    takes_default: bool
    version: int


def service_type_table(services: Services, organization_id: int, pairing_id: int) -> ServiceTypeTable:
    """The service types that the source lists and the latest documents name, and those mapped before.

    Raises:
        NotThere: the organization has no such pairing.
        ConfigurationError: its plugin is not installed.
    """
    with services.database.reading() as session:
        ground = ground_of(services, session, organization_id, pairing_id)
        items = mirror.list_entries(session, ground.connection.id, ITEM, limit=MOST_ITEMS)
        seen = _seen(session, ground)
    policies = ground.rules.policies
    asked = ItemMatch.MAP in policies.item_match
    listed = _listed(services, ground) if asked else {}
    names = {**{key: key for key in (*ground.rules.items, *seen)}, **listed} if asked else {}
    return ServiceTypeTable(
        asked=asked,
        rows=tuple(
            ServiceTypeRow(key=key, words=words, qbo_id=ground.rules.items.get(key, ""), documents=seen[key])
            for key, words in sorted(names.items(), key=lambda pair: pair[1].casefold())
        ),
        items=tuple((row.qbo_id, row.name) for row in items),
        default_item=ground.rules.default_item,
        takes_default=policies.item_missing is ItemMissing.DEFAULT_ITEM,
        version=ground.pairing.rules_version,
    )


def save_service_types(
    services: Services,
    organization_id: int,
    pairing_id: int,
    chosen: Mapping[str, str],
    *,
    default_item: str | None,
    expected_version: int,
    asked_by: str = OPERATOR,
) -> None:
    """Let these items stand for these service types; records that waited are looked at again.

    Raises:
        NotThere: the organization has no such pairing.
        ItemRefused: QuickBooks has no such active item.
        RulesChanged: somebody else changed the rules meanwhile.
    """
    with services.database.reading() as session:
        ground = ground_of(services, session, organization_id, pairing_id)
        before = {**ground.rules.items, "": ground.rules.default_item}
        wanted = {**chosen, **({"": default_item} if default_item else {})}
        for key, qbo_id in wanted.items():
            if qbo_id and before.get(key) != qbo_id and not _is_usable(session, ground, qbo_id):
                raise ItemRefused("QuickBooks has no such active item any more. Choose another one.")
    merged = {key: qbo_id for key, qbo_id in {**ground.rules.items, **chosen}.items() if qbo_id}
    changes: dict[str, object] = {"items": merged}
    if default_item is not None:
        changes["default_item"] = default_item
    set_rules(services, organization_id, pairing_id, changes, expected_version=expected_version, asked_by=asked_by)


def _is_usable(session: Session, ground: Ground, qbo_id: str) -> bool:
    entry = mirror.find(session, ground.connection.id, ITEM, qbo_id)
    return entry is not None and entry.active


def _seen(session: Session, ground: Ground) -> Counter[str]:
    counts: Counter[str] = Counter()
    for _, document in known_documents(session, ground.pairing.id):
        counts.update({line.item.service_type for line in document.lines if line.item and line.item.service_type})
    return counts


def _listed(services: Services, ground: Ground) -> dict[str, str]:
    """What the source lists now; nothing where it has no such list or cannot be asked."""
    account = ground.account
    if not entry_of(services, account.source_key).manifest.has(Capability.OPTIONS):
        return {}
    try:
        return {option.value: option.label for option in open_plugin(services, account).options(LIVE_LIST)}
    except ConnectorError:
        return {}
