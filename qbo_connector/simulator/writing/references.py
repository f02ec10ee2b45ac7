"""Checking every reference of a body and writing the names QuickBooks shows beside the ids."""

from typing import Any

from qbo_connector.simulator.company.company import Company, name_of
from qbo_connector.simulator.entities.kinds import EntityKind
from qbo_connector.simulator.entities.references import PSEUDO_TAX_CODES, SPECIAL_ITEMS, target_of
from qbo_connector.simulator.entities.registry import kind
from qbo_connector.simulator.faults import business, invalid_reference, not_found
from qbo_connector.simulator.writing.draft import Draft

_NAMELESS = frozenset({"TaxCodeRef", "TxnTaxCodeRef", "TaxRateRef", "DefaultTaxCodeRef", "AgencyRef"})
_NAMELESS_OF = {"Payment": _NAMELESS | {"DepositToAccountRef"}}
_NAMED_TAX = frozenset({"Item", "Vendor", "TaxCode"})


def resolve(draft: Draft) -> None:
    """Resolve every reference in the draft.

    References that the record had before may point at inactive entries: those "are left intact".

    Raises:
        IntuitFault: 2500 for an id that does not exist, 610 for one made inactive.
    """
    known = _pairs(draft.before.body) if draft.before else frozenset()
    _Resolver(draft.company, draft.kind, known).walk(draft.body)


def _pairs(value: Any) -> frozenset[tuple[str, str]]:
    found: set[tuple[str, str]] = set()

    def collect(node: Any) -> None:
        if isinstance(node, list):
            for member in node:
                collect(member)
        elif isinstance(node, dict):
            for name, member in node.items():
                if name.endswith("Ref") and isinstance(member, dict) and "value" in member:
                    found.add((name, str(member["value"])))
                else:
                    collect(member)

    collect(value)
    return frozenset(found)


class _Resolver:
    def __init__(self, company: Company, owner: EntityKind, known: frozenset[tuple[str, str]]) -> None:
        self._company = company
        self._owner = owner
        self._known = known

    def walk(self, node: Any) -> None:
        """Resolve the references of an object or a list, at any depth."""
        if isinstance(node, list):
            for member in node:
                self.walk(member)
        elif isinstance(node, dict):
            for name, member in node.items():
                if name.endswith("Ref") and isinstance(member, dict) and "value" in member:
                    node[name] = self._resolved(name, member)
                else:
                    self.walk(member)

    def _resolved(self, name: str, reference: dict[str, Any]) -> dict[str, Any]:
        if name == "EntityRef" and self._owner.name == "Attachable":
            return reference  # refused in words of its own
        if name == "EntityRef" and reference.get("type"):
            return self._lookup(name, reference, str(reference["type"]), keep_type=True)
        target = target_of(name, owner=self._owner.name)
        if target is None or _is_symbolic(name, reference["value"]):
            return reference
        return self._lookup(name, reference, target)

    def _lookup(
        self, name: str, reference: dict[str, Any], target: str, *, keep_type: bool = False
    ) -> dict[str, Any]:
        identifier = str(reference["value"])
        record = self._company.find(target, identifier)
        if record is None:
            if name == "ItemRef" and not identifier.isdigit():
                raise business(f"Invalid Item {identifier}")
            raise invalid_reference(kind(target).list_name or target, identifier, name)
        if not record.active and (name, identifier) not in self._known:
            raise not_found()
        out: dict[str, Any] = {"value": identifier}
        nameless = _NAMELESS_OF.get(self._owner.name, _NAMELESS)
        if name not in nameless or self._owner.name in _NAMED_TAX:
            out["name"] = name_of(record)
        return {**out, "type": target} if keep_type else out


def _is_symbolic(name: str, identifier: object) -> bool:
    if name == "ItemRef":
        return identifier in SPECIAL_ITEMS
    return name.endswith("TaxCodeRef") and identifier in PSEUDO_TAX_CODES
