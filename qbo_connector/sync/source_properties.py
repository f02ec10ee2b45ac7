"""What filters and field mappings of one sync can speak of: the core's, the manifest's, and the account's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qbo_connector.errors import ConnectorError
from qbo_connector.policy.own_rules import LIVE, with_live
from qbo_connector.policy.properties import DECLARED, Properties, PropertyType, by_key, declared
from qbo_connector.store.pairings import Pairing
from qbo_connector.store.sources import SourceAccount
from qbo_connector.sync.entries import entry_of
from qbo_connector.sync.services import Services
from qbo_connector.sync.source import open_plugin


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The properties, and those among them that the source has just listed live, by name and label."""

    properties: Properties
    live: Mapping[str, str]
    complete: bool = True
    """False where the source could not be asked for its own fields just now."""


def vocabulary_of(services: Services, pairing: Pairing, account: SourceAccount) -> Vocabulary:
    """Everything that can be chosen; asks the source where it has fields that differ by account."""
    manifest = entry_of(services, account.source_key).manifest
    known = with_live(manifest.all_properties(), pairing.rules)
    if not manifest.live_properties:
        return Vocabulary(properties=known, live={})
    try:
        listed = open_plugin(services, account).options(manifest.live_properties)
    except ConnectorError:
        return Vocabulary(properties=known, live=pairing.rules.get(LIVE, {}), complete=False)
    live = {option.value: option.label for option in listed}
    own = by_key(declared(name, label, PropertyType.TEXT) for name, label in live.items())
    return Vocabulary(properties={**own, **known}, live=live)


def remembered(vocabulary: Vocabulary, stored: Mapping[str, Any], *keys: str) -> dict[str, str]:
    """The live fields to keep in the rules, with those of these property keys added."""
    names = {key.removeprefix(DECLARED) for key in keys if key.startswith(DECLARED)}
    chosen = {name: label for name, label in vocabulary.live.items() if name in names}
    return {**stored.get(LIVE, {}), **chosen}
