"""What an admin added to a sync beside its policies, as the pairing keeps it: filters, mappings, switches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from qbo_connector.policy.criteria import Criterion, FilterRefused, criterion
from qbo_connector.policy.field_mappings import DefaultField, FieldMapping, is_locked
from qbo_connector.policy.policies import Policies
from qbo_connector.policy.properties import Properties, PropertyType, by_key, declared

LIVE = "live_properties"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRules:
    """The additions that can be read.

    `lost` names properties that a filter or mapping still speaks of, but that the source no longer has.
    """

    filters: tuple[Criterion, ...] = ()
    mappings: tuple[FieldMapping, ...] = ()
    switched_off: frozenset[DefaultField] = frozenset()
    lost: tuple[str, ...] = ()


def own_rules(stored: Mapping[str, Any], properties: Properties, policies: Policies) -> OwnRules:
    """Read the additions from a pairing's stored rules.

    Args:
        stored: the rules.
        properties: what the core and the manifest declare; fields that the source listed live when they were
            chosen stand in the rules themselves, by name and label.
        policies: those in force.
    """
    properties = with_live(properties, stored)
    filters, lost = _filters(stored.get("filters", ()), properties)
    mapped = [(row["source"], row["target"]) for row in stored.get("mappings", ())]
    gone = [key for key, _ in mapped if key not in properties]
    off = {DefaultField(name) for name in stored.get("switched_off", ()) if name in tuple(DefaultField)}
    return OwnRules(
        filters=filters,
        mappings=tuple(
            FieldMapping(source=properties[key], target=target) for key, target in mapped if key in properties
        ),
        switched_off=frozenset(one for one in off if not is_locked(one, policies)),
        lost=tuple(dict.fromkeys((*lost, *gone))),
    )


def with_live(properties: Properties, stored: Mapping[str, Any]) -> Properties:
    """The properties with those that were chosen from a live list of the source; their values are texts."""
    live = (declared(name, label, PropertyType.TEXT) for name, label in stored.get(LIVE, {}).items())
    return {**by_key(live), **properties}


def _filters(rows: Iterable[Mapping[str, Any]], properties: Properties) -> tuple[tuple[Criterion, ...], list[str]]:
    """Filters that can be asked, and the properties of those that cannot any more: they let nothing through."""
    filters, lost = [], []
    for row in rows:
        try:
            filters.append(criterion(properties, row["property"], row["operator"], row.get("values", ())))
        except FilterRefused:
            lost.append(str(row["property"]))
    return tuple(filters), lost
