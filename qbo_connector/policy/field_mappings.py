"""Which fields travel: the default ones, each with a switch, and those that an admin maps (H-35 to H-38)."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from qbo_connector.canonical import Invoice
from qbo_connector.policy.policies import CustomMappings, LocationTracking, MemoSource, Policies
from qbo_connector.policy.properties import Property


class DefaultField(StrEnum):
    """A default mapping that can be switched off. Number, customer, date, lines and tax always travel."""

    DUE_DATE = "due_date"
    EMAIL = "email"
    BILLING_ADDRESS = "billing_address"
    SHIPPING_ADDRESS = "shipping_address"
    LOCATION = "location"
    CLASS = "class"
    MEMO = "memo"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMapping:
    """One own mapping: a property of the document or its customer into a field of QuickBooks."""

    source: Property
    target: str
    """Key of the field in QuickBooks (`mapping.targets`)."""

    def text_of(self, document: Invoice) -> str:
        """What goes there; empty where the source has nothing, which empties the field."""
        return ", ".join(self.source.shown(value) for value in self.source.read(document))


def offered_defaults(policies: Policies) -> tuple[DefaultField, ...]:
    """The default mappings that this sync has at all."""
    without = set()
    if policies.memo_source is MemoSource.NONE:
        without.add(DefaultField.MEMO)
    if policies.location_tracking is LocationTracking.IGNORE:
        without.add(DefaultField.LOCATION)
    return tuple(one for one in DefaultField if one not in without)


def is_locked(field: DefaultField, policies: Policies) -> bool:
    """Whether the source's own rules demand the field, so that nobody can switch it off (T-7)."""
    return field is DefaultField.LOCATION and policies.location_tracking is LocationTracking.REQUIRED


def may_map(policies: Policies, entitlements: Collection[str]) -> bool:
    """Whether further mappings can be added; on some sources only paid plans include it (H-36)."""
    match policies.custom_mappings:
        case CustomMappings.YES:
            return True
        case CustomMappings.PAID_PLAN:
            return bool({"plan", "addon"} & set(entitlements))
        case CustomMappings.NO:
            return False
        case other:
            assert_never(other)
